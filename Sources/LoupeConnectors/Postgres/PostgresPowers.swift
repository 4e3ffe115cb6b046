import LoupePostgres

/// What a role could do beyond reading, were the session not read-only: the third wall.
enum PostgresPowers {
    /// A sentence a power; none where the role can only read.
    static func beyondReading(_ session: PostgresSession) throws -> [String] {
        let row = try session.pipeline([.init(powers)])[0]
        let texts = [
            "This role is a superuser", "This role can write to this database",
            "This role can read files of the server",
            "This role can write files of the server", "This role can run programs on the server",
        ]
        return try texts.indices.filter { try row.boolean(0, $0) }.map { texts[$0] }
    }

    private static func isMember(of role: String) -> String {
        "EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '\(role)' "
            + "AND pg_catalog.pg_has_role(current_user, oid, 'USAGE'))"
    }

    private static let powers = """
        SELECT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
            pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
            OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_'
                AND pg_catalog.has_schema_privilege(oid, 'CREATE'))
            OR EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                AND (pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                    OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT, UPDATE'))),
            \(isMember(of: "pg_read_server_files")), \(isMember(of: "pg_write_server_files")),
            \(isMember(of: "pg_execute_server_program"))
        """
}
