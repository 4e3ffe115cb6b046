package import LoupeCore

/// Organizations and their settings.
package struct OrganizationRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Whether nobody has registered yet.
    package func isEmpty() async throws -> Bool {
        try await database.read {
            try $0.count("SELECT count(*) FROM (SELECT 1 FROM organizations LIMIT 1) AS one") == 0
        }
    }

    package func find(_ id: Organization.ID) async throws -> Organization {
        let organization = try await database.read { transaction in
            try transaction.first(
                "SELECT \(Self.columns) FROM \(Self.tables) WHERE o.id = \(id)",
                as: Organization.init(row:)
            )
        }
        guard let organization else { throw LoupeError.notFound("organization") }
        return organization
    }

    /// Whether datasources on private and loopback addresses are this organization's to use.
    package func isFounding(_ id: Organization.ID) async throws -> Bool {
        try await database.read { transaction in
            try transaction.first("SELECT is_founding FROM organizations WHERE id = \(id)") { try $0.boolean() }
                ?? false
        }
    }

    /// Each organization with its settings, for what goes on without a request (retention).
    package func all() async throws -> [Organization] {
        try await database.read { transaction in
            try transaction.all(
                "SELECT \(Self.columns) FROM \(Self.tables) ORDER BY o.id",
                as: Organization.init(row:)
            )
        }
    }

    /// Adds an organization with its settings. Of two `founding` ones the second throws a conflict on
    /// `organizations_founding_key`.
    package static func insert(_ organization: Organization, isFounding: Bool, in transaction: any Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO organizations (id, name, is_founding, created_at, updated_at, version)
            VALUES (\(organization.id), \(organization.name), \(isFounding), \(organization.createdAt),
            \(organization.updatedAt), \(organization.version))
            """
        )
        let settings = organization.settings
        try transaction.execute(
            """
            INSERT INTO organization_settings (org_id, time_zone, date_format, first_day_of_week, run_retention_days,
            result_retention_days, max_concurrent_runs, registration)
            VALUES (\(organization.id), \(settings.timeZone), \(settings.dateFormat), \(settings.firstDayOfWeek),
            \(settings.runRetentionDays), \(settings.resultRetentionDays), \(settings.maxConcurrentRuns),
            \(settings.registration))
            """
        )
    }

    /// Changes name and settings. Throws `preconditionFailed` where `organization.version` is not the stored one.
    @discardableResult
    package func update(_ organization: Organization, at now: Timestamp) async throws -> Organization {
        try await database.write { try Self.update(organization, at: now, $0) }
    }

    package static func update(
        _ organization: Organization,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Organization {
        var changed = organization
        changed.updatedAt = now
        changed.version += 1
        let settings = organization.settings
        let count = try transaction.execute(
            """
            UPDATE organizations SET name = \(organization.name), updated_at = \(now), version = version + 1
            WHERE id = \(organization.id) AND version = \(organization.version)
            """
        )
        guard count == 1 else { throw LoupeError.stale("organization") }
        try transaction.execute(
            """
            UPDATE organization_settings SET time_zone = \(settings.timeZone), date_format = \(settings.dateFormat),
            first_day_of_week = \(settings.firstDayOfWeek), run_retention_days = \(settings.runRetentionDays),
            result_retention_days = \(settings.resultRetentionDays),
            max_concurrent_runs = \(settings.maxConcurrentRuns), registration = \(settings.registration)
            WHERE org_id = \(organization.id)
            """
        )
        return changed
    }

    /// Removes an organization with all that it has but its results, which are marked for the sweeper: no cascade
    /// reaches chunks.
    package func delete(_ id: Organization.ID, at now: Timestamp) async throws {
        try await database.write { transaction in
            try transaction.execute(
                "UPDATE results SET deleted_at = \(now) WHERE org_id = \(id) AND deleted_at IS NULL"
            )
            // What refers to people and to other objects goes first, so that no row is left that still refers.
            try transaction.execute("DELETE FROM runs WHERE org_id = \(id)")
            try transaction.execute("DELETE FROM work WHERE org_id = \(id)")
            for table: SQL in ["tiles", "visualizations", "schedules", "queries"] {
                try transaction.execute("DELETE FROM \(table) WHERE org_id = \(id)")
            }
            try transaction.execute("DELETE FROM objects WHERE org_id = \(id)")
            try transaction.execute("DELETE FROM invitations WHERE org_id = \(id)")
            try transaction.execute("DELETE FROM audit_log WHERE org_id = \(id)")
            guard try transaction.execute("DELETE FROM organizations WHERE id = \(id)") == 1 else {
                throw LoupeError.notFound("organization")
            }
        }
    }

    private static let tables: SQL = "organizations AS o JOIN organization_settings AS s ON s.org_id = o.id"

    private static let columns: SQL = """
        o.id, o.name, o.created_at, o.updated_at, o.version, s.time_zone, s.date_format, s.first_day_of_week,
        s.run_retention_days, s.result_retention_days, s.max_concurrent_runs, s.registration
        """
}

extension Organization {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            name: try row.text(),
            createdAt: try row.timestamp(),
            updatedAt: try row.timestamp(),
            version: try row.int()
        )
        settings.timeZone = try row.text()
        settings.dateFormat = try row.text()
        settings.firstDayOfWeek = try row.int()
        settings.runRetentionDays = try row.int()
        settings.resultRetentionDays = try row.int()
        settings.maxConcurrentRuns = try row.int()
        settings.registration = try row.enum()
    }
}
