import ArgumentParser
import Hummingbird
import Logging
import LoupeCore
import LoupePostgres
import LoupeStore

/// What a request costs before Loupe does anything of its own: a bare Hummingbird handler that reads one saved query
/// by its key from Loupe's own store and writes it as JSON. No authentication, no session, no limits, no log line.
///
/// Started by scripts/bench, which compares it with `GET /api/v1/queries/{id}`.
@main
struct BareServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loupe-bench",
        abstract: "A bare handler on Loupe's store, to compare with."
    )

    @Option(help: "The store: postgres://… or the path of an SQLite file.")
    var store: String

    @Option(help: "The organization whose queries are read.")
    var organization: String

    @Option(help: "The port on 127.0.0.1.")
    var port: Int

    func run() async throws {
        guard let organization = Organization.ID(organization) else { throw ValidationError("not an id") }
        var logger = Logger(label: "loupe-bench")
        logger.logLevel = .warning
        let database = try open(logger)
        let router = Router()
        router.get("queries/{id}") { _, context in
            guard let id = try SavedQuery.ID(context.parameters.require("id")),
                let json = try await BareQuery.find(id, in: organization, database)
            else { return Response(status: .notFound) }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
            )
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: logger
        )
        try await application.runService()
    }

    /// The same adapter, with the same number of connections, as Loupe itself.
    private func open(_ logger: Logger) throws -> any Database {
        guard store.hasPrefix("postgres") else { return try SQLiteDatabase(SQLiteOptions(path: store)) }
        let pool = PostgresPool(
            options: try PostgresOptions(url: store),
            configuration: PostgresPoolConfiguration(minimum: 2, maximum: 10),
            logger: logger
        )
        return PostgresDatabase(pool: pool)
    }
}
