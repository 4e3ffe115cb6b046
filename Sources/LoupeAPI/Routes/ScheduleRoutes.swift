import HTTPTypes
package import LoupeCore
package import LoupeServices

/// `/api/v1/schedules`
package struct ScheduleRoutes: Sendable {
    static let list = ListRules(sorts: ["name", "next_run_at", "created_at", "updated_at"], hasTags: true)

    static let filters = [
        QueryParameter("query_id", .id, "Only schedules of this query"),
        QueryParameter("enabled", .boolean, "Only schedules that fire, or only those that do not"),
    ]

    let schedules: ScheduleService
    let surroundings: Surroundings

    package init(schedules: ScheduleService, surroundings: Surroundings) {
        self.schedules = schedules
        self.surroundings = surroundings
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .view,
            summary: "The schedules",
            options: .list(ScheduleRoutes.list, filters: ScheduleRoutes.filters),
            handler: list
        )
        api.post(permission: .edit, summary: "Makes a schedule", options: .idempotent, handler: create)
        api.post(
            "preview",
            permission: .edit,
            summary: "What a cron expression means, and its next five times",
            status: .ok,
            handler: preview
        )
        api.get("{id}", permission: .view, summary: "One schedule", handler: show)
        api.change("{id}", permission: .edit, summary: "Changes a schedule", handler: change)
        api.delete("{id}", permission: .edit, summary: "Removes a schedule", handler: remove)
        addActions(to: api)
    }

    private func addActions(to api: Endpoints) {
        let switching = EndpointOptions().with { $0.fails = [.preconditionFailed, .validationFailed] }
        api.post(
            "{id}/enable",
            permission: .edit,
            summary: "Lets a schedule fire",
            status: .ok,
            options: switching
        ) { request in
            try await setEnabled(true, request)
        }
        api.post(
            "{id}/disable",
            permission: .edit,
            summary: "Keeps a schedule from firing",
            status: .ok,
            options: switching
        ) { request in
            try await setEnabled(false, request)
        }
        api.post(
            "{id}/trigger",
            permission: .edit,
            summary: "Runs a schedule's query now",
            status: .accepted,
            options: EndpointOptions.idempotent.with { $0.fails = [.queryRejected] },
            handler: trigger
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<ScheduleBody> {
        let page = try await schedules.list(
            request.list(ScheduleRoutes.list),
            query: request.query.id("query_id"),
            isEnabled: request.query.flag("enabled"),
            by: request.caller
        )
        return PageBody(page.map { ScheduleBody($0) })
    }

    func create(_ request: AuthorizedRequest, _ body: NewSchedule) async throws -> ScheduleBody {
        ScheduleBody(try await schedules.create(body.draft, by: request.caller))
    }

    func preview(_ request: AuthorizedRequest, _ body: SchedulePreview) throws -> TimetableBody {
        TimetableBody(timetable: try Timetable(body.cronExpression, body.timeZone), now: surroundings.now())
    }

    func show(_ request: AuthorizedRequest) async throws -> ScheduleBody {
        let id = try request.path("id", as: Schedule.ID.self)
        return ScheduleBody(try await schedules.find(id, by: request.caller))
    }

    func change(_ request: AuthorizedRequest, _ body: ScheduleChange) async throws -> ScheduleBody {
        let id = try request.path("id", as: Schedule.ID.self)
        let schedule = try await schedules.update(id, version: request.expectedVersion(), by: request.caller) {
            $0 = body.applied(to: $0)
        }
        return ScheduleBody(schedule)
    }

    func remove(_ request: AuthorizedRequest) async throws -> NoContent {
        let id = try request.path("id", as: Schedule.ID.self)
        try await schedules.delete(id, version: request.expectedVersion(), by: request.caller)
        return NoContent()
    }

    func setEnabled(_ isEnabled: Bool, _ request: AuthorizedRequest) async throws -> ScheduleBody {
        let id = try request.path("id", as: Schedule.ID.self)
        return ScheduleBody(
            try await schedules.setEnabled(id, isEnabled, version: request.expectedVersion(), by: request.caller)
        )
    }

    func trigger(_ request: AuthorizedRequest) async throws -> TriggeredBody {
        TriggeredBody(
            run: try await schedules.trigger(request.path("id", as: Schedule.ID.self), by: request.caller)
        )
    }
}
