import Logging
import LoupeConnectors
import LoupeCore
import LoupeResults
import LoupeStore

/// Executes one claimed run and writes its outcome under the claim's fence.
struct RunExecution: Sendable {
    let claim: RunClaim
    let runs: RunRepository
    let results: ResultStore
    let connectors: ConnectorPool
    let surroundings: Surroundings
    let cellBytes: Int
    let resultBytes: Int
    let backoff: Backoff
    let logger: Logger

    /// How large a block of rows is before it is handed on.
    private static let blockBytes = 1 << 20

    /// What the attempt came to, before the fence has its say.
    private struct Brought: Sendable {
        var result: PendingResult
        var summary: ResultSummary
        var truncatedBy: Truncation?
    }

    /// `stopReason` tells why the task was cancelled, where it was.
    func execute(stopReason: @Sendable () -> RunningTasks.StopReason?) async {
        let clock = ContinuousClock()
        let started = clock.now
        do {
            let brought = try await connectors.withConnector(for: claim.datasource) { connector in
                try await connector.run(statement) { stream in try await read(stream) }
            }
            var outcome = Run.Outcome()
            outcome.resultID = brought.summary.id
            outcome.rowCount = brought.summary.rowCount
            outcome.byteCount = brought.summary.byteCount
            outcome.truncatedBy = brought.truncatedBy
            outcome.executionMilliseconds = Int((clock.now - started).wholeMilliseconds)
            outcome.expiresAt = claim.resultExpiry
            await write(.completed, outcome: outcome, result: brought.result, error: nil)
        } catch let failure as QueryFailure {
            await end(failure, after: clock.now - started)
        } catch is CancellationError {
            await endStopped(stopReason(), after: clock.now - started)
        } catch let error as LoupeError where error.code == .notFound {
            let failure = QueryFailure(code: "datasource_gone", message: "The datasource was deleted.")
            await end(failure, after: clock.now - started)
        } catch let error as LoupeError where error.code == .validationFailed {
            let failure = QueryFailure(code: "connection_refused", message: error.message)
            await end(failure, after: clock.now - started)
        } catch let error as LoupeError where error.code == .unavailable {
            // The store or result storage was out of reach: the statement itself may be fine.
            logger.warning("A run could not store its result", metadata: metadata(error))
            let failure = QueryFailure(
                code: "storage_unavailable",
                message: "The result could not be stored.",
                recovery: .mayPass
            )
            await end(failure, after: clock.now - started)
        } catch {
            logger.error("A run failed inside Loupe", metadata: metadata(error))
            let failure = QueryFailure(code: "internal_error", message: "The run failed inside Loupe.")
            await end(failure, after: clock.now - started)
        }
    }

    private var statement: Statement {
        let run = claim.run
        return Statement(
            sql: run.sql,
            parameters: claim.parameters,
            timeZone: run.timeZone,
            timeout: .seconds(run.limits.timeoutSeconds),
            limits: RowLimits(
                maxRows: run.limits.maxRows,
                maxBytes: min(run.limits.maxBytes, resultBytes),
                maxCellBytes: cellBytes
            )
        )
    }

    private func read(_ stream: any RowStream) async throws -> Brought {
        var writer = results.begin(
            organization: claim.run.organizationID,
            run: claim.run.id,
            attempt: claim.run.state.attempt,
            columns: stream.columns,
            expiresAt: claim.resultExpiry
        )
        do {
            while true {
                let batch = try await stream.next(target: RunExecution.blockBytes)
                try await writer.append(batch.block)
                guard case .end(let truncatedBy) = batch.continuation else { continue }
                let result = try await writer.finish()
                return Brought(result: result, summary: result.summary, truncatedBy: truncatedBy)
            }
        } catch {
            await writer.abandon()
            throw error
        }
    }

    private func end(_ failure: QueryFailure, after elapsed: Duration) async {
        var outcome = Run.Outcome()
        outcome.executionMilliseconds = Int(elapsed.wholeMilliseconds)
        let ending: RunState.Outcome = failure.code == "timeout" ? .timedOut : .failed(failure.recovery)
        await write(ending, outcome: outcome, result: nil, error: failure)
    }

    private func endStopped(_ reason: RunningTasks.StopReason?, after elapsed: Duration) async {
        switch reason {
        case .requested:
            var outcome = Run.Outcome()
            outcome.executionMilliseconds = Int(elapsed.wholeMilliseconds)
            await write(.cancelled, outcome: outcome, result: nil, error: nil)
        case .shutdown, .leaseDoubtful, nil:
            // Where the lease went to another meanwhile, the fence keeps this from being written.
            await persist { try await runs.handBack(claim) }
        }
    }

    private func write(
        _ ending: RunState.Outcome,
        outcome: Run.Outcome,
        result: PendingResult?,
        error: QueryFailure?
    ) async {
        let fraction = Double(surroundings.random().0 >> 11) / Double(1 << 53)
        let wait = backoff.delay(afterAttempt: claim.run.state.attempt, fraction: fraction)
        await persist {
            try await runs.end(
                claim,
                ending,
                outcome: outcome,
                result: result?.insert,
                error: error,
                retryAfter: wait
            )
        }
    }

    /// Writes the end of a run; while the store is away it tries again, as long as the lease can still be its own.
    private func persist(_ body: @escaping @Sendable () async throws -> Bool) async {
        // The task may be cancelled by now; what must be written is written all the same.
        let written = await Task {
            var wait = Duration.milliseconds(100)
            for _ in 0..<8 {
                do {
                    return try await body()
                } catch {
                    logger.warning("A run's end could not be written", metadata: metadata(error))
                }
                // A plain task: nothing cancels this wait.
                try? await Task.sleep(for: wait)
                wait *= 2
            }
            return false
        }.value
        if !written { logger.notice("A run's end was not this runner's to write", metadata: metadata(nil)) }
    }

    private func metadata(_ error: (any Error)?) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "run.id": "\(claim.run.id)", "run.attempt": "\(claim.run.state.attempt)",
        ]
        if let error { metadata["error"] = "\(error)" }
        return metadata
    }
}
