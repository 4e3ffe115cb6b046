import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Synchronization

@testable import LoupeServices

/// An organization on a store of its own, with one object of each kind that uses every field.
struct ArchiveWorld {
    let database: any Database
    let organization: Organization
    let caller: Caller
    let service: ArchiveService
    let surroundings: Surroundings

    static let connection = "postgres://reader:hunter2@db.internal/shop"

    /// Without any object but a datasource `shop` and one that nothing uses.
    init(_ database: any Database, datasource: String = "shop") async throws {
        self.database = database
        // Each id is later than the one before, so that the order of files is that of making.
        let count = Mutex(0)
        let now: @Sendable () -> Timestamp = {
            count.withLock { count in
                count += 1
                return TestStore.moment + .milliseconds(count)
            }
        }
        surroundings = Surroundings(now: now, random: Surroundings.system.random)
        let moment = TestStore.moment
        let organization = Organization(id: surroundings.newID(), name: "Acme", createdAt: moment, updatedAt: moment)
        let ada = User(
            id: surroundings.newID(),
            organizationID: organization.id,
            email: "ada@example.com",
            name: "Ada",
            role: .admin,
            createdAt: moment
        )
        self.organization = organization
        caller = Caller(organization: organization.id, user: ada.id, name: "Ada", role: .admin, address: "")
        service = ArchiveService(
            database: database,
            rules: .forArchives,
            signals: SignalHub(),
            surroundings: surroundings
        )
        try await database.write { transaction in
            try OrganizationRepository.insert(organization, isFounding: true, in: transaction)
            try UserRepository.insert(ada, passwordHash: "hash", in: transaction)
        }
        for name in [datasource, "other"] { try await addDatasource(name) }
    }

    @discardableResult
    func addDatasource(_ name: String) async throws -> Datasource {
        let datasource = Datasource(
            id: surroundings.newID(),
            organizationID: organization.id,
            name: name,
            kind: .postgres,
            connection: Datasource.Connection(host: "db.internal", port: 5432, database: "shop", user: "reader"),
            createdBy: caller.user,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
        try await DatasourceRepository(database).insert(datasource, sealed: Array(Self.connection.utf8))
        return datasource
    }

    /// Two queries, of which one offers the options of the other, and one of everything else.
    func fill() async throws {
        let contents = try await ArchiveRepository(database).contents(of: organization.id)
        guard let shop = contents.datasources.first(where: { $0.value == "shop" })?.key else { return }
        let now = TestStore.moment
        let countries = query("Countries", "SELECT code\nFROM countries\n", on: shop)
        var orders = query("Orders: by \"country\" & day", "-- & comment\r\nSELECT :country, '*x'", on: shop)
        orders.description = "First line\n  indented\n\n# not a comment\n&maybe *an alias*"
        orders.tags = ["sales", "yes", "1"].sorted()
        orders.limits.timeoutSeconds = 31
        orders.parameters = parameters(from: countries.id)
        let chart = Visualization(
            id: surroundings.newID(),
            organizationID: organization.id,
            queryID: orders.id,
            name: "Chart",
            chartType: .bar,
            config: [
                "y_axis": ["a", "b"], "thresholds": [["value": 1, "color": "#ff0000"]], "note": "x\ny\n", "nil": nil,
            ],
            tags: ["charts"],
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        let all = (dashboard(of: chart.id, countries.id), schedule(of: orders.id), canvas(on: shop, orders.id))
        let queries = [countries, orders]
        try await database.write { transaction in
            for query in queries { try QueryRepository.insert(query, in: transaction) }
            try VisualizationRepository.insert(chart, in: transaction)
            try DashboardRepository.insert(all.0, in: transaction)
            try ScheduleRepository.insert(all.1, in: transaction)
            try CanvasRepository.insert(all.2, in: transaction)
        }
    }

    func archive() async throws -> Archive { try await service.export(by: caller) }

    func take(_ archive: Archive) async throws -> ArchivePlan {
        let prepared = try await service.prepare(archive, by: caller)
        try await service.apply(prepared, by: caller)
        return prepared.plan
    }

    func query(_ name: String, _ sql: String, on datasource: Datasource.ID) -> SavedQuery {
        SavedQuery(
            id: surroundings.newID(),
            organizationID: organization.id,
            datasourceID: datasource,
            name: name,
            sql: sql,
            createdBy: caller.user,
            createdAt: TestStore.moment,
            updatedAt: TestStore.moment
        )
    }

    private func parameters(from countries: SavedQuery.ID) -> [ParameterDefinition] {
        [
            ParameterDefinition(
                name: "country",
                type: .string,
                defaultValue: ["de", "fr"],
                isRequired: true,
                label: "Country",
                isMultiple: true,
                options: [.init(value: "de", label: "Germany"), .init(value: "fr")]
            ),
            ParameterDefinition(name: "since", type: .date, defaultValue: "-7d", optionsQueryID: countries),
            ParameterDefinition(name: "least", type: .number),
        ]
    }
}
