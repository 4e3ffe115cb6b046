import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("Connection strings")
struct DatasourceConnectionTests {
    private func postgres(_ string: String) throws -> PostgresTarget {
        guard case .postgres(let target) = try DatasourceConnection(string: string) else {
            throw LoupeError.notFound("PostgreSQL target")
        }
        return target
    }

    @Test("A URL gives hosts, database, user, password and options")
    func readsURL() throws {
        let target = try postgres(
            "postgresql://ana:s3cret@db.example.com:5433,[2001:db8::1],10.0.0.1/sales?sslmode=verify-full"
                + "&application_name=x%20y&connect_timeout=5&target_session_attrs=prefer-standby"
        )
        #expect(target.hosts.map(\.name) == ["db.example.com", "2001:db8::1", "10.0.0.1"])
        #expect(target.hosts.map(\.port) == [5433, 5432, 5432])
        #expect(target.database == "sales")
        #expect(target.user == "ana")
        #expect(target.password == Password("s3cret"))
        #expect(target.sslMode == .verifyFull)
        #expect(target.applicationName == "x y")
        #expect(target.connectTimeout == .seconds(5))
        #expect(target.sessionAttributes == .preferStandby)
    }

    @Test("What a URL leaves out has its default")
    func defaults() throws {
        let target = try postgres("postgres://ana@db")
        #expect(target == PostgresTarget(hosts: [.init(name: "db", port: 5432)], database: "ana", user: "ana"))
    }

    @Test(
        "A password may hold anything, encoded or not",
        arguments: [
            "p@:/?#%ü 'x", "a@b", "a/b", "a?b=c", "#", "%", "100%", "%zz", "a:b:c", "://", "x@y/z?sslmode=disable",
            "'\"\\",
            "ends@", "@begins", "a&b", "å∫ç😀", "?sslmode=require",
        ]
    )
    func passwords(password: String) throws {
        let raw = try postgres("postgres://ana:\(password)@db:5433/sales?sslmode=require")
        #expect(raw.password?.reveal() == password)
        #expect(raw.hosts == [.init(name: "db", port: 5433)])
        #expect(raw.database == "sales")
        let encoded = try postgres("postgres://ana:\(PercentCoding.encode(password))@db:5433/sales?sslmode=require")
        #expect(encoded == raw)
        let fields = try PostgresTarget(
            fields: .init(host: "db", port: 5433, database: "sales", user: "ana", sslmode: "require"),
            password: password
        )
        #expect(fields == raw)
        let again = try DatasourceConnection(string: DatasourceConnection.postgres(raw).url(withPassword: true))
        #expect(again == .postgres(raw))
    }

    @Test("An @ in the options is theirs")
    func atSignInOptions() throws {
        let target = try postgres("postgres://ana:secret@db/sales?application_name=me@work")
        #expect(target.password?.reveal() == "secret")
        #expect(target.applicationName == "me@work")
        #expect(try postgres("postgres://db/sales?user=me@work").user == "me@work")
    }

