import Foundation
import LoupeCore
import LoupeSecurity
import LoupeStore

/// One-use codes that a server prints at its start while nobody has registered: who reads its output may found.
///
/// Each start adds one and the founding takes all away, so that of several servers on one store each one's code works.
struct SetupCodes: Sendable {
    private static let prefix = "setup-code."

    let database: any Database

    /// A new code's text.
    func add(at now: Timestamp) async throws -> String {
        let code = RandomToken()
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO instance_values (name, value, updated_at)
                VALUES (\(SetupCodes.name(of: code)), \(code.digest), \(now))
                """
            )
        }
        return code.text
    }

    func isValid(_ text: String) async throws -> Bool {
        guard let code = RandomToken(text) else { return false }
        return try await database.read { transaction in
            try transaction.count("SELECT count(*) FROM instance_values WHERE name = \(SetupCodes.name(of: code))") == 1
        }
    }

    static func removeAll(in transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM instance_values WHERE name LIKE \(prefix + "%")")
    }

    /// The digest names its row: to find a code is to know it.
    private static func name(of code: RandomToken) -> String {
        prefix + Base64URL.encode(code.digest)
    }
}
