import HTTPTypes
import LoupeCore
package import LoupeServices
import LoupeStore

/// `/api/v1/runs`: starting, watching and stopping runs, and by `ResultRoutes` their results.
package struct RunRoutes: Sendable {
    static let list = ListRules(sorts: ["created_at", "started_at", "completed_at"])

    static let filters = [
        QueryParameter("query_id", .id, "Only runs of this query"),
        QueryParameter("datasource_id", .id, "Only runs on this datasource"),
        QueryParameter("schedule_id", .id, "Only runs of this schedule"),
        QueryParameter("trigger", .words(RunTrigger.self), "Only runs that this started"),
        QueryParameter("created_by", .string(2...36), "`me`, or a user's id"),
        QueryParameter("status", .string(1...100), "Statuses between commas"),
        QueryParameter("start_date", .time, "Created then or later"),
        QueryParameter("end_date", .time, "Created before then"),
    ]

    /// Of every route that starts a run.
    static let starting = EndpointOptions.idempotent.with {
        $0.waits = true
        $0.content = .of(RunBody.self)
        $0.alsoAnswers = [.ok]
        $0.fails = [.notFound, .queryRejected]
    }

    let service: RunService

    package init(service: RunService) {
        self.service = service
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .view,
            summary: "The runs",
            options: .list(RunRoutes.list, filters: RunRoutes.filters),
            handler: list
        )
        api.post(permission: .view, summary: "Runs a saved query", options: RunRoutes.starting, handler: start)
        let adHoc = RunRoutes.starting.with { $0.limit = .execute }
        api.post("execute", permission: .edit, summary: "Runs SQL that is not saved", options: adHoc, handler: execute)
        let waiting = EndpointOptions().with { $0.waits = true }
        api.get("{id}", permission: .view, summary: "One run", options: waiting, handler: show)
        let cancelling = EndpointOptions().with {
            $0.content = .of(RunBody.self)
            $0.alsoAnswers = [.accepted]
            $0.fails = [.conflict]
        }
        api.post(
            "{id}/cancel",
            permission: .view,
            summary: "Stops a run",
            status: .ok,
            options: cancelling,
            handler: cancel
        )
        ResultRoutes(service: service).add(to: api)
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<RunBody> {
        let page = try await service.list(request.list(RunRoutes.list), filter(of: request), by: request.caller)
        return PageBody(page.map { RunBody($0) })
    }

    func start(_ request: AuthorizedRequest, _ body: NewRun) async throws -> Answer {
        let patience = try request.patience()
        let started = try await service.start(
            body.queryID,
            values: body.parameters,
            limits: body.limits,
            maxAge: body.maxAge,
            by: request.caller
        )
        return await answer(started, patience, by: request.caller)
    }

    func execute(_ request: AuthorizedRequest, _ body: NewAdHocRun) async throws -> Answer {
        let patience = try request.patience()
        let started = try await service.execute(
            body.sql,
            on: body.datasourceID,
            definitions: body.definitions,
            values: body.parameters,
            limits: body.limits,
            by: request.caller
        )
        return await answer(started, patience, by: request.caller)
    }

    func show(_ request: AuthorizedRequest) async throws -> RunBody {
        let id = try request.path("id", as: Run.ID.self)
        let run =
            if let patience = try request.patience() {
                try await service.wait(for: id, atMost: patience, by: request.caller)
            } else {
                try await service.find(id, by: request.caller)
            }
        return try await full(run)
    }

    func cancel(_ request: AuthorizedRequest) async throws -> Answer {
        switch try await service.cancel(request.path("id", as: Run.ID.self), by: request.caller) {
        case .done(let run): return try await full(run).answer()
        case .requested(let run): return try await full(run).with(status: .accepted)
        }
    }

    /// 201 for a new run, 200 for one that was there. The run is queued by now: what fails from here on must not make
    /// the client send it again, so it is answered as it is known.
    func answer(_ started: RunService.Started, _ patience: Duration?, by caller: Caller) async -> Answer {
        var run = started.run
        if let patience, !run.status.isFinal,
            // Who waited in vain asks for the run again.
            let waited = try? await service.wait(for: run.id, atMost: patience, by: caller)
        {
            run = waited
        }
        // Position and attempts are extras of the answer.
        let body = (try? await full(run, isReused: started.isReused)) ?? RunBody(run, isReused: started.isReused)
        return body.with(status: started.isReused ? .ok : .created)
    }

    private func full(_ run: Run, isReused: Bool = false) async throws -> RunBody {
        RunBody(
            run,
            queuePosition: try await service.queuePosition(of: run),
            isReused: isReused,
            attempts: run.state.attempt > 0 ? try await service.attempts(of: run) : []
        )
    }

    private func filter(of request: AuthorizedRequest) throws -> RunRepository.Filter {
        let query = request.query
        var filter = RunRepository.Filter()
        filter.query = try query.id("query_id")
        filter.datasource = try query.id("datasource_id")
        filter.schedule = try query.id("schedule_id")
        filter.trigger = try query.oneOf("trigger")
        filter.createdBy = query["created_by"] == "me" ? request.user : try query.id("created_by")
        filter.statuses = try query.listOf("status")
        filter.from = try query.time("start_date")
        filter.to = try query.time("end_date")
        return filter
    }
}
