import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport

@testable import LoupeResults

/// A store with the whole schema, a place for chunks, and an organization and run to write results for.
struct ResultsFixture {
    let database: any Database
    let results: ResultStore
    /// Where chunks outside the store lie, for `directory`.
    let directory: String
    private(set) var organization: Organization.ID = Surroundings.system.newID()
    private(set) var run: Run.ID = Surroundings.system.newID()

    enum Place: String, CaseIterable, Sendable {
        case store
        case directory
    }

    /// Opens a fixture for `body` and removes it after.
    static func with(
        _ kind: StoreKind,
        _ place: Place = .directory,
        now: Timestamp = TestStore.moment,
        sizes: ChunkSizes = .small,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ResultsFixture) async throws -> Void
    ) async throws {
        try await TestDirectory.with { directory in
            try await kind.withStore { database in
                let path = directory + "/results"
                let storage = place == .store ? ResultStorage.store : .directory(path: path)
                let results = ResultStore(
                    database: database,
                    storage: try storage.open(),
                    surroundings: .at(now),
                    sizes: sizes,
                    memory: ResultStore.Memory(sortBytes: 64 << 10)
                )
                try await body(ResultsFixture(database: database, results: results, directory: path))
            }
        }
    }

    /// The same store and chunks as another process sees them, at another time: nothing is kept from before.
    func reopened(now: Timestamp = TestStore.moment) -> ResultsFixture {
        let fresh = ResultStore(database: database, storage: results.storage, surroundings: .at(now))
        return ResultsFixture(database: database, results: fresh, directory: directory, organization, run)
    }

    init(database: any Database, results: ResultStore, directory: String) {
        self.database = database
        self.results = results
        self.directory = directory
    }

    private init(
        database: any Database,
        results: ResultStore,
        directory: String,
        _ organization: Organization.ID,
        _ run: Run.ID
    ) {
        self.init(database: database, results: results, directory: directory)
        self.organization = organization
        self.run = run
    }

    func begin(_ columns: [ResultColumn], attempt: Int = 1, expiresAt: Timestamp? = nil) -> ResultWriter {
        results.begin(
            organization: organization,
            run: run,
            attempt: attempt,
            columns: columns,
            expiresAt: expiresAt
        )
    }

    /// Writes a whole result and commits it.
    @discardableResult
    func write(
        _ columns: [ResultColumn],
        _ blocks: [RowBlock],
        attempt: Int = 1,
        expiresAt: Timestamp? = nil
    ) async throws -> ResultSummary {
        var writer = begin(columns, attempt: attempt, expiresAt: expiresAt)
        for block in blocks { try await writer.append(block) }
        return try await commit(try await writer.finish())
    }

    @discardableResult
    func commit(_ pending: PendingResult) async throws -> ResultSummary {
        try await database.write { try pending.insert(into: $0) }
        return pending.summary
    }

    func reader(_ summary: ResultSummary) async throws -> ResultReader {
        try await results.find(summary.id, in: organization)
    }

    func count(_ sql: SQL) async throws -> Int {
        try await database.read { try $0.count(sql) }
    }

    /// The files of a result outside the store, sorted.
    func files(_ id: StoredResult.ID) -> [String] {
        let path = "\(directory)/\(id.description.suffix(2))/\(id)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // none where there is no such
        return names.sorted().map { "\(path)/\($0)" }
    }
}

extension Surroundings {
    /// A clock that stands.
    static func at(_ now: Timestamp) -> Surroundings {
        Surroundings(now: { now }, random: Surroundings.system.random)
    }
}

extension RowBlock {
    /// One row, written cell by cell.
    mutating func row(_ cells: (inout RowBlock) -> Void) {
        beginRow()
        cells(&self)
        endRow()
    }

    mutating func json(_ text: String) {
        Array(text.utf8).withUnsafeBytes { json($0) }
    }

    /// A block of one row for each element.
    static func rows<Values: Sequence>(
        _ values: Values,
        _ cells: (inout RowBlock, Values.Element) -> Void
    ) -> RowBlock {
        var block = RowBlock()
        for value in values { block.row { cells(&$0, value) } }
        return block
    }
}

extension ResultColumn {
    static func named(_ columns: (String, ValueKind)...) -> [ResultColumn] {
        keyed(columns.map { (name: $0.0, dataType: $0.1.rawValue, kind: $0.1) })
    }
}

extension ResultReader {
    func text(_ format: ExportFormat) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in export(format) { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ResultPage {
    var text: String { String(decoding: rows, as: UTF8.self) }
}

/// Text that zstd cannot make smaller, the same each time.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func number() -> UInt64 {
        // SplitMix64, https://prng.di.unimi.it/splitmix64.c
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func text(_ length: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        return String(decoding: (0..<length).map { _ in letters[Int(number() & 63)] }, as: UTF8.self)
    }
}

extension ChunkSizes {
    /// A sixteenth of the real sizes, so that a test needs a sixteenth of the rows.
    static let small = ChunkSizes(chunkBytes: 64 << 10, inStoreBytes: 16 << 10)
}
