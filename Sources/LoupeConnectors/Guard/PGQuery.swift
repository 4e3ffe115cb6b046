import CPGQuery

/// libpg_query's parser, which is PostgreSQL 15's own. To be called on a big stack only.
enum PGQuery {
    enum Outcome {
        /// The tree as JSON.
        case tree([UInt8])
        /// `position` in code points of the text, from 1, or 0 where the parser names none.
        case failed(message: String, position: Int)
    }

    /// `sql` has no NUL and at most a few hundred kilobytes.
    static func parse(_ sql: String) -> Outcome {
        let result = pg_query_parse(sql)
        defer { pg_query_free_parse_result(result) }
        if let error = result.error {
            let message = error.pointee.message.map { String(cString: $0) } ?? "The SQL cannot be read"
            return .failed(message: message, position: Int(error.pointee.cursorpos))
        }
        guard let tree = result.parse_tree else { return .failed(message: "The SQL cannot be read", position: 0) }
        var length = 0
        while tree[length] != 0 { length += 1 }
        return .tree(
            tree.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
                Array(UnsafeBufferPointer(start: bytes, count: length))
            }
        )
    }
}
