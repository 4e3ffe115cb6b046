package import LoupeCore
package import LoupeResults
import LoupeSecurity
package import LoupeStore

/// Runs, from asking for one to reading its result. Starting one stores it and tells the runners; it never touches a
/// user's database.
package struct RunService: Sendable {
    let database: any Database
    let runs: RunRepository
    let results: ResultStore
    let rules: DatasourceRules
    let signals: SignalHub
    let surroundings: Surroundings

    package init(
        database: any Database,
        results: ResultStore,
        rules: DatasourceRules,
        signals: SignalHub,
        surroundings: Surroundings
    ) {
        self.database = database
        self.results = results
        self.rules = rules
        self.signals = signals
        self.surroundings = surroundings
        runs = RunRepository(database: database, surroundings: surroundings, signals: signals)
    }

    /// A run, and whether it was there already.
    package struct Started: Sendable {
        package let run: Run
        package let isReused: Bool
    }

    /// What a request may change of a query's limits. A viewer's may only lower them.
    package struct LimitChanges: Hashable, Sendable {
        package var timeoutSeconds: Int?
        package var maxRows: Int?
        package var maxBytes: Int?

        package init(timeoutSeconds: Int? = nil, maxRows: Int? = nil, maxBytes: Int? = nil) {
            self.timeoutSeconds = timeoutSeconds
            self.maxRows = maxRows
            self.maxBytes = maxBytes
        }
    }

    /// Runs a saved query. With `maxAge`, a completed run of the same work that is young enough is returned instead.
    package func start(
        _ id: SavedQuery.ID,
        values: [String: JSONValue],
        limits: LimitChanges,
        maxAge: Duration?,
        by caller: Caller
    ) async throws -> Started {
        let query = try await QueryRepository(database).find(id, in: caller.organization)
        let work = Work(
            datasource: query.datasourceID,
            sql: query.sql,
            definitions: query.parameters,
            values: values,
            limits: try limits.applied(to: query.limits, by: caller.role),
            query: query
        )
        return try await start(work, maxAge: maxAge, by: caller)
    }

    /// Runs SQL that is not saved.
    package func execute(
        _ sql: String,
        on datasource: Datasource.ID,
        definitions: [ParameterDefinition],
        values: [String: JSONValue],
        limits: LimitChanges,
        by caller: Caller
    ) async throws -> Started {
        let work = Work(
            datasource: datasource,
            sql: sql,
            definitions: definitions,
            values: values,
            limits: try limits.applied(to: QueryLimits(), by: caller.role),
            query: nil
        )
        return try await start(work, maxAge: nil, by: caller)
    }

    struct Work {
        let datasource: Datasource.ID
        let sql: String
        let definitions: [ParameterDefinition]
        let values: [String: JSONValue]
        let limits: QueryLimits
        let query: SavedQuery?
        var trigger = RunTrigger.user
        /// What `:start` and `:end` mean, where the SQL names them.
        var window: (start: Timestamp, end: Timestamp)?
    }

    func start(_ work: Work, maxAge: Duration?, by caller: Caller) async throws -> Started {
        let datasource = try await DatasourceRepository(database).find(
            work.datasource,
            in: caller.organization
        )
        let settings = try await OrganizationRepository(database).find(caller.organization).settings
        let report = await rules.inspect(work.sql, datasource.kind).judged(for: datasource)
        try report.requireReadable()
        let now = surroundings.now()
        let given = work.inWindow(names: report.parameters, zone: settings.zone)
        let bound = try ParameterResolver(definitions: given.definitions, now: now, settings: settings)
            .resolve(given.values, names: report.parameters)
        var run = Run(
            id: surroundings.newID(),
            organizationID: caller.organization,
            queryID: work.query?.id,
            datasourceID: datasource.id,
            datasourceRevision: datasource.revision,
            sql: work.sql,
            parameters: .object(Dictionary(bound.map { ($0.name, $0.value.json) }) { _, last in last }),
            timeZone: settings.timeZone,
            trigger: work.trigger,
            priority: .interactive,
            limits: work.limits,
            createdBy: caller.user,
            createdAt: now
        )
        run.queryName = work.query?.name
        run.datasourceName = datasource.name
        let fingerprint = Fingerprint.of(run, bound)
        if let maxAge, let query = work.query,
            let newest = try await runs.newest(
                of: query.id,
                in: caller.organization,
                fingerprint: fingerprint,
                notBefore: now - maxAge
            )
        {
            return Started(run: newest, isReused: true)
        }
        try await runs.enqueue(
            RunRepository.New(
                run: run,
                bound: bound,
                sqlHash: Digest.sha256(Array(run.sql.utf8)),
                fingerprint: fingerprint
            )
        )
        return Started(run: run, isReused: false)
    }

    /// A run that the caller may see. Throws `not_found`: also for a viewer and somebody's ad-hoc SQL.
    package func find(_ id: Run.ID, by caller: Caller) async throws -> Run {
        let run = try await runs.find(id, in: caller.organization)
        guard caller.maySee(run) else { throw LoupeError.notFound("run") }
        return run
    }

    /// The run as soon as it is final, or as it stands when the time is over.
    package func wait(for id: Run.ID, atMost time: Duration, by caller: Caller) async throws -> Run {
        let changes = signals.subscribe(.run(id))
        let final = try await Patience.wait(time, for: changes) {
            let run = try await find(id, by: caller)
            return run.status.isFinal ? run : nil
        }
        guard let final else { return try await find(id, by: caller) }
        return final
    }

    /// What became of a wish to stop a run.
    package enum Cancellation: Sendable {
        /// It is cancelled.
        case done(Run)
        /// Its runner was asked to stop it.
        case requested(Run)
    }

    /// Throws `forbidden` for somebody else's run unless the caller is an editor, `conflict` for one that ended
    /// otherwise.
    package func cancel(_ id: Run.ID, by caller: Caller) async throws -> Cancellation {
        let run = try await find(id, by: caller)
        guard caller.role >= .editor || run.createdBy == caller.user else {
            throw LoupeError(.forbidden, "only its creator, editors and admins can cancel a run")
        }
        let state = try await runs.requestCancel(id, in: caller.organization)
        let after = try await find(id, by: caller)
        switch state.status {
        case .cancelled: return .done(after)
        case .running, .queued: return .requested(after)
        case .completed, .failed, .timeout:
            throw LoupeError(.conflict, "the run already ended: \(state.status.rawValue)")
        }
    }

    /// The result of a completed run. Throws `conflict` with the status where there is none, `gone` once it expired.
    package func result(of run: Run) async throws -> ResultReader {
        guard run.status == .completed else {
            throw LoupeError(.conflict, "the run has no result: it is \(run.status.rawValue)")
        }
        guard let id = run.outcome.resultID else { throw LoupeError(.gone, "the result has expired; run it again") }
        if let expiry = run.outcome.expiresAt, expiry <= surroundings.now() {
            throw LoupeError(.gone, "the result expired at \(expiry); run it again")
        }
        return try await results.find(id, in: run.organizationID)
    }

    /// The result on its way out of Loupe, as a file of that format: written into the audit log first.
    package func download(_ run: Run, as format: String, by caller: Caller) async throws -> ResultReader {
        let reader = try await result(of: run)
        let entry = AuditEntry(
            .resultDownload,
            AuditEntry.Subject(type: "run", id: run.id.uuid, name: run.queryName),
            details: ["format": .string(format)],
            by: caller,
            in: surroundings
        )
        try await AuditRepository(database).append(entry, in: caller.organization)
        return reader
    }

    package func queuePosition(of run: Run) async throws -> Int? {
        try await runs.queuePosition(of: run)
    }

    package func attempts(of run: Run) async throws -> [RunRepository.Attempt] {
        try await runs.attempts(of: run.id, in: run.organizationID)
    }
}

extension RunService {
    /// Runs that the caller may see, newest first unless asked otherwise.
    package func list(
        _ request: ListRequest,
        _ filter: RunRepository.Filter,
        by caller: Caller
    ) async throws -> Page<Run> {
        var filter = filter
        filter.onlyVisibleTo = caller.role >= .editor ? nil : caller.user
        return try await runs.list(request, filter, in: caller.organization)
    }
}
