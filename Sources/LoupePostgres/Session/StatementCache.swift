/// The statements that a connection has prepared, the least recently used leaving first.
struct StatementCache {
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    private struct Entry {
        let name: String
        var used: Int
    }

    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var clock = 0
    private var lastNumber = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEnabled: Bool { limit > 0 }
    var count: Int { entries.count }

    mutating func name(of key: Key) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].used = clock
        return entries.values[index].name
    }

    /// A name for a statement that is to be prepared.
    mutating func newName() -> String {
        lastNumber += 1
        return "loupe_\(lastNumber)"
    }

    /// Keeps a prepared statement; the name of one that must be deallocated for it.
    mutating func insert(_ key: Key, name: String) -> String? {
        var evicted: String?
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            entries[oldest.key] = nil
            evicted = oldest.value.name
        }
        clock += 1
        entries[key] = Entry(name: name, used: clock)
        return evicted
    }

    mutating func remove(_ key: Key) -> String? {
        entries.removeValue(forKey: key)?.name
    }

    mutating func removeAll() {
        entries = [:]
    }
}
