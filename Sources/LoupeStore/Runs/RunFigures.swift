package import LoupeCore

/// How much work there is, for the operator of the whole installation: no organization is named.
package struct RunFigures: Hashable, Sendable {
    package var queued: [RunPriority: Int] = [:]
    package var running = 0
    /// Of the last hour; a run passes through several.
    package var changes: [RunStatus: Int] = [:]

    package init(queued: [RunPriority: Int] = [:], running: Int = 0, changes: [RunStatus: Int] = [:]) {
        self.queued = queued
        self.running = running
        self.changes = changes
    }
}

extension RunRepository {
    package func figures() async throws -> RunFigures {
        let since = surroundings.now() - .seconds(3600)
        return try await database.read { transaction in
            var figures = RunFigures()
            let queued = try transaction.all(
                "SELECT priority, count(*) FROM runs WHERE status = 'queued' GROUP BY priority",
                as: { (try $0.enum(RunPriority.self), try $0.int()) }
            )
            for (priority, count) in queued { figures.queued[priority] = count }
            figures.running = try transaction.count("SELECT count(*) FROM runs WHERE status = 'running'")
            let changes = try transaction.all(
                "SELECT status, count(*) FROM run_events WHERE created_at >= \(since) GROUP BY status",
                as: { (try $0.enum(RunStatus.self), try $0.int()) }
            )
            for (status, count) in changes { figures.changes[status] = count }
            return figures
        }
    }
}
