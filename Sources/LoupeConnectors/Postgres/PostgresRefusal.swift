import LoupeCore
import LoupePostgres

/// Why a datasource could not be reached, in a closed set of phrases: a test's answer says no more than these.
package enum PostgresRefusal: String, Error, CaseIterable, Sendable {
    case hostUnknown = "The host is unknown"
    case refused = "The host refused the connection: nothing listens on this port"
    case unreachable = "The host cannot be reached"
    case timeout = "The server did not answer in time"
    case tls = "No TLS connection could be made: check the TLS mode and the server's certificate"
    case password = "The password is wrong or missing"
    case notPermitted = "The server does not let this user in"
    case noSuchDatabase = "There is no such database"
    case tooManyConnections = "The server has no connection left"
    case notReady = "The server is starting or shutting down"
    case wrongKind = "No server of the wanted kind answered"
    case ownDatabase = "This is Loupe's own database"
    case other = "The connection could not be made"

    init(_ error: PostgresConnectError) {
        self =
            switch error.reason {
            case .hostUnknown: .hostUnknown
            case .refused: .refused
            case .unreachable: .unreachable
            case .timeout: .timeout
            case .tls: .tls
            case .password: .password
            case .notPermitted: .notPermitted
            case .noSuchDatabase: .noSuchDatabase
            case .tooManyConnections: .tooManyConnections
            case .notReady: .notReady
            case .wrongKind: .wrongKind
            case .other: .other
            }
    }

    /// The phrase for whatever stopped a try to connect.
    static func phrase(_ error: any Error) -> String {
        switch error {
        case let refusal as HostPolicy.Refusal: refusal.rawValue
        case let refusal as PostgresRefusal: refusal.rawValue
        case let error as PostgresConnectError: PostgresRefusal(error).rawValue
        case let error as PostgresError where error.isDeadlinePassed: timeout.rawValue
        default: other.rawValue
        }
    }
}
