package import Logging
package import LoupeCore
package import LoupeSecurity
package import LoupeTelemetry

/// All that an operator can decide, read and checked once at start. docs/configuration.md lists it by name.
package struct Configuration: Sendable {
    package var role: ServerRole
    package var environment: AppEnvironment
    /// Absolute.
    package var dataDirectory: String
    /// Nil in development: the key is then made and kept in the data directory.
    package var keyRing: KeyRing?
    package var http: HTTP
    package var store: Store
    package var accounts: Accounts
    package var engine: Engine
    package var results: Results
    package var datasources: Datasources
    package var mail: Mail?
    package var redis: ServiceURL?
    package var log: Log
    /// The sample database; it need not exist.
    package var sampleFile: String
    /// Every setting with its value as it may be shown, and where that came from.
    package var effective: [EffectiveSetting]

    package struct HTTP: Sendable {
        package var host: String
        /// 0: any that is free.
        package var port: Int
        /// Of health and metrics of runner and scheduler, on loopback.
        package var opsPort: Int
        /// What links begin with; nil: the address that the server listens on.
        package var publicURL: WebOrigin?
        package var tls: TLS?
        package var maximumClients: Int
        package var allowedOrigins: [WebOrigin]
        package var trustedProxies: [AddressRange]
        /// 0: all limits are off.
        package var rateLimitPerMinute: Int
        package var rateLimitExempt: [AddressRange]
        package var metricsToken: Secret<String>?
        package var isLoopback: Bool
    }

    package struct TLS: Hashable, Sendable {
        package var certificatePath: String
        package var keyPath: String
    }

    package struct Store: Sendable {
        package var location: StoreLocation
        /// For LISTEN and migrations, where `location` is a pooler.
        package var direct: PostgresURL?
        package var minimumConnections: Int
        package var maximumConnections: Int
        /// Where the URL names none.
        package var sslMode: DatabaseSSLMode
        package var usesPreparedStatements: Bool
        package var synchronous: DatabaseSynchronous
        /// How long a role that does not migrate waits for the schema.
        package var schemaWait: Duration
    }

    package struct Accounts: Sendable {
        package var accessTokenLifetime: Duration
        package var registration: RegistrationRule
    }

    package struct Engine: Sendable {
        /// Nil: made at start.
        package var runnerID: String?
        package var runnerConcurrency: Int
        package var schedulerID: String?
        package var schedulerPollInterval: Duration
        package var queueTimeout: Duration
    }

    package struct Results: Sendable {
        package var location: ResultLocation
        package var maximumBytes: Int
        package var cellMaximumBytes: Int
    }

    package struct Datasources: Sendable {
        package var sqliteDirectories: [String]
        /// Names, addresses and ranges; nil: any.
        package var hosts: [String]?
        package var allowsLocalSockets: Bool
    }

    package struct Mail: Sendable {
        package var server: ServiceURL
        package var from: String
    }

    package struct Log: Sendable {
        package var level: Logger.Level
        package var format: LogFormat
    }
}

/// A setting as it holds: for the person who asks why the server does what it does.
package struct EffectiveSetting: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// Without secrets; nil where nothing is set.
    package let value: String?
    /// `command line`, `environment`, `loupe.yaml` or `default`.
    package let origin: String

    package var description: String { "\(name)=\(value ?? "") (\(origin))" }
}
