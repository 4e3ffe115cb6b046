import LoupeCore
import LoupePostgres

extension QueryFailure {
    /// What the server said, its position in the text as the person wrote it.
    init(_ error: PostgresError, in sql: PlaceholderSQL?, deadline: ContinuousClock.Instant) {
        // The server's own statement timeout answers with the code of a cancel.
        let isOver = error.sqlState == "57014" && ContinuousClock.now + .milliseconds(20) >= deadline
        if error.isDeadlinePassed || isOver {
            self.init(code: "timeout", message: "The statement took longer than its time limit")
            return
        }
        if error.isConnectionLost && error.sqlState.hasPrefix("08") {
            self = .connectionLost
            return
        }
        let place = error.position.flatMap { position in sql?.position(ofCodePoint: position) }
        self.init(
            code: error.sqlState,
            message: error.message,
            detail: error.detail,
            hint: error.hint,
            position: place?.position,
            line: place?.line,
            column: place?.column,
            recovery: Self.mayPass(error) ? .mayPass : .final
        )
    }

    /// What kept a statement from a connection; nil for what is no such thing.
    init?(connecting error: any Error) {
        switch error {
        case let error as PostgresConnectError:
            self.init(
                code: error.sqlState ?? "connection_lost",
                message: PostgresRefusal(error).rawValue,
                recovery: error.mayPass ? .mayPass : .final
            )
        case let refusal as PostgresRefusal: self.init(code: "rejected", message: refusal.rawValue)
        case let refusal as HostPolicy.Refusal: self.init(code: "rejected", message: refusal.rawValue)
        case let error as LoupeError where error.code == .unavailable:
            self.init(code: "connection_lost", message: error.message, recovery: .mayPass)
        case let error as PostgresError: self.init(error, in: nil, deadline: .now + .seconds(3600))
        default: return nil
        }
    }

    static let connectionLost = QueryFailure(
        code: "connection_lost",
        message: "The connection to the database was lost",
        recovery: .mayPass
    )

    /// Lost connection, shutdown or crash, serialization failure, deadlock, no connection left, lock not available.
    private static func mayPass(_ error: PostgresError) -> Bool {
        error.isConnectionLost || error.isRetryable || error.sqlState.hasPrefix("08")
            || ["57P01", "57P02", "57P03", "53300", "55P03"].contains(error.sqlState)
    }
}
