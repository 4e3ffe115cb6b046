import Foundation
import Logging
import LoupeCore
import LoupeSecurity
import LoupeTelemetry
import Testing

@testable import LoupeServer

/// A key ring as an operator would set it.
private let key = "k1:" + Data(repeating: 1, count: 32).base64EncodedString()

private func load(
    _ environment: [String: String] = [:],
    flags: [String: String] = [:],
    role: ServerRole = .serve,
    files: [String: String] = [:]
) throws -> LoupeServer.Configuration {
    try .load(
        role: role,
        flags: ["LOUPE_DATA_DIR": "/data"].merging(flags) { $1 },
        environment: environment,
        readFile: { files[$0] }
    )
}

/// The names and messages of what is wrong, a line each.
private func problems(
    _ environment: [String: String] = [:],
    flags: [String: String] = [:],
    role: ServerRole = .serve,
    files: [String: String] = [:]
) -> [String] {
    do {
        _ = try load(environment, flags: flags, role: role, files: files)
        return []
    } catch let error as ConfigurationError {
        return error.problems.map { "\($0.name) \($0.message)" }
    } catch {
        return ["unexpected: \(error)"]
    }
}

@Suite("Configuration")
struct ConfigurationTests {
    @Test func `without a word the defaults hold`() throws {
        let configuration = try load()
        #expect(configuration.environment == .development)
        #expect(configuration.dataDirectory == "/data")
        #expect(configuration.store.location == .sqlite(path: "/data/loupe.db"))
        #expect(configuration.store.maximumConnections == 10 && configuration.store.minimumConnections == 2)
        #expect(configuration.store.sslMode == .prefer)
        #expect(
            configuration.http.host == "127.0.0.1" && configuration.http.port == 8080 && configuration.http.isLoopback
        )
        #expect(configuration.http.rateLimitPerMinute == 100)
        #expect(configuration.accounts.accessTokenLifetime == .seconds(86_400))
        #expect(configuration.accounts.registration == .invite)
        #expect(configuration.engine.runnerConcurrency == 8)
        #expect(configuration.engine.queueTimeout == .seconds(3600))
        #expect(configuration.results.location == .directory(path: "/data/results"))
        #expect(configuration.results.maximumBytes == 256 << 20 && configuration.results.cellMaximumBytes == 16 << 20)
        #expect(configuration.datasources.sqliteDirectories == ["/data/files"])
        #expect(configuration.datasources.hosts == nil && !configuration.datasources.allowsLocalSockets)
        #expect(configuration.sampleFile == "/data/files/new-york-flights.db")
        #expect(configuration.log.level == .info && configuration.log.format == .text)
        #expect(configuration.keyRing == nil && configuration.mail == nil && configuration.redis == nil)
    }

    @Test func `flags win over the environment, that over loupe.yaml, that over defaults`() throws {
        let files = ["/data/loupe.yaml": "api_port: 3\nlog_level: debug\nrunner_concurrency: 5\n"]
        let environment = ["API_PORT": "2", "LOG_LEVEL": "error"]
        let configuration = try load(environment, flags: ["API_PORT": "1"], files: files)
        #expect(configuration.http.port == 1)
        #expect(configuration.log.level == .error)
        #expect(configuration.engine.runnerConcurrency == 5)
        let origins = Dictionary(uniqueKeysWithValues: configuration.effective.map { ($0.name, $0.origin) })
        #expect(origins["API_PORT"] == "command line")
        #expect(origins["LOG_LEVEL"] == "environment")
        #expect(origins["RUNNER_CONCURRENCY"] == "loupe.yaml")
        #expect(origins["REGISTRATION"] == "default")
    }

    @Test func `loupe.yaml stands in the data directory that flags or environment name`() throws {
        let files = ["/other/loupe.yaml": "api_port: 7\n"]
        let configuration = try LoupeServer.Configuration.load(
            role: .serve,
            flags: [:],
            environment: ["LOUPE_DATA_DIR": "/other"],
            readFile: { files[$0] }
        )
        #expect(configuration.http.port == 7)
    }

    @Test func `lists are apart by commas, or YAML's own`() throws {
        let files = [
            "/data/loupe.yaml": "datasource_hosts:\n  - a.example\n  - 10.0.0.0/8\ntrusted_proxies: 10.0.0.1\n"
        ]
        let configuration = try load(
            ["CORS_ALLOWED_ORIGINS": "https://a.example, https://B.example:443"],
            files: files
        )
        #expect(configuration.datasources.hosts == ["a.example", "10.0.0.0/8"])
        #expect(configuration.http.allowedOrigins.map(\.text) == ["https://a.example", "https://b.example"])
        let proxy = try #require(IPAddress("10.0.0.1"))
        #expect(configuration.http.trustedProxies.map { $0.contains(proxy) } == [true])
    }

    @Test func `every problem is named at once, with its place`() {
        let names = [
            "API_PORT", "APP_ENV", "DB_PREPARED", "LOUPE_SECRET_KEY", "PUBLIC_URL", "DATABASE_URL", "TRUSTED_PROXIES",
            "RESULT_MAX_BYTES", "LOG_LEVEL", "RESULT_STORAGE", "SMTP_URL", "MAIL_FROM", "RUNNER_ID", "REDIS_URL",
        ]
        let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "?!") })
        let error = #expect(throws: ConfigurationError.self) { try load(environment) }
        let found = Set((error?.problems ?? []).map(\.name))
        #expect(found.isSuperset(of: names))
        #expect(error?.problems.first { $0.name == "API_PORT" }?.origin == "environment")
        #expect(error?.description.contains("?!") == false)
    }

    @Test func `an empty value is no value`() throws {
        #expect(try load(["API_PORT": "", "SMTP_URL": ""]).http.port == 8080)
    }

    @Test(arguments: [
        "API_PORT=65536", "API_PORT=-1", "API_PORT=80a", "DB_MAX_CONNECTIONS=0", "ACCESS_TOKEN_HOURS=0",
        "RESULT_MAX_BYTES=1", "RESULT_MAX_BYTES=9999999999 GiB", "CELL_MAX_BYTES=5 parsecs",
        "DATABASE_URL=mysql://x", "DATABASE_URL=sqlite:", "DATABASE_URL=sqlite://x", "DATABASE_URL=postgres://",
        "PUBLIC_URL=ftp://x", "PUBLIC_URL=https://x/path", "PUBLIC_URL=https://user@x",
        "RATE_LIMIT_EXEMPT=10.0.0.0/33", "TRUSTED_PROXIES=proxy.example", "DB_SSL_MODE=yes", "API_HOST=a b",
        "RESULT_STORAGE=directory:", "RUNNER_ID=a b", "REGISTRATION=everybody", "DATASOURCE_LOCAL_SOCKETS=maybe",
        "MAIL_FROM=a@b\r\nBcc: c@d", "REDIS_URL=http://x",
    ])
    func `a value out of its form is refused by name`(assignment: String) throws {
        let parts = assignment.split(separator: "=", maxSplits: 1).map(String.init)
        let problems = problems([parts[0]: parts[1]])
        #expect(problems.count == 1)
        #expect(try #require(problems.first).hasPrefix(parts[0] + " must be"))
    }

    @Test func `in development only loopback is listened on`() throws {
        for host in ["0.0.0.0", "::", "10.0.0.1", "example.com"] {
            #expect(problems(["API_HOST": host]).count == 1)
            #expect(problems(["API_HOST": host, "APP_ENV": "staging", "LOUPE_SECRET_KEY": key]).isEmpty)
            #expect(problems(["API_HOST": host, "DATABASE_URL": "postgres://u@db/x"], role: .runner).isEmpty)
        }
        for host in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] { #expect(problems(["API_HOST": host]).isEmpty) }
    }

    @Test func `outside development the key must be given, and a wrong one is named once`() throws {
        #expect(problems(["APP_ENV": "production"]) == ["LOUPE_SECRET_KEY must be set in production"])
        #expect(problems(["APP_ENV": "production", "LOUPE_SECRET_KEY": "x"]).count == 1)
        let configuration = try load(["APP_ENV": "production", "LOUPE_SECRET_KEY": key])
        #expect(configuration.keyRing?.first.id == "k1")
        #expect(configuration.store.sslMode == .require)
        #expect(configuration.log.format == .json)
    }

    @Test func `settings that belong together are asked for together`() throws {
        #expect(problems(["TLS_CERT": "/c.pem"]) == ["TLS_CERT, TLS_KEY are needed together"])
        #expect(
            problems(["SMTP_URL": "smtp://mail:25"]).map { $0.prefix { $0 != " " } } == ["PUBLIC_URL", "MAIL_FROM"]
        )
        #expect(problems(["DB_MIN_CONNECTIONS": "11"]).count == 1)
        #expect(problems(["CELL_MAX_BYTES": "512 MiB"]).count == 1)
        #expect(problems(["DATABASE_DIRECT_URL": "postgres://u@h/d"]).count == 1)
        let mail = [
            "SMTP_URL": "smtp://u:p@mail:25", "PUBLIC_URL": "https://l.example", "MAIL_FROM": "Loupe <l@l.example>",
        ]
        #expect(try load(mail).mail?.from == "Loupe <l@l.example>")
    }

    @Test(arguments: [ServerRole.api, .runner, .scheduler])
    func `roles of their own need PostgreSQL`(role: ServerRole) throws {
        #expect(problems(role: role).map { $0.prefix { $0 != " " } } == ["DATABASE_URL"])
        let configuration = try load(["DATABASE_URL": "postgresql://u:p@h/d"], role: role)
        #expect(!configuration.store.location.isSQLite)
    }

    @Test func `a database URL is read by the client that will use it`() {
        #expect(problems(["DATABASE_URL": "postgres://h/d"]) == ["DATABASE_URL names no user"])
        #expect(problems(["DATABASE_URL": "postgres://u@h:x/d"]).count == 1)
        #expect(problems(["DATABASE_URL": "postgres://u@h/d?sslkey=/x"]).count == 1)
    }

    @Test func `a secret can be a file, but not both`() throws {
        let files = ["/run/key": key + "\n", "/run/empty": "\n"]
        #expect(try load(["LOUPE_SECRET_KEY_FILE": "/run/key"], files: files).keyRing?.first.id == "k1")
        #expect(problems(["LOUPE_SECRET_KEY_FILE": "/run/key", "LOUPE_SECRET_KEY": key], files: files).count == 1)
        for path in ["/run/empty", "/run/missing"] {
            let found = problems(["LOUPE_SECRET_KEY_FILE": path], files: files)
            #expect(found.count == 1 && found.first?.hasPrefix("LOUPE_SECRET_KEY_FILE names a") == true)
        }
        #expect(try load(["API_PORT_FILE": "/run/key"], files: files).http.port == 8080)
    }

    @Test func `a name that loupe.yaml does not have is a problem, also with a typing error`() {
        let yaml = "# a comment: here\napi_prot: 1\nlog_level: debug\nloupe_data_dir: /x\n"
        let found = problems(files: ["/data/loupe.yaml": yaml])
        #expect(found.map { $0.prefix { $0 != " " } } == ["api_prot", "loupe_data_dir"])
        #expect(problems(files: ["/data/loupe.yaml": "# nothing yet\n"]).isEmpty)
        #expect(problems(files: ["/data/loupe.yaml": "a: [\n"]).contains { $0.hasPrefix("loupe.yaml") })
        for yaml in ["api_port: {a: 1}\n", "api_port:\n  a: 1\n"] {
            #expect(problems(files: ["/data/loupe.yaml": yaml]).count == 1)
        }
    }

    @Test func `the effective configuration shows no secret`() throws {
        let configuration = try load([
            "LOUPE_SECRET_KEY": key, "METRICS_TOKEN": "hunter2",
            "DATABASE_URL": "postgres://u:hunter2@h/d?password=hunter2",
            "REDIS_URL": "redis://:hunter2@r", "SMTP_URL": "smtp://u:hunter2@m", "MAIL_FROM": "a@b",
            "PUBLIC_URL": "http://x",
        ])
        let text = configuration.effective.map(\.description).joined(separator: "\n")
        #expect(!text.contains("hunter2") && !text.contains(key))
        #expect(text.contains("DATABASE_URL=postgres://u:•••@h/d?password=••• (environment)"))
        #expect(text.contains("RESULT_STORAGE=store (default)"))
        #expect(try load().effective.map(\.description).contains("RESULT_STORAGE=directory:/data/results (default)"))
        #expect(configuration.effective.count == Settings.all.count)
        #expect(!"\(configuration)".contains("hunter2@r"))
    }
}

