import CPQ

/// What a stream must not exceed.
package struct PostgresStreamLimits: Sendable, Hashable {
    /// Of one row on its way, which libpq holds whole.
    package var rowBytes: Int

    package init(rowBytes: Int = .max) {
        self.rowBytes = rowBytes
    }
}

package enum PostgresStreamError: Error, Sendable, Hashable {
    /// A row was larger than its limit. The statement is cancelled and the connection closed; `received` bytes of the
    /// row had come by then, of which the process held no more.
    case tooLarge(received: Int)
}

/// A row of a stream. Valid until the next one is asked for.
package struct PostgresRow {
    let result: OpaquePointer

    package func isNull(_ column: Int) -> Bool {
        PQgetisnull(result, 0, Int32(column)) == 1
    }

    /// As the server sent it; empty for NULL.
    package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(result, 0, Int32(column)),
            count: Int(PQgetlength(result, 0, Int32(column)))
        )
    }

    package func length(_ column: Int) -> Int { Int(PQgetlength(result, 0, Int32(column))) }
}

/// A column of a stream.
package struct PostgresColumn: Sendable, Hashable {
    package let name: String
    /// The type's oid.
    package let type: UInt32
    /// What the type's parentheses say; -1 for nothing.
    package let modifier: Int32
}

extension PostgresSession {
    /// Sends a statement whose rows are then pulled one by one with `nextRow`, over as many `run`s as it takes; nothing
    /// else may be sent until they end or `endStream` is called. Text results.
    ///
    /// Returns the columns once the server has begun to answer. Throws `PostgresError` or `PostgresStreamError`.
    package func stream(
        _ sql: String,
        _ values: [PostgresValue] = [],
        limits: PostgresStreamLimits = PostgresStreamLimits()
    ) throws -> [PostgresColumn] {
        guard !sql.utf8.contains(0) else { throw PostgresError.textWithNUL }
        let parameters = try PostgresParameters(values)
        let connection = try connection
        beginStatement()
        let isSent = parameters.withPointers { values, lengths, formats in
            PQsendQueryParams(connection, sql, Int32(parameters.count), parameters.types, values, lengths, formats, 0)
        }
        guard isSent == 1, PQsetSingleRowMode(connection) == 1 else { throw sendFailure() }
        stream = StreamState(limits: limits)
        guard let first = try nextResult() else { return [] }
        stream?.isFirstHeld = true
        return (0..<PQnfields(first)).map { index in
            PostgresColumn(
                name: PQfname(first, index).map { String(cString: $0) } ?? "",
                type: PQftype(first, index),
                modifier: PQfmod(first, index)
            )
        }
    }

    /// The next row, or nil after the last. An error in the middle comes after the good rows before it.
    package func nextRow() throws -> PostgresRow? {
        guard let state = stream else { return nil }
        if state.isFirstHeld, let first = state.current {
            state.isFirstHeld = false
            if PQntuples(first) == 1 { return PostgresRow(result: first) }
        }
        guard let result = try nextResult(), PQresultStatus(result) == PGRES_SINGLE_TUPLE else {
            try drain()
            return nil
        }
        return PostgresRow(result: result)
    }

    /// Gives the rest up: cancels the statement and waits until the server confirms, or the deadline passes.
    package func endStream() throws {
        guard let state = stream, !state.isEnded else {
            freeStream()
            return
        }
        link.cancelBlocking()
        do {
            try drain()
        } catch let error as PostgresError where !error.isConnectionLost {
            return  // the confirmation, or an error that nobody waits for
        }
    }

    func settle() {
        deadline = .now + Self.cancelGrace
        defer { deadline = nil }
        do {
            if isStreaming { try endStream() }
            if link.isCancelRequested {
                link.awaitCancels()
                link.clearCancelRequest()
            }
            if transactionStatus != .idle { _ = try executeText("ROLLBACK") }
        } catch {
            close()
        }
    }

    /// Whether rows are still to come.
    package var isStreaming: Bool { stream != nil }

    private func freeStream() {
        if let current = stream?.current { PQclear(current) }
        stream = nil
    }

    /// The next result of any kind, owned by the stream; nil at the end. Throws what a failed one says, after having
    /// read to the end.
    private func nextResult() throws -> OpaquePointer? {
        let connection = try connection
        let state = stream
        if let current = state?.current {
            PQclear(current)
            state?.current = nil
        }
        if PQisBusy(connection) == 1 { try awaitRow() }
        guard let result = PQgetResult(connection) else {
            state?.isEnded = true
            endStatement()
            return nil
        }
        state?.pendingBytes = 0
        switch PQresultStatus(result) {
        case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            state?.current = result
            return result
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            freeStream()
            close()
            throw PostgresError(sqlState: "0A000", message: "COPY is not for this client", isConnectionLost: true)
        default:
            let failure = error(result)
            PQclear(result)
            if !failure.isConnectionLost { try drain() }
            freeStream()
            if failure.isConnectionLost { close() }
            throw failure
        }
    }

    private func awaitRow() throws {
        let state = stream
        state?.watch?.beginWait()
        defer { state?.watch?.endWait() }
        do {
            try awaitResult { bytes in try self.count(bytes) }
        } catch {
            let isFlooded = state?.watch?.hasTripped == true || error is PostgresStreamError
            let received = max(state?.pendingBytes ?? 0, state?.watch?.received ?? 0)
            freeStream()
            guard isFlooded else { throw error }
            link.cancelBlocking()
            close()
            throw PostgresStreamError.tooLarge(received: received)
        }
    }

    /// Counts what is about to be read for the row under way. From its second piece on, the watch counts along.
    private func count(_ bytes: Int) throws {
        guard let state = stream, state.limits.rowBytes < .max else { return }
        if state.watch == nil, state.pendingBytes > 0 {
            let watch = FloodWatch(socket: PQsocket(try connection), limit: state.limits.rowBytes)
            watch.beginWait()
            state.watch = watch
        }
        state.pendingBytes += bytes
        if state.pendingBytes > state.limits.rowBytes {
            throw PostgresStreamError.tooLarge(received: state.pendingBytes)
        }
    }

    private func drain() throws {
        defer { freeStream() }
        while try nextResult() != nil {}
    }
}
