import Foundation
package import LoupeCore

extension RunRepository {
    /// Takes up to `slots` queued runs for a runner, from datasources and organizations that have room; fewer than there
    /// are, now and then: the next claim finds the rest.
    ///
    /// Claims happen one at a time (an advisory lock, or SQLite's writer): counting what runs while others claim
    /// let 15 run at a limit of 4.
    package func claim(runner: String, slots: Int, turns: inout ClassTurns) async throws -> [RunClaim] {
        let before = turns
        let now = surroundings.now()
        let random = surroundings.random
        let (claims, after) = try await database.write { transaction in
            var turns = before
            let claiming = Claiming(transaction: transaction, runner: runner, now: now, random: random)
            return (try claiming.claim(slots, turns: &turns), turns)
        }
        turns = after
        for claim in claims { signals.announce(.run(claim.run.id)) }
        return claims
    }
}

/// The statements of one claim.
private struct Claiming {
    let transaction: any Transaction
    let runner: String
    let now: Timestamp
    let random: @Sendable () -> (UInt64, UInt64)

    func claim(_ slots: Int, turns: inout ClassTurns) throws -> [RunClaim] {
        try transaction.dialect.commitLightly(transaction)
        try transaction.dialect.lockClaims(transaction)
        let search = ClaimSearch(transaction: transaction, now: now)
        let busy = try search.datasourcesWithRoom()
        var candidates: [ClassTurns.Candidate] = []
        for datasource in busy {
            let room = min(datasource.room, datasource.organizationRoom, slots)
            candidates += try search.waiting(at: datasource, atMost: room, turns)
        }
        candidates.sort { $0.run.uuid < $1.run.uuid }
        let rooms = ClassTurns.Rooms(
            datasources: Dictionary(busy.map { ($0.handle.id, $0.room) }) { first, _ in first },
            organizations: Dictionary(busy.map { ($0.handle.organizationID, $0.organizationRoom) }) { first, _ in first
            }
        )
        let handles = Dictionary(busy.map { ($0.handle.id, $0.handle) }) { first, _ in first }
        return try turns.choose(slots, from: candidates, rooms: rooms).compactMap { candidate in
            try handles[candidate.datasource].flatMap { try take(candidate.run, from: $0) }
        }
    }

    private func take(_ id: Run.ID, from datasource: Datasource.Handle) throws -> RunClaim? {
        let organization = datasource.organizationID
        let lease = UUID.version7(at: now, random: random())
        guard var run = try read(id, organization), let state = run.run.state.after(.claim(lease: lease)) else {
            return nil
        }
        let changed = try transaction.execute(
            """
            UPDATE runs SET status = \(state.status), attempt = \(state.attempt), lease_token = \(SQLValue.uuid(lease)),
                runner_id = \(runner), started_at = \(now), not_before = NULL
            WHERE org_id = \(organization) AND id = \(id) AND status = 'queued'
            """
        )
        guard changed == 1 else { return nil }
        try transaction.execute(
            """
            INSERT INTO run_attempts (org_id, run_id, attempt, runner_id, started_at)
            VALUES (\(organization), \(id), \(state.attempt), \(runner), \(now))
            ON CONFLICT (org_id, run_id, attempt) DO UPDATE
            SET runner_id = excluded.runner_id, started_at = excluded.started_at, completed_at = NULL, outcome = NULL,
                error = NULL
            """
        )
        try RunRepository.recordEvent(id, of: organization, .running, at: now, in: transaction)
        run.run.state = state
        run.run.runnerID = runner
        run.run.startedAt = now
        return RunClaim(
            run: run.run,
            lease: lease,
            datasource: datasource,
            parameters: run.bound,
            resultExpiry: now + .seconds(run.retentionDays * 86_400)
        )
    }

    private func read(
        _ id: Run.ID,
        _ organization: Organization.ID
    ) throws -> (run: Run, bound: [BoundParameter], retentionDays: Int)? {
        try transaction.first(
            """
            SELECT \(trusted: Run.columns), r.bound_parameters,
                (SELECT s.result_retention_days FROM organization_settings s WHERE s.org_id = r.org_id)
            FROM \(trusted: Run.tables) WHERE r.org_id = \(organization) AND r.id = \(id)
            """
        ) { row in
            let run = try Run(row: &row)
            guard case .array(let list) = try row.json() else {
                throw StoreDecodingError(column: 35, expected: "a list of parameters")
            }
            let bound = list.compactMap(BoundParameter.init(json:))
            return (run, bound, try row.optionalInt() ?? 30)
        }
    }
}

extension Dialect {
    /// A claim that a crash loses is claimed again, so its commit need not wait for the disk.
    fileprivate func commitLightly(_ transaction: any Transaction) throws {
        guard self == .postgres else { return }
        try transaction.execute("SET LOCAL synchronous_commit = off")
    }

    /// One claim at a time.
    func lockClaims(_ transaction: any Transaction) throws {
        guard self == .postgres else { return }
        try transaction.forEach("SELECT pg_advisory_xact_lock(\(Dialect.claimLock))") { _ in }
    }

    /// "loupe" and 1; migrations take another.
    private static let claimLock = 0x6C6F_7570_6501
}
