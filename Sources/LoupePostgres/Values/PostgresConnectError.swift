/// Why no session came to be, in a closed set.
package struct PostgresConnectError: Error, Sendable, Hashable {
    package enum Reason: String, Sendable, CaseIterable {
        case hostUnknown = "host_unknown"
        case refused
        case unreachable
        case timeout
        case tls
        case password
        /// The role may not connect: it does not exist, may not log in, or `pg_hba.conf` has no line for it.
        case notPermitted = "not_permitted"
        case noSuchDatabase = "no_such_database"
        case tooManyConnections = "too_many_connections"
        /// Starting, stopping or recovering.
        case notReady = "not_ready"
        /// No server is of the wanted kind (`target_session_attrs`).
        case wrongKind = "wrong_kind"
        case other
    }

    package let reason: Reason
    /// Where the server answered.
    package let sqlState: String?

    package init(_ reason: Reason, sqlState: String? = nil) {
        self.reason = reason
        self.sqlState = sqlState
    }

    init(sqlState: String) {
        let reason: Reason =
            switch sqlState {
            case "28P01": .password
            case _ where sqlState.hasPrefix("28"): .notPermitted
            case "42501": .notPermitted
            case "3D000": .noSuchDatabase
            case "53300": .tooManyConnections
            case "57P01", "57P02", "57P03": .notReady
            default: .other
            }
        self.init(reason, sqlState: sqlState)
    }

    /// Whether the same try may succeed later without anybody changing anything.
    package var mayPass: Bool {
        switch reason {
        case .refused, .unreachable, .timeout, .tooManyConnections, .notReady, .wrongKind: true
        case .hostUnknown, .tls, .password, .notPermitted, .noSuchDatabase, .other: false
        }
    }
}

extension PostgresConnectError: CustomStringConvertible {
    package var description: String {
        "cannot connect to PostgreSQL: \(reason.rawValue)" + (sqlState.map { " (\($0))" } ?? "")
    }
}
