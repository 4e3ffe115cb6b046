/// Sorts rows by keys of any length in bounded memory: by a window of every key first, then, only for rows that are
/// still equal, by the next window, until none is left whose key goes on.
struct RowOrder: Sendable {
    /// Row numbers in their order so far.
    private(set) var rows: [UInt32]
    /// Places in `rows` whose keys were equal up to `depth` and go on after it.
    private(set) var open: [Range<Int>]
    /// Bytes of the keys that are compared already.
    private(set) var depth = 0
    private let isDescending: Bool

    private struct Item {
        let prefix: UInt64
        let key: Int
        let row: UInt32
    }

    /// Begins with a window from the first byte of every row's key.
    init(_ keys: KeyWindow, isDescending: Bool) {
        self.isDescending = isDescending
        rows = keys.rows
        open = [0..<keys.rows.count]
        refine(keys) { $0 }
    }

    /// The rows whose order is not settled, ascending.
    var openRows: [UInt32] {
        open.flatMap { rows[$0] }.sorted()
    }

    /// Goes on with the next window of the keys of `openRows`.
    mutating func refine(_ keys: KeyWindow) {
        var index: [UInt32: Int] = Dictionary(minimumCapacity: keys.rows.count)
        for (key, row) in keys.rows.enumerated() { index[row] = key }
        let rows = rows
        refine(keys) { index[rows[$0]] ?? 0 }
    }

    private mutating func refine(_ keys: KeyWindow, key: (Int) -> Int) {
        var stillOpen: [Range<Int>] = []
        for group in open {
            var items = group.map { place in
                let key = key(place)
                return Item(prefix: keys.prefix(key), key: key, row: rows[place])
            }
            items.sort { precedes($0, $1, keys) }
            for (offset, item) in items.enumerated() { rows[group.lowerBound + offset] = item.row }
            appendOpen(items, from: group.lowerBound, keys, to: &stillOpen)
        }
        open = stillOpen
        depth += keys.width
    }

    private func precedes(_ left: Item, _ right: Item, _ keys: KeyWindow) -> Bool {
        if left.prefix != right.prefix { return (left.prefix < right.prefix) != isDescending }
        let order = keys.compare(left.key, right.key)
        return order == 0 ? left.row < right.row : (order < 0) != isDescending
    }

    private func appendOpen(_ items: [Item], from start: Int, _ keys: KeyWindow, to open: inout [Range<Int>]) {
        var first = 0
        while first < items.count {
            var end = first + 1
            while end < items.count, items[end].prefix == items[first].prefix,
                keys.compare(items[first].key, items[end].key) == 0
            { end += 1 }
            if end - first > 1, keys.isCut(items[first].key) { open.append(start + first..<start + end) }
            first = end
        }
    }
}
