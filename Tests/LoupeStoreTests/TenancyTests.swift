import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

/// What the schema itself promises about organizations, asked of the stores' own catalogs.
@Suite("Tenancy in the schema")
struct TenancyTests {
    /// What refers to no row on purpose, or only looks like an id.
    private static let loose: Set<String> = [
        "results.run_id",  // no cascade reaches chunks
        "audit_log.object_id",  // tells of what may be gone
        "audit_log.request_id",
        "runs.truncated_by",
    ]

    @Test("Each reference of a tenant's row has the organization in it", arguments: StoreKind.allCases)
    func compositeKeys(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let catalog = try await SchemaCatalog(database)
            for table in catalog.tables where table.columns.contains(where: { $0.name == "org_id" }) {
                for key in table.foreignKeys where key.table != "organizations" {
                    #expect(key.columns.first == "org_id", "\(table.name) refers to \(key.table)")
                    #expect(key.targetColumns.first == "org_id", "\(table.name) refers to \(key.table)")
                }
                let bound = Set(table.foreignKeys.flatMap(\.columns) + ["id", "runner_id", "lease_token"])
                let free = table.columns.map(\.name).filter { $0.hasSuffix("_id") || $0.hasSuffix("_by") }
                    .filter { !bound.contains($0) && !Self.loose.contains("\(table.name).\($0)") }
                let unbound = table.name == "results" ? free.filter { $0 != "org_id" } : free
                #expect(unbound == [], "\(table.name) has ids that refer to nothing")
            }
        }
    }

    @Test("No reference into another organization can be stored", arguments: StoreKind.allCases)
    func acrossOrganizations(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.write { transaction in
                for number in [1, 2] { try FilledStore.fill(organization: number, in: transaction) }
            }
            let catalog = try await SchemaCatalog(database)
            var tried = 0
            for table in catalog.tables {
                for key in table.foreignKeys where key.columns.count > 1 {
                    tried += 1
                    let error = try await #require(throws: LoupeError.self) {
                        try await database.write { try Self.cross(table.name, key, $0) }
                    }
                    #expect(error.storeConflict?.kind == .foreignKey, "\(table.name) to \(key.table): \(error)")
                }
            }
            #expect(tried > 60)
        }
    }

    @Test("Every table has a row in the filled store", arguments: StoreKind.allCases)
    func everyTable(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.write { try FilledStore.fill(organization: 1, in: $0) }
            for table in try await SchemaCatalog(database).tables {
                let count = try await database.read {
                    try $0.count(SQL(stringLiteral: "SELECT count(*) FROM \(table.name)"))
                }
                #expect(count > 0, "\(table.name) is empty")
            }
        }
    }

    @Test("Deleting an organization takes everything but results, which are marked", arguments: StoreKind.allCases)
    func deletion(kind: StoreKind) async throws {
        try await kind.withStore { database in
            try await database.write { transaction in
                for number in [1, 2] { try FilledStore.fill(organization: number, in: transaction) }
            }
            guard case .uuid(let id) = FilledStore.id("org", of: 1) else { return }
            try await OrganizationRepository(database).delete(Identifier(id), at: TestStore.moment)
            for table in try await SchemaCatalog(database).tables
            where table.columns.contains(where: { $0.name == "org_id" }) {
                var count = SQL(stringLiteral: "SELECT count(*) FROM \(table.name) WHERE org_id = ")
                count += "\(SQLValue.uuid(id))"
                let statement = count
                let left = try await database.read { try $0.count(statement) }
                #expect(left == (["results", "result_chunks"].contains(table.name) ? 1 : 0), "\(table.name)")
            }
            let marked = try await database.read {
                try $0.count("SELECT count(*) FROM results WHERE deleted_at IS NOT NULL")
            }
            #expect(marked == 1)
        }
    }

    /// Points the first organization's rows at what the second's refer to.
    private static func cross(
        _ table: String,
        _ key: SchemaCatalog.ForeignKey,
        _ transaction: any Transaction
    ) throws {
        let (one, two) = (FilledStore.id("org", of: 1), FilledStore.id("org", of: 2))
        let columns = key.columns.dropFirst().filter { $0 != "kind" }
        let assignments = columns.map { column in
            "\(column) = (SELECT theirs.\(column) FROM \(table) AS theirs WHERE theirs.org_id = $ LIMIT 1)"
        }
        var update: SQL = SQL(stringLiteral: "UPDATE \(table) SET ")
        for (index, assignment) in assignments.enumerated() {
            let halves = assignment.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
            update += SQL(stringLiteral: (index == 0 ? "" : ", ") + halves[0])
            update += "\(two)"
            update += SQL(stringLiteral: halves[1])
        }
        update += " WHERE org_id = \(one)"
        guard try transaction.execute(update) > 0 else {
            Issue.record("\(table) has no row of the first organization")
            return
        }
    }
}
