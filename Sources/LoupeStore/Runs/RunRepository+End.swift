package import LoupeCore

extension RunRepository {
    /// Writes how a claimed run's attempt ended, with its result, in one transaction under the fence. False where the
    /// lease is no longer its own: then nothing is written.
    ///
    /// `retryAfter` is how long the next attempt waits, where there is one.
    @discardableResult
    package func end(
        _ claim: RunClaim,
        _ ending: RunState.Outcome,
        outcome: Run.Outcome,
        result: (@Sendable (any Transaction) throws -> Void)?,
        error: QueryFailure?,
        retryAfter: Duration
    ) async throws -> Bool {
        let now = surroundings.now()
        let next = try await database.write { transaction in
            let change = Change(
                transaction: transaction,
                id: claim.run.id,
                organization: claim.run.organizationID,
                now: now
            )
            return try change.apply(.end(lease: claim.lease, outcome: ending)) { state in
                if state.status == .completed { try result?(transaction) }
                try change.write(
                    state,
                    outcome: state.status == .completed ? outcome : outcome.withoutResult,
                    error: error,
                    notBefore: now + retryAfter
                )
                try change.closeAttempt(claim.run.state.attempt, ending.attemptWord, error)
                if state.status == .failed, case .failed(.mayPass) = ending {
                    try change.bury(attempts: state.attempt, error)
                }
            }
        }
        announce(claim.run.id, next)
        return next != nil
    }

    /// Gives a claimed run back to the queue, its attempt uncounted: the runner shuts down.
    @discardableResult
    package func handBack(_ claim: RunClaim) async throws -> Bool {
        let now = surroundings.now()
        let next = try await database.write { transaction in
            let change = Change(
                transaction: transaction,
                id: claim.run.id,
                organization: claim.run.organizationID,
                now: now
            )
            return try change.apply(.handBack(lease: claim.lease)) { state in
                try change.write(state, outcome: Run.Outcome(), error: nil, notBefore: nil)
                try change.closeAttempt(claim.run.state.attempt, "handed_back", nil)
            }
        }
        announce(claim.run.id, next)
        return next != nil
    }

    /// Ends the attempt of a runner that is dead; the run is tried again while attempts are left.
    package func loseRunner(of held: RunnerRepository.Held) async throws {
        let now = surroundings.now()
        let error = QueryFailure(
            code: "runner_lost",
            message: "The runner died while it worked on this run.",
            recovery: .mayPass
        )
        let next = try await database.write { transaction in
            let change = Change(transaction: transaction, id: held.run, organization: held.organization, now: now)
            return try change.apply(.loseRunner(lease: held.lease)) { state in
                let failure = state.status == .failed ? error : nil
                try change.write(state, outcome: Run.Outcome(), error: failure, notBefore: nil)
                try change.closeAttempt(held.attempt, "lost", error)
                if state.status == .failed { try change.bury(attempts: state.attempt, error) }
            }
        }
        announce(held.run, next)
    }

    /// A person wants the run to stop. A queued run is cancelled at once, a running one is asked to stop; of a run that
    /// is final nothing changes. Returns the state after.
    package func requestCancel(_ id: Run.ID, in organization: Organization.ID) async throws -> RunState {
        let now = surroundings.now()
        let (before, next) = try await database.write { transaction in
            let change = Change(transaction: transaction, id: id, organization: organization, now: now)
            guard let before = try change.read() else { throw LoupeError.notFound("run") }
            let next = try change.apply(.requestCancel) { state in
                if state.status == .cancelled {
                    try change.write(state, outcome: Run.Outcome(), error: nil, notBefore: nil)
                } else if !before.isCancelRequested {
                    try transaction.execute(
                        """
                        UPDATE runs SET cancel_requested_at = \(now)
                        WHERE org_id = \(organization) AND id = \(id) AND status = 'running'
                        """
                    )
                }
            }
            return (before, next)
        }
        if next?.status == .running { signals.announce(.cancel(id)) } else { announce(id, next) }
        return next ?? before
    }

    /// Fails what waited in the queue since before `limit`, since it was accepted or last came back; at most a hundred at
    /// a time. How many.
    package func expireQueued(before limit: Timestamp) async throws -> Int {
        let now = surroundings.now()
        let error = QueryFailure(
            code: "queue_timeout",
            message: "The run waited too long for a free runner or datasource."
        )
        let expired = try await database.write { transaction in
            let waiting: [(Run.ID, Organization.ID)] = try transaction.all(
                """
                SELECT id, org_id FROM runs r WHERE r.status = 'queued' AND r.created_at < \(limit)
                    AND NOT EXISTS (SELECT 1 FROM run_attempts a WHERE a.org_id = r.org_id AND a.run_id = r.id
                        AND a.completed_at >= \(limit))
                LIMIT 100
                """
            ) { row in (try row.id(), try row.id()) }
            return try waiting.compactMap { id, organization -> Run.ID? in
                let change = Change(transaction: transaction, id: id, organization: organization, now: now)
                let next = try change.apply(.expire) { state in
                    try change.write(state, outcome: Run.Outcome(), error: error, notBefore: nil)
                }
                return next == nil ? nil : id
            }
        }
        for id in expired { signals.announce(.run(id)) }
        return expired.count
    }

