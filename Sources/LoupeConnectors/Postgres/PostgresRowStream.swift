import LoupeCore
import LoupePostgres
import Synchronization

/// The rows of a run under way, written cell by cell from libpq's buffers.
final class PostgresRowStream: RowStream {
    let columns: [ResultColumn]
    private let cells: [PostgresCell]
    private let connection: PostgresConnection
    private let run: PostgresRun
    private let state: Mutex<State>

    private struct State {
        var rows = 0
        var bytes = 0
        /// The first row was larger than its limit.
        var isCut: Bool
        /// Came after rows that are handed out first.
        var failure: QueryFailure?
    }

    init(columns: [ResultColumn], cells: [PostgresCell], connection: PostgresConnection, run: PostgresRun, isCut: Bool)
    {
        self.columns = columns
        self.cells = cells
        self.connection = connection
        self.run = run
        state = Mutex(State(isCut: isCut))
    }

    func next(target: Int) async throws -> RowBatch {
        try Task.checkCancellation()
        let state = state.withLock { $0 }
        if let failure = state.failure { throw failure }
        if state.isCut { return RowBatch(block: RowBlock(), continuation: .end(truncated: .bytes)) }
        do {
            return try await connection.run { session in try self.fill(session, target: target) }
        } catch let error as PostgresError {
            try Task.checkCancellation()
            throw QueryFailure(error, in: run.sql, deadline: run.deadline)
        }
    }

    private func fill(_ session: PostgresSession, target: Int) throws -> RowBatch {
        var state = state.withLock { $0 }
        defer { self.state.withLock { $0 = state } }
        var block = RowBlock(reserving: target + 4096)
        let limits = run.statement.limits
        do {
            while block.bytes.count < target {
                guard let row = try session.nextRow() else { return end(block, nil) }
                guard state.rows < limits.maxRows else { return try cut(block, .rows, session) }
                guard write(row, to: &block, maxCellBytes: limits.maxCellBytes) else {
                    return try cut(block, .bytes, session)
                }
                guard state.bytes + block.bytes.count <= limits.maxBytes else {
                    block.dropRow(finished: true)
                    return try cut(block, .bytes, session)
                }
                state.rows += 1
            }
        } catch PostgresStreamError.tooLarge {
            return end(block, .bytes)
        } catch let error as PostgresError where block.rowCount > 0 {
            state.failure = QueryFailure(error, in: run.sql, deadline: run.deadline)
        }
        state.bytes += block.bytes.count
        return RowBatch(block: block, continuation: .more)
    }

    /// False where a cell is too large; the row is taken back then.
    private func write(_ row: PostgresRow, to block: inout RowBlock, maxCellBytes: Int) -> Bool {
        block.beginRow()
        for (index, cell) in cells.enumerated() {
            if row.isNull(index) {
                block.null()
                continue
            }
            let bytes = row.bytes(index)
            guard bytes.count <= maxCellBytes else {
                block.dropRow(finished: false)
                return false
            }
            cell.write(bytes, to: &block)
        }
        block.endRow()
        return true
    }

    private func cut(_ block: RowBlock, _ truncation: Truncation, _ session: PostgresSession) throws -> RowBatch {
        try session.endStream()
        return end(block, truncation)
    }

    private func end(_ block: RowBlock, _ truncation: Truncation?) -> RowBatch {
        RowBatch(block: block, continuation: .end(truncated: truncation))
    }
}
