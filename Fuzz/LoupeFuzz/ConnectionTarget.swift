import LoupeConnectors
import LoupeCore

extension FuzzTarget {
    /// A connection string is read or refused; what is read is written back the same; the secret shows nowhere.
    static let connection = FuzzTarget(name: "connection") { random in
        var secret = "Zq9"
        for _ in 0..<random.below(6) { secret += random.pick(pieces) }
        secret += "Zq9"
        var text = random.pick(["postgres://", "postgresql://", "postgres:/", "sqlite:", "mysql://", ""])
        text += random.pick(["ana", "an%20a", "", "ü"]) + ":" + secret + "@"
        text += random.pick(["db", "db:5432", "a,b:1", "[::1]:5432", "%2Frun", "", "d b", "10.0.0.1", "-x"])
        text += random.pick(["/sales", "", "/", "/a%2Fb"])
        for index in 0..<random.below(3) { text += (index == 0 ? "?" : "&") + random.pick(options) }
        if random.chance(50) { text = Mutation.damage(text, with: pieces, &random) }
        do {
            let connection = try DatasourceConnection(string: text)
            let again = try DatasourceConnection(string: connection.url(withPassword: true))
            guard again == connection else { throw FuzzFinding("it is written back as something else", text) }
            guard case .postgres(let target) = connection, let password = target.password else { return }
            // Damage may have moved the secret's pieces into the open; only a password that is one is looked for.
            let open = [target.database, target.user, target.applicationName ?? ""] + target.hosts.map(\.name)
            guard password.reveal().contains("Zq9"), !open.contains(where: { $0.contains("Zq9") }) else { return }
            var dumped = ""
            dump(connection, to: &dumped)
            for shown in ["\(connection)", "\(connection.summary)", dumped] where shown.contains("Zq9") {
                throw FuzzFinding("the password shows: \(shown)", text)
            }
        } catch let error as LoupeError {
            guard error.code == .validationFailed else { throw FuzzFinding("another error: \(error)", text) }
            if "\(error) \(error.details)".contains("Zq9") { throw FuzzFinding("the secret shows: \(error)", text) }
        }
    }

    private static let pieces = [
        "@", ":", "/", "?", "#", "%", "%20", "%zz", "&", "=", " ", "'", "\"", "\\", "ü", "😀", ",", "[", "]", "\n", "\0",
        "?host=x", "sslmode=require", "://", "x",
    ]

    private static let options = [
        "sslmode=require", "sslmode=maybe", "application_name=a@b", "connect_timeout=5", "host=/tmp", "port=1",
        "service=x",
        "passfile=/x", "user=bob", "password=Zq9", "target_session_attrs=any", "=", "x", "dbname=y",
    ]
}