    /// Fails what is queued at datasources that are deleted: a run that is accepted in the moment of the deletion is one
    /// that the deletion did not see.
    package func failStranded() async throws {
        let queuedAtDeleted: SQL = """
            WITH RECURSIVE busy(id) AS (
                SELECT (SELECT datasource_id FROM runs WHERE status = 'queued' ORDER BY datasource_id LIMIT 1)
                UNION ALL
                SELECT (SELECT r.datasource_id FROM runs r WHERE r.status = 'queued' AND r.datasource_id > busy.id
                    ORDER BY r.datasource_id LIMIT 1)
                FROM busy WHERE busy.id IS NOT NULL)
            SELECT d.id, d.org_id FROM busy JOIN datasources d ON d.id = busy.id WHERE d.deleted_at IS NOT NULL
            """
        let deleted: [(Datasource.ID, Organization.ID)] = try await database.read { transaction in
            try transaction.all(queuedAtDeleted) { row in (try row.id(), try row.id()) }
        }
        let now = surroundings.now()
        for (id, organization) in deleted {
            let failed = try await database.write { transaction in
                let its: SQL = "org_id = \(organization) AND datasource_id = \(id)"
                return try DatasourceRepository.failQueued(its, of: organization, at: now, transaction)
            }
            for run in failed { signals.announce(.run(run)) }
        }
    }

    /// A runner's runs that somebody wants stopped.
    package func cancelRequested(runner: String) async throws -> [Run.ID] {
        try await database.read { transaction in
            try transaction.all(
                """
                SELECT id FROM runs
                WHERE runner_id = \(runner) AND status = 'running' AND cancel_requested_at IS NOT NULL
                """,
                as: { try $0.id() }
            )
        }
    }

    private func announce(_ id: Run.ID, _ next: RunState?) {
        guard let next else { return }
        signals.announce(.run(id))
        if next.status == .queued { signals.announce(.work) }
    }
}

/// One change of one run's state: read under lock, decided by `RunState`, written where nothing changed meanwhile.
private struct Change {
    let transaction: any Transaction
    let id: Run.ID
    let organization: Organization.ID
    let now: Timestamp

    func read() throws -> RunState? {
        try readWithSchedule()?.state
    }

    private func readWithSchedule() throws -> (state: RunState, schedule: Schedule.ID?)? {
        let lock: SQL = transaction.dialect == .postgres ? " FOR UPDATE" : ""
        return try transaction.first(
            """
            SELECT status, attempt, max_attempts, lease_token, cancel_requested_at, schedule_id FROM runs
            WHERE org_id = \(organization) AND id = \(id)\(lock)
            """
        ) { row in
            let state = RunState(
                status: try row.enum(),
                attempt: try row.int(),
                maxAttempts: try row.int(),
                lease: try row.optionalUUID(),
                isCancelRequested: try row.optionalTimestamp() != nil
            )
            return (state, try row.optionalID())
        }
    }

    /// The state after the event, written by `body`; nil where the event has no say.
    func apply(_ event: RunState.Event, _ body: (RunState) throws -> Void) throws -> RunState? {
        guard let (before, schedule) = try readWithSchedule(), let next = before.after(event) else { return nil }
        try body(next)
        if next.status != before.status {
            try RunRepository.recordEvent(id, of: organization, next.status, at: now, in: transaction)
        }
        if let schedule, next.status.isFinal {
            try ScheduleRepository.runEnded(id, next.status, of: schedule, in: organization, at: now, transaction)
        }
        return next
    }

    func write(_ state: RunState, outcome: Run.Outcome, error: QueryFailure?, notBefore: Timestamp?) throws {
        let completedAt = state.status.isFinal ? now : nil
        let notBefore = state.status == .queued ? notBefore : nil
        try transaction.execute(
            """
            UPDATE runs SET status = \(state.status), attempt = \(state.attempt), lease_token = NULL,
                completed_at = \(completedAt), not_before = \(notBefore), result_id = \(outcome.resultID),
                row_count = \(outcome.rowCount), byte_count = \(outcome.byteCount),
                execution_time_ms = \(outcome.executionMilliseconds), truncated_by = \(outcome.truncatedBy),
                expires_at = \(outcome.expiresAt), error = \(error?.json)
            WHERE org_id = \(organization) AND id = \(id)
            """
        )
    }

    func closeAttempt(_ attempt: Int, _ outcome: String, _ error: QueryFailure?) throws {
        try transaction.execute(
            """
            UPDATE run_attempts SET completed_at = \(now), outcome = \(outcome), error = \(error?.json)
            WHERE org_id = \(organization) AND run_id = \(id) AND attempt = \(attempt)
            """
        )
    }

    /// Keeps a run that failed for good although another try might have passed, for somebody to look at.
    func bury(attempts: Int, _ error: QueryFailure?) throws {
        guard let error else { return }
        try transaction.execute(
            """
            INSERT INTO run_failures (org_id, run_id, attempts, error, failed_at)
            VALUES (\(organization), \(id), \(attempts), \(error.json), \(now))
            ON CONFLICT (org_id, run_id) DO NOTHING
            """
        )
    }
}

extension Run.Outcome {
    fileprivate var withoutResult: Run.Outcome {
        var outcome = self
        outcome.resultID = nil
        outcome.expiresAt = nil
        return outcome
    }
}

extension RunState.Outcome {
    fileprivate var attemptWord: String {
        switch self {
        case .completed: "completed"
        case .timedOut: "timeout"
        case .cancelled: "cancelled"
        case .failed: "failed"
        }
    }
}
