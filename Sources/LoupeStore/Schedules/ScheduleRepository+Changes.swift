package import LoupeCore

extension ScheduleRepository {
    /// Adds a schedule with its tags. Throws `validation_failed` for a query that is not in the organization, or was
    /// deleted.
    package static func insert(_ schedule: Schedule, in transaction: any Transaction) throws {
        let organization = schedule.organizationID
        try require(schedule.queryID, in: organization, transaction)
        try ObjectRows.insert(.schedule, schedule.id.uuid, in: organization, transaction)
        try transaction.execute(
            """
            INSERT INTO schedules (org_id, id, query_id, name, name_key, cron_expression, timezone, parameters, enabled,
            next_run_at, created_by, created_at, updated_at, version)
            VALUES (\(organization), \(schedule.id), \(schedule.queryID), \(schedule.name), \(schedule.name.folded),
            \(schedule.cronExpression), \(schedule.timeZone), \(JSONValue.object(schedule.parameters)),
            \(schedule.isEnabled), \(schedule.history.nextRunAt), \(schedule.createdBy), \(schedule.createdAt),
            \(schedule.updatedAt), \(schedule.version))
            """
        )
        try keepAround(schedule, at: schedule.updatedAt, transaction)
    }

    package func insert(_ schedule: Schedule) async throws {
        try await database.write { try Self.insert(schedule, in: $0) }
    }

    /// Changes a schedule and its tags. `isRescheduled` takes over its next time too; otherwise that stays as it is,
    /// which may be another than the caller read. Throws `preconditionFailed` where `schedule.version` is not the stored
    /// one.
    @discardableResult
    package func update(_ schedule: Schedule, isRescheduled: Bool, at now: Timestamp) async throws -> Schedule {
        try await database.write { try Self.update(schedule, isRescheduled: isRescheduled, at: now, $0) }
    }

    /// The same, in a transaction with other changes.
    @discardableResult
    package static func update(
        _ schedule: Schedule,
        isRescheduled: Bool,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Schedule {
        let organization = schedule.organizationID
        try require(schedule.queryID, in: organization, transaction)
        var next: SQL = ""
        if isRescheduled { next = "next_run_at = \(schedule.history.nextRunAt), skipped_reason = NULL," }
        let count = try transaction.execute(
            """
            UPDATE schedules AS o SET \(next) query_id = \(schedule.queryID), name = \(schedule.name),
            name_key = \(schedule.name.folded), cron_expression = \(schedule.cronExpression),
            timezone = \(schedule.timeZone), parameters = \(JSONValue.object(schedule.parameters)),
            enabled = \(schedule.isEnabled), updated_at = \(now), version = version + 1
            WHERE \(Self.isHere(schedule.id, organization)) AND o.version = \(schedule.version)
            """
        )
        guard count == 1 else {
            _ = try find(schedule.id, in: organization, transaction)
            throw LoupeError.stale("schedule")
        }
        try keepAround(schedule, at: now, transaction)
        return try find(schedule.id, in: organization, transaction)
    }

    /// Moves a schedule to the bin. Throws `preconditionFailed` where `version` is given and is not the stored one.
    package static func delete(
        _ id: Schedule.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let schedule = try find(id, in: organization, transaction)
        if let version, version != schedule.version { throw LoupeError.stale("schedule") }
        // Without a next time it starts anew where somebody takes it out of the bin.
        let count = try transaction.execute(
            """
            UPDATE schedules AS o SET deleted_at = \(now), deleted_by = \(user), next_run_at = NULL,
            version = version + 1
            WHERE \(isHere(id, organization)) AND o.version = \(schedule.version)
            """
        )
        guard count == 1 else { throw LoupeError.stale("schedule") }
        try ObjectRows.forget(.schedule, id.uuid, in: organization, transaction)
    }

    package func delete(
        _ id: Schedule.ID,
        version: Int? = nil,
        by user: User.ID?,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { try Self.delete(id, version: version, by: user, in: organization, at: now, $0) }
    }

    /// Gives somebody's schedules to somebody else, those in the bin too: the person leaves, their schedules go on. How
    /// many they are.
    @discardableResult
    package static func reassign(
        from user: User.ID,
        to other: User.ID,
        in organization: Organization.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Int {
        try transaction.execute(
            """
            UPDATE schedules SET created_by = \(other), updated_at = \(now), version = version + 1
            WHERE org_id = \(organization) AND created_by = \(user)
            """
        )
    }

    /// Tags and text to search, which stand in tables of their own.
    private static func keepAround(_ schedule: Schedule, at now: Timestamp, _ transaction: any Transaction) throws {
        let organization = schedule.organizationID
        try ObjectRows.setTags(schedule.tags, of: .schedule, schedule.id.uuid, in: organization, transaction)
        try ObjectRows.setSearch(
            .schedule,
            schedule.id.uuid,
            in: organization,
            name: schedule.name,
            text: "",
            at: now,
            transaction
        )
    }

    private static func require(
        _ query: SavedQuery.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws {
        // The lock keeps the query from being deleted until the schedule stands on it.
        let lock: SQL = transaction.dialect == .postgres ? " FOR SHARE" : ""
        let found: Bool? = try transaction.first(
            "SELECT true FROM queries AS o WHERE \(QueryRepository.isHere(query, organization))\(lock)"
        ) { try $0.boolean() }
        guard found == true else { throw LoupeError.invalid("query_id", "is not a query of this organization") }
    }
}
