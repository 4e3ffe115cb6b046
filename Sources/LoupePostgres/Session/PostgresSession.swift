import CPQ
import Foundation

/// A connection's statements. Not for keeping: it is valid in the `run` that gives it.
package final class PostgresSession {
    /// Nil once closed.
    private var pointer: OpaquePointer?
    let link: PostgresLink
    var statements: StatementCache
    var stream: StreamState?
    /// Past it the running statement is cancelled; where the server does not confirm that within five seconds, the
    /// connection is closed.
    package var deadline: ContinuousClock.Instant?
    private var isCancelSent = false

    static let cancelGrace = Duration.seconds(5)

    init(_ pointer: OpaquePointer, link: PostgresLink, statementLimit: Int) {
        self.pointer = pointer
        self.link = link
        statements = StatementCache(limit: statementLimit)
    }

    deinit {
        if let pointer { PQfinish(pointer) }
    }

    var connection: OpaquePointer {
        get throws {
            guard let pointer else { throw PostgresError.connectionClosed }
            return pointer
        }
    }

    package enum TransactionStatus: Sendable {
        case idle
        case inTransaction
        /// Only ROLLBACK is possible.
        case failed
        /// A statement runs or the connection is lost.
        case busy
    }

    package var transactionStatus: TransactionStatus {
        guard let pointer else { return .busy }
        switch PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: return .idle
        case PQTRANS_INTRANS: return .inTransaction
        case PQTRANS_INERROR: return .failed
        default: return .busy
        }
    }

    /// Such as 150020.
    package var serverVersion: Int { pointer.map { Int(PQserverVersion($0)) } ?? 0 }

    package var backendProcessID: Int32 { pointer.map { PQbackendPID($0) } ?? 0 }

    package var isEncrypted: Bool { pointer.map { PQsslInUse($0) == 1 } ?? false }

    /// What the server reported of itself, such as `server_encoding` or `TimeZone`.
    package func parameterStatus(_ name: String) -> String? {
        pointer.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) }
    }

    /// In the middle of an answer the connection is reset, as the server may be blocked in sending it.
    package func close() {
        link.isBroken = true
        guard let pointer else { return }
        if transactionStatus == .busy, PQsocket(pointer) >= 0 { loupe_reset_on_close(PQsocket(pointer)) }
        PQfinish(pointer)
        self.pointer = nil
    }

    /// Tells those outside what a pool must know of the connection.
    func publishState() {
        link.isInTransaction = transactionStatus != .idle
        if let pointer, PQstatus(pointer) == CONNECTION_OK, !link.isAbandoned { return }
        close()
    }

    /// Begins the time of a statement's own cancel.
    func beginStatement() {
        isCancelSent = false
    }

    /// Sees to it that no cancel of this statement reaches the next one.
    func endStatement() {
        if isCancelSent, !link.isBroken { link.awaitCancels() }
    }

    /// Waits until `PQgetResult` will not block. `onBytes` is told how many bytes are about to be read each time.
    func awaitResult(onBytes: ((Int) throws -> Void)? = nil) throws {
        let connection = try connection
        var isFlushed = PQflush(connection) == 0
        while PQisBusy(connection) == 1 {
            var ready = loupe_bytes_ready(PQsocket(connection))
            // Where bytes lie ready there is nothing to wait for, but the time and a cancel count all the same.
            if ready <= 0 || !isFlushed || isOver || link.isCalled {
                try waitForSocket(connection, writing: !isFlushed)
                ready = loupe_bytes_ready(PQsocket(connection))
            }
            try onBytes?(max(0, Int(ready)))
            guard PQconsumeInput(connection) == 1 else { throw lost() }
            if !isFlushed { isFlushed = PQflush(connection) == 0 }
        }
    }

    /// Whether the deadline, or after a cancel the time to confirm it, has passed.
    private var isOver: Bool {
        guard let deadline else { return false }
        return ContinuousClock.now >= (isCancelSent ? deadline + Self.cancelGrace : deadline)
    }

    private func waitForSocket(_ connection: OpaquePointer, writing: Bool) throws {
        let wait = SocketWait(
            socket: PQsocket(connection),
            wake: link.wakeDescriptor,
            reading: true,
            writing: writing
        )
        let grace = isCancelSent ? Self.cancelGrace : .zero
        switch wait.run(until: deadline.map { $0 + grace }) {
        case .ready: return
        case .woken:
            guard !link.isAbandoned else { throw lost() }
            link.hush()
            isCancelSent = true
            deadline = min(deadline ?? .now, .now)
        case .deadline:
            if isCancelSent { throw lost() }
            isCancelSent = true
            link.startCancel()
        }
    }

    /// Closes the connection, as what comes next on it is not known.
    func lost() -> PostgresError {
        close()
        var error = PostgresError.connectionLost
        error.isDeadlinePassed = isCancelSent
        return error
    }

    /// The error of a failed result; the connection is closed where it cannot go on.
    func error(_ result: OpaquePointer) -> PostgresError {
        let isBad = pointer.map { PQstatus($0) != CONNECTION_OK } ?? true
        var error = PostgresError(result: result, isConnectionBad: isBad)
        error.isDeadlinePassed = isCancelSent && (error.sqlState == "57014" || error.isConnectionLost)
        return error
    }
}
