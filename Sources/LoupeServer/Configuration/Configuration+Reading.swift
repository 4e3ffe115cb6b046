import LoupeCore
import LoupeSecurity
import LoupeTelemetry

extension Configuration {
    /// Reads every setting, fills in the defaults that depend on others, and checks what several settings must keep
    /// together. Problems are left in the reader; the value is of use only without any.
    init(role: ServerRole, reading reader: inout SettingsReader) {
        self.role = role
        environment = reader.value(Settings.environment)
        dataDirectory = reader.value(Settings.dataDirectory)
        reader.settle(Settings.dataDirectory, on: dataDirectory)
        keyRing = reader.optional(Settings.secretKey)
        http = HTTP(reading: &reader)
        store = Store(reading: &reader, environment: environment, dataDirectory: dataDirectory)
        accounts = Accounts(
            accessTokenLifetime: .seconds(reader.value(Settings.accessTokenHours) * 3600),
            registration: reader.value(Settings.registration)
        )
        engine = Engine(reading: &reader)
        results = Results(reading: &reader, dataDirectory: dataDirectory, isAlone: store.location.isSQLite)
        datasources = Datasources(reading: &reader, dataDirectory: dataDirectory)
        mail = Mail(reading: &reader)
        redis = reader.optional(Settings.redisURL)
        log = Log(reading: &reader, environment: environment)
        sampleFile = reader.optional(Settings.sampleFile) ?? dataDirectory + "/files/new-york-flights.db"
        reader.settle(Settings.sampleFile, on: sampleFile)
        effective = []
        check(&reader)
        effective = reader.effective
    }

    private func check(_ reader: inout SettingsReader) {
        if role == .serve || role == .api, environment == .development, !http.isLoopback {
            reader.report(
                Settings.apiHost.name,
                "is not a loopback address: set APP_ENV to staging or production before others can reach the server"
            )
        }
        if environment != .development, !reader.isSet(Settings.secretKey) {
            reader.report(Settings.secretKey.name, "must be set in \(environment.rawValue)")
        }
        if !role.isServe, store.location.isSQLite {
            reader.report(
                Settings.databaseURL.name,
                "must be PostgreSQL for loupe \(role.rawValue); SQLite is for loupe serve"
            )
        }
    }
}

extension Configuration.HTTP {
    fileprivate init(reading reader: inout SettingsReader) {
        host = reader.value(Settings.apiHost)
        isLoopback = host == "localhost" || IPAddress(host)?.isLoopback == true
        port = reader.value(Settings.apiPort)
        opsPort = reader.value(Settings.opsPort)
        publicURL = reader.optional(Settings.publicURL)
        let certificate = reader.optional(Settings.tlsCertificate)
        let key = reader.optional(Settings.tlsKey)
        if let certificate, let key {
            tls = Configuration.TLS(certificatePath: certificate, keyPath: key)
        } else if certificate != nil || key != nil {
            reader.report("TLS_CERT, TLS_KEY", "are needed together")
        }
        maximumClients = reader.value(Settings.maximumClients)
        trustedProxies = reader.optional(Settings.trustedProxies) ?? []
        allowedOrigins = reader.optional(Settings.allowedOrigins) ?? []
        rateLimitPerMinute = reader.value(Settings.rateLimit)
        rateLimitExempt = reader.optional(Settings.rateLimitExempt) ?? []
        metricsToken = reader.optional(Settings.metricsToken).map(Secret.init)
    }
}

extension Configuration.Store {
    fileprivate init(reading reader: inout SettingsReader, environment: AppEnvironment, dataDirectory: String) {
        let path = dataDirectory + "/loupe.db"
        location = reader.optional(Settings.databaseURL) ?? .sqlite(path: path)
        reader.settle(Settings.databaseURL, on: "sqlite:\(path)")
        direct = reader.optional(Settings.directURL)
        if direct != nil, location.isSQLite, !reader.problems.contains(where: { $0.name == Settings.databaseURL.name })
        {
            reader.report(Settings.directURL.name, "is of no use where DATABASE_URL is not PostgreSQL")
        }
        minimumConnections = reader.value(Settings.minimumConnections)
        maximumConnections = reader.value(Settings.maximumConnections)
        if minimumConnections > maximumConnections {
            reader.report(Settings.minimumConnections.name, "must not be over DB_MAX_CONNECTIONS")
        }
        sslMode = reader.optional(Settings.sslMode) ?? (environment == .production ? .require : .prefer)
        reader.settle(Settings.sslMode, on: sslMode.rawValue)
        usesPreparedStatements = reader.value(Settings.prepared)
        synchronous = reader.value(Settings.synchronous)
        schemaWait = .seconds(reader.value(Settings.schemaWait))
    }
}

extension Configuration.Engine {
    fileprivate init(reading reader: inout SettingsReader) {
        runnerID = reader.optional(Settings.runnerID)
        runnerConcurrency = reader.value(Settings.runnerConcurrency)
        schedulerID = reader.optional(Settings.schedulerID)
        schedulerPollInterval = .seconds(reader.value(Settings.schedulerInterval))
        queueTimeout = .seconds(reader.value(Settings.queueTimeout))
    }
}

extension Configuration.Results {
    fileprivate init(reading reader: inout SettingsReader, dataDirectory: String, isAlone: Bool) {
        let path = dataDirectory + "/results"
        // What other machines read cannot lie in a directory of this one.
        location = reader.optional(Settings.resultStorage) ?? (isAlone ? .directory(path: path) : .store)
        reader.settle(Settings.resultStorage, on: isAlone ? "directory:\(path)" : "store")
        maximumBytes = reader.value(Settings.resultMaximum)
        cellMaximumBytes = reader.value(Settings.cellMaximum)
        if cellMaximumBytes > maximumBytes {
            reader.report(Settings.cellMaximum.name, "must not be over RESULT_MAX_BYTES")
        }
    }
}

extension Configuration.Datasources {
    fileprivate init(reading reader: inout SettingsReader, dataDirectory: String) {
        sqliteDirectories = reader.optional(Settings.sqliteDirectories) ?? [dataDirectory + "/files"]
        reader.settle(Settings.sqliteDirectories, on: dataDirectory + "/files")
        hosts = reader.optional(Settings.datasourceHosts)
        allowsLocalSockets = reader.value(Settings.localSockets)
    }
}

extension Configuration.Mail {
    /// Nil without a mail server.
    fileprivate init?(reading reader: inout SettingsReader) {
        let server = reader.optional(Settings.smtpURL)
        let from = reader.optional(Settings.mailFrom)
        if reader.isSet(Settings.smtpURL) {
            if !reader.isSet(Settings.publicURL) {
                reader.report(Settings.publicURL.name, "must be set with SMTP_URL: mails hold links")
            }
            if !reader.isSet(Settings.mailFrom) {
                reader.report(Settings.mailFrom.name, "must be set with SMTP_URL")
            }
        }
        guard let server, let from else { return nil }
        self.init(server: server, from: from)
    }
}

extension Configuration.Log {
    fileprivate init(reading reader: inout SettingsReader, environment: AppEnvironment) {
        level = reader.value(Settings.logLevel)
        format = reader.optional(Settings.logFormat) ?? (environment == .production ? .json : .text)
        reader.settle(Settings.logFormat, on: format.rawValue)
    }
}
