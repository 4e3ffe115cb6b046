import LoupeCore
import LoupeTelemetry

/// Every setting there is. What is declared here is read, checked and documented; nothing else is.
enum Settings {
    /// A heading of docs/configuration.md and what stands below it.
    struct Section: Sendable {
        let title: String
        let settings: [any AnySetting]
    }

    static let sections = [
        Section(title: "Server", settings: server), Section(title: "Store", settings: store),
        Section(title: "Accounts and limits", settings: accounts), Section(title: "Work and results", settings: work),
        Section(title: "Users' databases", settings: datasources), Section(title: "Other services", settings: services),
        Section(title: "Log", settings: log),
    ]

    static var all: [any AnySetting] { sections.flatMap(\.settings) }
}

extension Settings {
    static let server: [any AnySetting] = [
        environment, dataDirectory, secretKey, apiHost, apiPort, opsPort, publicURL, tlsCertificate, tlsKey,
        maximumClients, trustedProxies, allowedOrigins, metricsToken, sampleFile,
    ]

    static let environment = Setting(
        "APP_ENV",
        default: "development",
        SettingParser<AppEnvironment>.choice,
        "What the server is for. Outside development the key must be given; in it, only loopback is listened on."
    )
    static let dataDirectory = Setting(
        "LOUPE_DATA_DIR",
        default: "./loupe-data",
        .path,
        "What Loupe keeps on disk, for its own user alone (0700). On the command line: `--data-dir`."
    )
    static let secretKey = Setting(
        "LOUPE_SECRET_KEY",
        note: "in development: made, and kept in the data directory",
        .keyRing,
        exposure: .secret,
        "The first key seals and signs, all open and verify. Without it stored connections cannot be opened: keep a copy."
    )
    static let apiHost = Setting(
        "API_HOST",
        default: "127.0.0.1",
        .host,
        "The address to listen on. On the command line: `--host`."
    )
    static let apiPort = Setting(
        "API_PORT",
        default: "8080",
        .integer(0...65_535),
        "The port to listen on; 0 takes a free one. On the command line: `--port`."
    )
    static let opsPort = Setting(
        "OPS_PORT",
        default: "9090",
        .integer(0...65_535),
        "Health and metrics of `loupe runner` and `loupe scheduler`, on loopback."
    )
    static let publicURL = Setting(
        "PUBLIC_URL",
        note: "`http://` and the address listened on",
        .origin,
        "Where people reach the server: what links and mails begin with. Needed with SMTP_URL."
    )
    static let tlsCertificate = Setting(
        "TLS_CERT",
        .path,
        "PEM file of the certificate and its chain. With it Loupe speaks HTTPS itself."
    )
    static let tlsKey = Setting("TLS_KEY", .path, "PEM file of the certificate's key.")
    static let maximumClients = Setting(
        "MAX_CLIENT_CONNECTIONS",
        default: "4096",
        .integer(1...1_000_000),
        "Connections of clients at once, as far as the system's limit of open files allows. More wait until one ends."
    )
    static let trustedProxies = Setting(
        "TRUSTED_PROXIES",
        .list(.addressRange),
        "Proxies whose X-Forwarded-For is believed."
    )
    static let allowedOrigins = Setting(
        "CORS_ALLOWED_ORIGINS",
        .list(.origin),
        "Other sites whose pages may call the API."
    )
    static let metricsToken = Setting(
        "METRICS_TOKEN",
        .text("a text"),
        exposure: .secret,
        "The bearer token that `/metrics` wants off loopback."
    )
    static let sampleFile = Setting(
        "LOUPE_SAMPLE_FILE",
        note: "`<data dir>/files/new-york-flights.db`",
        .path,
        "The sample database that an organization can attach; `scripts/sample-data` makes it."
    )
}

extension Settings {
    static let store: [any AnySetting] = [
        databaseURL, directURL, minimumConnections, maximumConnections, sslMode, prepared, synchronous, schemaWait,
    ]

    static let databaseURL = Setting(
        "DATABASE_URL",
        note: "`sqlite:<data dir>/loupe.db`",
        .storeLocation,
        exposure: .urlWithPassword,
        "Loupe's own store. `loupe api`, `runner` and `scheduler` share a PostgreSQL database; only `serve` can use SQLite."
    )
    static let directURL = Setting(
        "DATABASE_DIRECT_URL",
        note: "`DATABASE_URL`",
        .postgresURL,
        exposure: .urlWithPassword,
        "The same PostgreSQL database past a pooler, for notifications and migrations."
    )
    static let minimumConnections = Setting(
        "DB_MIN_CONNECTIONS",
        default: "2",
        .integer(0...1000),
        "PostgreSQL connections kept open by a process."
    )
    static let maximumConnections = Setting(
        "DB_MAX_CONNECTIONS",
        default: "10",
        .integer(1...1000),
        "PostgreSQL connections of a process at most."
    )
    static let sslMode = Setting(
        "DB_SSL_MODE",
        note: "`prefer`; in production `require`",
        SettingParser<DatabaseSSLMode>.choice,
        "TLS to the PostgreSQL store. An `sslmode` in the URL wins."
    )
    static let prepared = Setting(
        "DB_PREPARED",
        default: "on",
        .boolean,
        "Prepared statements; `off` behind poolers that cannot carry them."
    )
    static let synchronous = Setting(
        "DB_SYNCHRONOUS",
        default: "normal",
        SettingParser<DatabaseSynchronous>.choice,
        "SQLite: `normal` survives the death of the process, `full` also a loss of power."
    )
    static let schemaWait = Setting(
        "SCHEMA_WAIT_SECONDS",
        default: "60",
        .integer(0...3600),
        "How long `loupe api`, `runner` and `scheduler` wait for the schema before they exit 69."
    )
}

extension Settings {
    static let accounts: [any AnySetting] = [accessTokenHours, registration, rateLimit, rateLimitExempt]

    static let accessTokenHours = Setting(
        "ACCESS_TOKEN_HOURS",
        default: "24",
        .integer(1...720),
        "How long an access token holds."
    )
    static let registration = Setting(
        "REGISTRATION",
        default: "invite",
        SettingParser<RegistrationRule>.choice,
        "Who may register after the founder: the invited, anybody (each founds an organization), nobody."
    )
    static let rateLimit = Setting(
        "RATE_LIMIT_PER_MINUTE",
        default: "100",
        .integer(0...1_000_000),
        "Requests a minute from an address that is not signed in; 0 turns all limits off."
    )
    static let rateLimitExempt = Setting(
        "RATE_LIMIT_EXEMPT",
        .list(.addressRange),
        "Addresses without limits, such as those of a health check."
    )
}
