import Foundation
import LoupeCore
import LoupeResults
import LoupeStore
import Testing

/// What a runner does, done by hand.
extension TestServer {
    /// Takes the next queued run.
    func claim() async throws -> RunClaim {
        let runners = RunnerRepository(database: database, surroundings: clock.surroundings)
        _ = try await runners.register(RunnerRepository.Card(id: "r1", concurrency: 4, host: "here", version: "1"))
        var turns = ClassTurns()
        return try #require(try await runs.claim(runner: "r1", slots: 1, turns: &turns).first)
    }

    /// Ends it with rows of an integer and a text.
    func complete(_ claim: RunClaim, rows: [(Int, String?)]) async throws {
        var writer = results.begin(
            organization: claim.run.organizationID,
            run: claim.run.id,
            attempt: claim.run.state.attempt,
            columns: ResultColumn.keyed([("id", "int4", .integer), ("id", "text", .text)]),
            expiresAt: claim.resultExpiry
        )
        var block = RowBlock()
        for (number, text) in rows {
            block.beginRow()
            block.integer(Int64(number))
            if let text { block.text(text) } else { block.null() }
            block.endRow()
        }
        try await writer.append(block)
        let pending = try await writer.finish()
        var outcome = Run.Outcome()
        outcome.resultID = writer.id
        outcome.rowCount = rows.count
        outcome.byteCount = pending.summary.byteCount
        outcome.executionMilliseconds = 7
        outcome.expiresAt = claim.resultExpiry
        try await runs.end(
            claim,
            .completed,
            outcome: outcome,
            result: { try pending.insert(into: $0) },
            error: nil,
            retryAfter: .zero
        )
    }

    /// Ends it with the database's refusal.
    func fail(_ claim: RunClaim, _ failure: QueryFailure) async throws {
        try await runs.end(
            claim,
            .failed(.final),
            outcome: Run.Outcome(),
            result: nil,
            error: failure,
            retryAfter: .zero
        )
    }

    /// Answers the next errand, as soon as it is there.
    func carryOut(_ kind: WorkItem.Kind, _ answer: WorkRepository.Answer) async throws {
        let runners = RunnerRepository(database: database, surroundings: clock.surroundings)
        _ = try await runners.register(RunnerRepository.Card(id: "r1", concurrency: 4, host: "here", version: "1"))
        var signals = signals.subscribe(.work).makeAsyncIterator()
        while true {
            if let claim = try await work.claim(runner: "r1", slots: 1).first {
                #expect(claim.item.kind == kind)
                try await work.answer(claim, answer)
                return
            }
            _ = await signals.next()
        }
    }
}
