import LoupeCore

/// What a claim may choose from: who waits where there is room. Its cost goes with the free slots and with the
/// datasources that have queued work, not with how much is queued or for how many people.
struct ClaimSearch {
    let transaction: any Transaction
    let now: Timestamp

    /// A datasource with queued runs and room for more.
    struct Busy {
        let handle: Datasource.Handle
        let room: Int
        /// Of its whole organization.
        let organizationRoom: Int
    }

    /// Steps from datasource to datasource along the index of queued runs, so that a hundred thousand queued for one
    /// cost no more than one.
    func datasourcesWithRoom() throws -> [Busy] {
        try transaction.all(
            """
            WITH RECURSIVE busy(id) AS (
                SELECT (SELECT datasource_id FROM runs WHERE status = 'queued' ORDER BY datasource_id LIMIT 1)
                UNION ALL
                SELECT (SELECT r.datasource_id FROM runs r WHERE r.status = 'queued' AND r.datasource_id > busy.id
                    ORDER BY r.datasource_id LIMIT 1)
                FROM busy WHERE busy.id IS NOT NULL)
            SELECT d.id, d.org_id, d.ds_type, d.revision, d.max_concurrency, d.allow_unparsed,
                d.max_concurrency - (SELECT count(*) FROM runs r WHERE r.datasource_id = d.id AND r.status = 'running'),
                s.max_concurrent_runs - (SELECT count(*) FROM runs r WHERE r.status = 'running'
                    AND r.datasource_id IN (SELECT o.id FROM datasources o WHERE o.org_id = d.org_id))
            FROM busy JOIN datasources d ON d.id = busy.id AND d.deleted_at IS NULL AND d.org_id =
                (SELECT r.org_id FROM runs r WHERE r.datasource_id = busy.id AND r.status = 'queued' LIMIT 1)
            JOIN organization_settings s ON s.org_id = d.org_id
            """
        ) { row in
            Busy(
                handle: Datasource.Handle(
                    id: try row.id(),
                    organizationID: try row.id(),
                    kind: try row.enum(),
                    revision: try row.int(),
                    maxConcurrency: try row.int(),
                    allowsUnparsed: try row.boolean()
                ),
                room: try row.int(),
                organizationRoom: try row.int()
            )
        }
        .filter { $0.room > 0 && $0.organizationRoom > 0 }
    }

    /// Candidates for `count` slots at a datasource: of each class the next people after the one served last, each with
    /// their oldest runs.
    func waiting(at datasource: Busy, atMost count: Int, _ turns: ClassTurns) throws -> [ClassTurns.Candidate] {
        let handle = datasource.handle
        var sql: SQL?
        for priority in RunPriority.allCases {
            let last = turns.lastPerson(at: handle.id, priority)
            let part = queue(of: handle.id, priority, after: last, atMost: count)
            sql = sql.map { $0 + " UNION ALL " + part } ?? part
        }
        guard let sql else { return [] }
        return try transaction.all(sql) { row in
            let (priority, person): (RunPriority, User.ID?) = (try row.enum(), try row.optionalID())
            return ClassTurns.Candidate(
                run: try row.id(),
                organization: handle.organizationID,
                person: person,
                datasource: handle.id,
                priority: priority
            )
        }
    }

    /// One class at one datasource. `turn` steps from person to person along the index, from `last` on and round to the
    /// first; `pick` then steps along each one's runs by age. What is nobody's stands in a part of its own, as NULL has
    /// no place in that order.
    private func queue(
        of datasource: Datasource.ID,
        _ priority: RunPriority,
        after last: User.ID?,
        atMost count: Int
    ) -> SQL {
        let queued: SQL = "r.status = 'queued' AND r.datasource_id = \(datasource) AND r.priority = \(priority)"
        let ready: SQL = "\(queued) AND (r.not_before IS NULL OR r.not_before <= \(now))"
        let first: SQL = """
            (SELECT r.created_by FROM runs r WHERE \(queued) AND r.created_by IS NOT NULL
            ORDER BY r.created_by LIMIT 1)
            """
        return """
            SELECT priority, person, id FROM (
            WITH RECURSIVE turn(person, start, n) AS (
                SELECT begin.person, begin.person, 1 FROM (SELECT coalesce((SELECT r.created_by FROM runs r
                    WHERE \(queued) AND r.created_by > \(last) ORDER BY r.created_by LIMIT 1), \(first)) AS person)
                    AS begin
                UNION ALL
                SELECT coalesce((SELECT r.created_by FROM runs r WHERE \(queued) AND r.created_by > turn.person
                    ORDER BY r.created_by LIMIT 1), \(first)), turn.start, n + 1
                FROM turn WHERE turn.person IS NOT NULL AND n < \(count) AND (n = 1 OR turn.person <> turn.start)),
            people(person) AS (SELECT DISTINCT person FROM turn WHERE person IS NOT NULL),
            pick(person, n, id) AS (
                SELECT person, 1, (SELECT r.id FROM runs r WHERE \(ready) AND r.created_by = people.person
                    ORDER BY r.id LIMIT 1) FROM people
                UNION ALL
                SELECT person, n + 1, (SELECT r.id FROM runs r WHERE \(ready) AND r.created_by = pick.person
                    AND r.id > pick.id ORDER BY r.id LIMIT 1)
                FROM pick WHERE pick.id IS NOT NULL
                    AND n < (SELECT (\(count) + count(*) - 1) / count(*) FROM people))
            SELECT \(trusted: priority.literal) AS priority, person, id FROM pick WHERE id IS NOT NULL
            UNION ALL
            SELECT \(trusted: priority.literal), NULL, id FROM (SELECT r.id FROM runs r
                WHERE \(ready) AND r.created_by IS NULL ORDER BY r.id LIMIT \(count)) AS nobodys
            ) AS \(trusted: priority.alias)
            """
    }
}

extension RunPriority {
    /// PostgreSQL 15 wants a name for each part of a union.
    fileprivate var alias: StaticString {
        switch self {
        case .interactive: "interactive"
        case .scheduled: "scheduled"
        case .background: "background"
        }
    }

    fileprivate var literal: StaticString {
        switch self {
        case .interactive: "'interactive'"
        case .scheduled: "'scheduled'"
        case .background: "'background'"
        }
    }
}
