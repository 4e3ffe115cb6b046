package import LoupeCore
package import LoupeStore

/// Canvases, what is on them, and running what is on them.
package struct CanvasService: Sendable {
    let database: any Database
    let canvases: CanvasRepository
    let runs: RunService
    let surroundings: Surroundings

    package init(database: any Database, runs: RunService, surroundings: Surroundings) {
        self.database = database
        self.runs = runs
        self.surroundings = surroundings
        canvases = CanvasRepository(database)
    }

    package func find(_ id: Canvas.ID, by caller: Caller) async throws -> Canvas {
        try await canvases.find(id, in: caller.organization)
    }

    package func list(_ request: ListRequest, by caller: Caller) async throws -> Page<CanvasRepository.Summary> {
        try await canvases.list(request, in: caller.organization)
    }

    /// A canvas about to be made.
    package struct Draft: Sendable {
        package var name: String
        package var window = CanvasWindow()
        package var isLive = false
        package var tags: [String] = []

        package init(name: String) {
            self.name = name
        }
    }

    package func create(_ draft: Draft, by caller: Caller) async throws -> Canvas {
        try draft.window.requireValid()
        let now = surroundings.now()
        let canvas = Canvas(
            id: surroundings.newID(),
            organizationID: caller.organization,
            name: draft.name,
            window: draft.window,
            isLive: draft.isLive,
            tags: draft.tags,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        try await canvases.insert(canvas)
        return try await canvases.find(canvas.id, in: caller.organization)
    }

    /// Changes a canvas' own fields. Throws `precondition_failed` where `version` is given and no longer stands.
    package func update(
        _ id: Canvas.ID,
        version: Int?,
        by caller: Caller,
        _ change: @Sendable (inout Canvas) -> Void
    ) async throws -> Canvas {
        try await save(id, version: version, by: caller) { canvas in
            change(&canvas)
            try canvas.window.requireValid()
            return Canvas.Difference()
        }
    }

    /// Changes what is on a canvas, all or nothing.
    package func change(
        _ id: Canvas.ID,
        _ changes: CanvasChanges,
        naming: CanvasChanges.Naming = .many,
        version: Int?,
        by caller: Caller
    ) async throws -> Canvas {
        let now = surroundings.now()
        return try await save(id, version: version, by: caller) { canvas in
            try canvas.apply(changes, naming: naming, at: now, newID: { surroundings.newID() })
        }
    }

    func save(
        _ id: Canvas.ID,
        version: Int?,
        by caller: Caller,
        _ change: @Sendable (inout Canvas) throws -> Canvas.Difference
    ) async throws -> Canvas {
        try await canvases.save(
            id,
            version: version,
            by: caller.user,
            in: caller.organization,
            at: surroundings.now(),
            change
        )
    }
}

extension CanvasWindow {
    fileprivate func requireValid() throws {
        guard let first = problems.first else { return }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }
}
