/// Values by key up to a sum of costs; the one not asked for the longest goes first.
struct RecentlyUsed<Key: Hashable, Value> {
    private struct Entry {
        var value: Value
        var cost: Int
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private(set) var cost = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func value(of key: Key) -> Value? {
        uses += 1
        entries[key]?.lastUse = uses
        return entries[key]?.value
    }

    /// What is dearer than half of all room is not kept: it would push out everything else.
    mutating func insert(_ value: Value, as key: Key, cost: Int) {
        guard cost <= capacity / 2 else { return }
        if let old = entries.removeValue(forKey: key) { self.cost -= old.cost }
        // Every cost is a fair part of the capacity, so there are few entries to look through.
        while self.cost + cost > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries.removeValue(forKey: oldest.key)
            self.cost -= oldest.value.cost
        }
        uses += 1
        entries[key] = Entry(value: value, cost: cost, lastUse: uses)
        self.cost += cost
    }
}