    @Test(
        "Keys that reach files or other hosts are refused by name",
        arguments: [
            "service", "passfile", "sslkey", "sslcert", "sslrootcert", "options", "hostaddr", "replication",
            "requiressl",
            "krbsrvname", "gssencmode", "fallback_application_name", "ssl",
        ]
    )
    func refusesKeys(key: String) throws {
        let error = try #require(throws: LoupeError.self) {
            try DatasourceConnection(string: "postgres://ana:hunter2@db/sales?\(key)=x")
        }
        #expect(error.code == .validationFailed)
        #expect(error.message == "connection_string: \(key) is not an allowed key")
    }

    @Test(
        "What is wrong is named, and the string is not repeated",
        arguments: [
            ("mysql://ana:hunter2@db/x", "connection_string: must begin with postgres:// or sqlite:/"),
            ("postgres://ana:hunter2@/x", "connection_string: host is missing"),
            ("postgres://:hunter2@db/x", "connection_string: user is missing"),
            ("postgres://ana:hunter2@db:0/x", "connection_string: port must be a number from 1 to 65535"),
            ("postgres://ana:hunter2@db:x/x", "connection_string: port must be a number from 1 to 65535"),
            ("postgres://ana:hunter2@d b/x", "connection_string: host is not a host name or address"),
            ("postgres://ana:hunter2@[::1/x", "connection_string: host is not a host name or address"),
            ("postgres://ana:hunter2@db/x?host=y", "connection_string: host is given twice"),
            ("postgres://ana:hunter2%00@db/x", "connection_string: password has a control character"),
            (
                "postgres://ana:hunter2@db/x?connect_timeout=0",
                "connection_string: connect_timeout must be a number from 1 to 300"
            ),
            ("postgres://ana:hunter2@db/x?HOST=y", "connection_string: an unknown key is not an allowed key"),
            ("postgres://ana:x?hunter2=y", "connection_string: an unknown key is not an allowed key"),
            ("sqlite:data.db", "connection_string: the path of a SQLite file must be absolute"),
            ("sqlite:/data.db?mode=rw", "connection_string: parameters are not allowed for SQLite"),
            ("postgres://ana:hunter2@db\n/x", "connection_string: must be one line of at most 8,192 bytes"),
        ]
    )
    func tells(string: String, message: String) throws {
        let error = try #require(throws: LoupeError.self) { try DatasourceConnection(string: string) }
        #expect(error.message == message)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test("Every wrong field is named at once")
    func fields() throws {
        let error = try #require(throws: LoupeError.self) {
            try PostgresTarget(
                fields: .init(host: "d b", port: 70_000, database: "x\ty", user: nil, sslmode: "maybe"),
                password: "hunter2"
            )
        }
        #expect(Set(error.details.map(\.field)) == ["host", "database", "user", "sslmode"])
    }

    @Test("No description, dump or summary shows the password")
    func hidesPassword() throws {
        let connection = try DatasourceConnection(string: "postgres://ana:hunter2@db:5433/sales")
        var dumped = ""
        dump(connection, to: &dumped)
        for text in ["\(connection)", String(reflecting: connection), "\(connection.summary)", dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(
            connection.summary
                == .init(host: "db", port: 5433, database: "sales", user: "ana", sslmode: "prefer")
        )
        #expect(connection.url(withPassword: true).contains("hunter2"))
    }

    @Test("Sockets are read and need the server's leave")
    func sockets() throws {
        for string in ["postgres://ana@%2Frun%2Fpostgresql/sales", "postgres:///sales?host=/run/postgresql&user=ana"] {
            let target = try postgres(string)
            #expect(target.hosts == [.init(name: "/run/postgresql")])
            #expect(throws: LoupeError.self) { try target.check(allowsLocalSockets: false) }
            try target.check(allowsLocalSockets: true)
            #expect(try postgres(DatasourceConnection.postgres(target).url(withPassword: true)) == target)
        }
        #expect(try postgres("postgres://ana@%40abstract/sales").hosts[0].isLocalSocket)
    }

    @Test("A SQLite file is a path and nothing else")
    func sqlite() throws {
        let connection = try DatasourceConnection(string: "sqlite:/data/a b%20.db")
        #expect(connection == .sqlite(path: "/data/a b%20.db"))
        #expect(try DatasourceConnection(string: "sqlite:///data/x.db") == .sqlite(path: "/data/x.db"))
        #expect(connection.summary.database == "/data/a b%20.db")
        #expect(try DatasourceConnection(string: connection.url(withPassword: true)) == connection)
    }

    @Test("Several hosts with several ports show both")
    func severalPorts() throws {
        let target = try postgres("postgres://ana@a:1,b:2/x")
        #expect(target.summary.host == "a:1,b:2")
        #expect(target.summary.port == nil)
        let again = try PostgresTarget(fields: target.summary, password: nil)
        #expect(again == target)
    }
}
