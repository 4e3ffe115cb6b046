package import LoupePostgres

/// Which database of which cluster, however it is addressed.
package struct PostgresIdentity: Hashable, Sendable {
    /// Of the cluster's data, made by `initdb`; nil where the server does not tell.
    package let systemIdentifier: Int64?
    package let databaseOID: Int64

    package init(systemIdentifier: Int64?, databaseOID: Int64) {
        self.systemIdentifier = systemIdentifier
        self.databaseOID = databaseOID
    }

    /// Asks the server. Throws `PostgresError`.
    package static func read(_ session: PostgresSession) throws -> PostgresIdentity {
        let database = "(SELECT oid::int8 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
        do {
            let row = try session.pipeline([
                .init("SELECT system_identifier, \(database) FROM pg_catalog.pg_control_system()")
            ])[0]
            return PostgresIdentity(systemIdentifier: try row.int8(0, 0), databaseOID: try row.int8(0, 1))
        } catch let error as PostgresError where !error.isConnectionLost {
            // Revoked, or a server that only speaks PostgreSQL's protocol.
            let row = try session.pipeline([.init("SELECT \(database)")])[0]
            return PostgresIdentity(systemIdentifier: nil, databaseOID: try row.int8(0, 0))
        }
    }

    /// Whether they are, or may be, the same: where one is silent about its cluster, the database's number decides.
    func mayBe(_ other: PostgresIdentity) -> Bool {
        guard databaseOID == other.databaseOID else { return false }
        guard let mine = systemIdentifier, let others = other.systemIdentifier else { return true }
        return mine == others
    }
}
