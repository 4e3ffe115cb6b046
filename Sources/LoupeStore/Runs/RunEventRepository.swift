package import LoupeCore

/// Changes of runs' statuses, as they are kept for an hour.
package struct RunEventRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// The numbers of the newest events, ascending, at most `limit`: where a reader starts.
    package func newest(_ limit: Int) async throws -> [Int64] {
        let numbers = try await database.read { transaction in
            try transaction.all("SELECT seq FROM run_events ORDER BY seq DESC LIMIT \(limit)") { try $0.integer() }
        }
        return numbers.reversed()
    }

    /// Events of all organizations after a number, and those of the given lower numbers, ascending.
    package func read(after number: Int64, also missing: [Int64], limit: Int) async throws -> [RunEvent] {
        try await database.read { transaction in
            var events = try transaction.all(
                """
                SELECT \(Self.columns) FROM \(Self.tables) WHERE e.seq > \(SQLValue.integer(number))
                ORDER BY e.seq LIMIT \(limit)
                """,
                as: RunEvent.init(row:)
            )
            guard !missing.isEmpty else { return events }
            events += try transaction.all(
                """
                SELECT \(Self.columns) FROM \(Self.tables)
                WHERE e.seq IN (\(list: missing.map(SQLValue.integer)))
                """,
                as: RunEvent.init(row:)
            )
            return events.sorted { $0.number < $1.number }
        }
    }

    /// An organization's events after a number, ascending, of one run where one is given.
    package func replay(
        after number: Int64,
        run: Run.ID? = nil,
        in organization: Organization.ID,
        limit: Int
    ) async throws -> [RunEvent] {
        var filter: SQL = "e.seq > \(SQLValue.integer(number)) AND e.org_id = \(organization)"
        if let run { filter += " AND e.run_id = \(run)" }
        let statement: SQL = """
            SELECT \(Self.columns) FROM \(Self.tables) WHERE \(filter) ORDER BY e.seq LIMIT \(limit)
            """
        return try await database.read { try $0.all(statement, as: RunEvent.init(row:)) }
    }

    /// The number of the oldest event that is still kept; nil where none is.
    package func oldest() async throws -> Int64? {
        try await database.read { transaction in
            try transaction.first("SELECT seq FROM run_events ORDER BY seq LIMIT 1") { try $0.integer() }
        }
    }

    private static let tables: SQL = """
        run_events AS e JOIN runs AS r ON r.org_id = e.org_id AND r.id = e.run_id
        """

    private static let columns: SQL = """
        e.seq, e.org_id, e.run_id, e.status, e.created_at, r.query_id, r.trigger, r.created_by
        """
}

extension RunEvent {
    init(row: inout RowReader) throws {
        self.init(
            number: try row.integer(),
            organization: try row.id(),
            run: try row.id(),
            status: try row.enum(),
            at: try row.timestamp(),
            query: try row.optionalID(),
            trigger: try row.enum(),
            createdBy: try row.optionalID()
        )
    }
}
