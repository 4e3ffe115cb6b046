import GRDBSQLite
import LoupeCore

/// Takes rows from a cursor into blocks until they end or a limit cuts them.
///
/// The kinds of columns that are expressions come from the values of the first block, at most a hundred rows: rows are
/// written by their values' own classes, so the block need not wait for the kinds.
final class SQLiteReader {
    private let cursor: SQLiteCursor
    private let limits: RowLimits
    private let described: [SQLiteColumn]
    private var seen: [SeenClasses]
    private var first: RowBatch?
    private var rows = 0
    private var bytes = 0
    private(set) var columns: [ResultColumn] = []

    /// Reads the first block. Throws `SQLiteFailure`.
    init(_ cursor: SQLiteCursor, limits: RowLimits) throws {
        self.cursor = cursor
        self.limits = limits
        described = (0..<cursor.columnCount).map { SQLiteColumn(cursor, index: $0) }
        seen = Array(repeating: [], count: described.count)
        first = try read(target: 32 << 10, maximumRows: 100)
        columns = ResultColumn.keyed(
            zip(described, seen).map { column, seen in
                let kind = column.kind ?? seen.kind
                return (column.name, column.declared.isEmpty ? kind.rawValue : column.declared.lowercased(), kind)
            }
        )
    }

    func next(target: Int) throws -> RowBatch {
        if let batch = first {
            first = nil
            return batch
        }
        return try read(target: target, maximumRows: .max)
    }

    private func read(target: Int, maximumRows: Int) throws -> RowBatch {
        var block = RowBlock(reserving: min(target, 1 << 20) + 4096)
        do {
            while block.bytes.count < target, block.rowCount < maximumRows {
                guard try cursor.step() else { return RowBatch(block: block, continuation: .end(truncated: nil)) }
                if let truncation = append(to: &block) {
                    return RowBatch(block: block, continuation: .end(truncated: truncation))
                }
            }
        } catch let failure as SQLiteFailure where failure.primary == SQLITE_TOOBIG {
            // A value past `SQLiteHandle.maximumValueBytes`, which SQLite itself does not hand out.
            return RowBatch(block: block, continuation: .end(truncated: .bytes))
        }
        return RowBatch(block: block, continuation: .more)
    }

    /// Adds the cursor's row, or says which limit it would break.
    private func append(to block: inout RowBlock) -> Truncation? {
        guard rows < limits.maxRows else { return .rows }
        let start = block.bytes.count
        let cell = SQLiteCell(statement: cursor.statement, maximumBytes: limits.maxCellBytes)
        block.beginRow()
        for (index, column) in described.enumerated() {
            let type = sqlite3_column_type(cursor.statement, Int32(index))
            if column.kind == nil { seen[index].note(type) }
            guard cell.write(Int32(index), kind: column.kind, type: type, into: &block) else {
                block.dropRow(finished: false)
                return .bytes
            }
        }
        block.endRow()
        let size = block.bytes.count - start
        guard bytes + size <= limits.maxBytes else {
            block.dropRow(finished: true)
            return .bytes
        }
        rows += 1
        bytes += size
        return nil
    }
}
