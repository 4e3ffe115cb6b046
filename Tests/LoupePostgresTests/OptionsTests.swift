import Foundation
import LoupeCore
import LoupePostgres
import LoupeTestSupport
import Testing

@Suite("Where to connect")
struct OptionsTests {
    @Test("A URL is read with its parts percent-decoded")
    func url() throws {
        let options = try PostgresOptions(
            url: "postgres://a%40b:p%2Fw%3Ad@db.example:6000/my%20db?sslmode=verify-full&sslrootcert=/etc/ca.pem"
                + "&application_name=x&connect_timeout=3&target_session_attrs=read-write"
        )
        #expect(options.endpoints == [.init(host: "db.example", port: 6000)])
        #expect(options.user == "a@b" && options.password == "p/w:d" && options.database == "my db")
        #expect(options.sslMode == .verifyFull && options.rootCertificate == "/etc/ca.pem")
        #expect(options.applicationName == "x" && options.connectTimeout == .seconds(3))
        #expect(options.targetSession == .readWrite)
    }

    @Test("Hosts may be several, addresses, or the directory of a socket")
    func hosts() throws {
        #expect(
            try PostgresOptions(url: "postgresql://u@a,b:1,[::1]:2/d").endpoints
                == [.init(host: "a"), .init(host: "b", port: 1), .init(host: "::1", port: 2)]
        )
        let socket = try PostgresOptions(url: "postgres://u@/d?host=/run/postgresql&port=7")
        #expect(socket.endpoints == [.init(host: "/run/postgresql", port: 7)])
        #expect(socket.endpoints[0].isUnixSocket)
        let least = try PostgresOptions(url: "postgres://u@h")
        #expect(least.database == "u" && least.sslMode == .prefer && least.password == nil)
    }

    @Test(
        "A URL that is not one is refused without repeating it",
        arguments: [
            "mysql://u@h/d", "postgres://h/d", "postgres://u@h:0/d", "postgres://u@h:x/d", "postgres://u:secret%zz@h/d",
            "postgres://u@h/d?sslmode=maybe", "postgres://u@h/d?service=x", "postgres://u@h/d?connect_timeout=0",
            "postgres://u@[::1/d", "postgres://u@h/d%00x", "postgres://u@h/d?sslmode", "postgres://u:%ff@h/d",
        ]
    )
    func refused(url: String) {
        let error = #expect(throws: LoupeError.self) { try PostgresOptions(url: url) }
        #expect(error?.code == .validationFailed)
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    @Test("The password is in no description")
    func masked() throws {
        let options = try PostgresOptions(url: "postgres://u:hunter2@h/d?sslmode=require")
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(options)", String(reflecting: options), dumped, "\([options])", "\(Optional(options) as Any)"] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(options)" == "postgres://u@h:5432/d?sslmode=require")
    }

    @Test("Neither PG variables nor a password or service file have a say")
    func environment() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("loupe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // a leftover harms nobody
        try Data("[evil]\nhost=192.0.2.1\nuser=nobody\n".utf8).write(to: directory.appendingPathComponent("services"))
        let variables = [
            "PGHOST": "192.0.2.1", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "nobody",
            "PGPASSWORD": "wrong", "PGDATABASE": "nosuch", "PGOPTIONS": "-c search_path=evil -c nosuch=1",
            "PGSERVICE": "evil", "PGSERVICEFILE": directory.appendingPathComponent("services").path,
            "PGSSLMODE": "verify-full", "PGAPPNAME": "evil", "PGTZ": "Asia/Tokyo", "PGDATESTYLE": "German",
            "PGCLIENTENCODING": "LATIN1", "PGTARGETSESSIONATTRS": "standby", "PGREQUIREPEER": "evil",
            "PGCHANNELBINDING": "require", "PGPASSFILE": "/etc/passwd",
        ]
        for (name, value) in variables { setenv(name, value, 1) }
        try await PostgresFixture.withConnection { connection in
            try await connection.run { session in
                let row = try session.execute(
                    "SELECT current_setting('search_path'), current_setting('DateStyle'), current_setting('TimeZone'), "
                        + "current_setting('client_encoding'), current_setting('application_name')"
                )
                #expect(try row.text(0, 0) == #""$user", public"#)
                #expect(try row.text(0, 1) == "ISO, MDY")
                #expect(try row.text(0, 2) != "Asia/Tokyo")
                #expect(try row.text(0, 3) == "UTF8")
                #expect(try row.text(0, 4) == "loupe-tests")
            }
        }
        for name in variables.keys { #expect(getenv(name) == nil) }
    }

    @Test("Session settings are made once after connecting, by bound values")
    func settings() async throws {
        var options = try PostgresFixture.options(try TestPostgres.clusterURL())
        options.settings = ["search_path": "a'b", "TimeZone": "Europe/Zurich"]
        let connection = try await PostgresConnection.connect(options, logger: PostgresFixture.logger)
        #expect(try await connection.text("SHOW TimeZone") == "Europe/Zurich")
        #expect(try await connection.text("SHOW search_path") == "a'b")
        await connection.close()
    }
}
