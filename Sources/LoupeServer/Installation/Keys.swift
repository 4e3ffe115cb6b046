import LoupeCore
import LoupeSecurity
import LoupeStore

/// The keys of an installation: from the configuration, or made once and kept in the data directory.
enum Keys {
    private static let canaryName = "key_canary"

    /// Throws `ExitError`.
    static func ring(_ configuration: Configuration, _ directory: DataDirectory) throws -> KeyRing {
        if let ring = configuration.keyRing { return ring }
        guard configuration.role == .serve else {
            throw ExitError(.configuration, "LOUPE_SECRET_KEY is required: every process of an installation shares it.")
        }
        do {
            return try KeyFile(path: directory.file("secret.key")).readOrCreate()
        } catch {
            throw ExitError(.configuration, "\(error)")
        }
    }

    /// Checks that what is sealed in the store opens with this key, by a canary that the first start leaves there.
    /// Throws `ExitError` with the configuration's code for a wrong key.
    static func check(_ sealer: Sealer, with database: any Database, now: Timestamp) async throws {
        let canary = try sealer.canary()
        let stored = try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO instance_values (name, value, updated_at)
                VALUES (\(canaryName), \(Array(canary.utf8)), \(now)) ON CONFLICT (name) DO NOTHING
                """
            )
            return try transaction.first(
                "SELECT value FROM instance_values WHERE name = \(canaryName)",
                as: { try $0.bytes() }
            )
        }
        do {
            try sealer.check(canary: String(decoding: stored ?? [], as: UTF8.self))
        } catch {
            throw ExitError(
                .configuration,
                "LOUPE_SECRET_KEY is not the key that this store was sealed with: connections and tokens cannot be opened."
            )
        }
    }
}
