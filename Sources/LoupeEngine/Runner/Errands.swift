import Logging
import LoupeConnectors
import LoupeCore
import LoupeServices
import LoupeStore

/// Carries out what is no run: connection tests, introspection, explaining.
struct Errands: Sendable {
    let work: WorkRepository
    let connectors: ConnectorPool
    let factory: ConnectorFactory
    let secrets: DatasourceSecrets
    let logger: Logger

    func carryOut(_ claim: WorkRepository.Claim) async {
        let answer: WorkRepository.Answer
        do {
            answer = .completed(try await outcome(of: claim))
        } catch let failure as QueryFailure {
            answer = .failed(failure)
        } catch let error as LoupeError where error.code == .notFound || error.code == .validationFailed {
            answer = .failed(QueryFailure(code: error.code.rawValue, message: error.message))
        } catch {
            logger.error(
                "An errand failed inside Loupe",
                metadata: ["work.id": "\(claim.item.id)", "work.kind": "\(claim.item.kind)", "error": "\(error)"]
            )
            answer = .failed(QueryFailure(code: "internal_error", message: "This failed inside Loupe."))
        }
        do {
            try await work.answer(claim, answer)
        } catch {
            // Whoever waits times out; the errand itself is taken up again when this runner is given up.
            logger.warning("An answer could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func outcome(of claim: WorkRepository.Claim) async throws -> JSONValue {
        switch (claim.item.kind, claim.datasource) {
        case (.test, nil): try await testUnsaved(claim.item)
        case (.test, let datasource?): try await test(datasource)
        case (.introspect, let datasource?):
            try await connectors.withConnector(for: datasource) { connector in
                let tables = try await connector.introspect()
                return .array(tables.map(\.json))
            }
        case (.explain, let datasource?): try await explain(claim.item, datasource)
        case (.introspect, nil), (.explain, nil): throw LoupeError.notFound("datasource")
        }
    }

    private func test(_ datasource: Datasource.Handle) async throws -> JSONValue {
        do {
            return try await connectors.withConnector(for: datasource) { await $0.test().json }
        } catch let error as LoupeError where error.code == .validationFailed {
            return ConnectionTest(success: false, message: error.message).json
        }
    }

    private func testUnsaved(_ item: WorkItem) async throws -> JSONValue {
        guard case .object(let members) = item.payload, case .string(let kindName)? = members["ds_type"],
            let kind = Datasource.Kind(rawValue: kindName)
        else { throw LoupeError.invalid("ds_type", "unknown") }
        do {
            let connector = try await factory.makeUnsaved(item.organizationID, kind, secrets.open(item))
            let test = await connector.test()
            await connector.close()
            return test.json
        } catch let error as LoupeError where error.code == .validationFailed {
            return ConnectionTest(success: false, message: error.message).json
        }
    }

    /// The planner's view of a statement, as the database prints it, a line an element; nothing where the text leaves no
    /// room to ask.
    private func explain(_ item: WorkItem, _ datasource: Datasource.Handle) async throws -> JSONValue {
        guard case .object(let members) = item.payload, case .string(let sql)? = members["sql"],
            case .string(let zone)? = members["time_zone"], case .array(let list)? = members["parameters"]
        else { throw LoupeError.invalid("sql", "missing") }
        let question = Explanation(of: sql, kind: datasource.kind)
        guard question.sql.utf8.count <= ParsedSQL.maximumBytes else { return [] }
        let statement = Statement(
            sql: question.sql,
            parameters: list.compactMap(BoundParameter.init(json:)),
            timeZone: zone,
            timeout: .seconds(10)
        )
        do {
            return try await connectors.withConnector(for: datasource) { connector in
                try await connector.run(statement) { .array(try await Errands.lastCells(of: $0)) }
            }
        } catch let failure as QueryFailure {
            throw question.placed(failure)
        }
    }

    /// The last cell of each row: a plan's lines.
    private static func lastCells(of stream: any RowStream) async throws -> [JSONValue] {
        var cells: [JSONValue] = []
        while true {
            var batch = try await stream.next(target: 1 << 16)
            for row in batch.block.take().bytes.split(separator: UInt8(ascii: "\n")) {
                if case .array(let values) = try JSONValue(parsing: Array(row)), let last = values.last {
                    cells.append(last)
                }
            }
            if case .end = batch.continuation { return cells }
        }
    }
}