@Suite("URL mask")
struct URLMaskTests {
    @Test(arguments: [
        ("postgres://u:p@h:5432/d", "postgres://u:•••@h:5432/d"), ("postgres://u@h/d", "postgres://u@h/d"),
        ("postgres://h/d?sslmode=require", "postgres://h/d?sslmode=require"),
        ("postgres://u:p/a@b@h/d", "postgres://u:•••@h/d"),
        ("postgres://h/d?sslkey=x&user=u", "postgres://h/d?sslkey=•••&user=u"),
        ("sqlite:/x/y.db", "sqlite:/x/y.db"), ("u:p@h", "•••"),
    ])
    func `a password is never shown`(url: String, shown: String) {
        #expect(URLMask.withoutPassword(url) == shown)
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test func `every default is a valid value, and every name is there once`() {
        for setting in Settings.all { #expect(setting.isStandardValid, "\(setting.name)") }
        #expect(Set(Settings.all.map(\.name)).count == Settings.all.count)
    }

    /// `LOUPE_WRITE_DOCS=1 swift test --filter SettingsTests` writes the file anew.
    @Test func `docs/configuration.md is what the declarations say`() throws {
        let file = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/configuration.md")
        if ProcessInfo.processInfo.environment["LOUPE_WRITE_DOCS"] == "1" {
            try Data(ConfigurationDocument.markdown.utf8).write(to: file)
        }
        let written = try String(contentsOf: file, encoding: .utf8)
        #expect(written == ConfigurationDocument.markdown)
    }
}
