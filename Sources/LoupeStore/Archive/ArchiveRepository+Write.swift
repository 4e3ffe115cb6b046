package import LoupeCore

extension ArchiveRepository {
    /// Objects to be made and objects to be changed, each as it is to be.
    package struct Changes: Sendable {
        package var new = Contents()
        package var changed = Contents()

        package init() {}
    }

    /// Makes and changes all or none, and writes `entry` into the audit log with it. Objects are made in an order in which
    /// what they refer to is there. Throws `precondition_failed` where somebody changed one of them since it was read.
    package func write(
        _ changes: Changes,
        _ entry: AuditEntry,
        by user: User.ID,
        in organization: Organization.ID,
        at now: Timestamp
    ) async throws {
        try await database.write { transaction in
            let (new, changed) = (changes.new, changes.changed)
            for query in new.queries { try QueryRepository.insert(query, in: transaction) }
            for query in changed.queries { try QueryRepository.update(query, by: user, at: now, transaction) }
            for chart in new.visualizations { try VisualizationRepository.insert(chart, in: transaction) }
            for chart in changed.visualizations { try VisualizationRepository.update(chart, at: now, transaction) }
            for dashboard in new.dashboards { try DashboardRepository.insert(dashboard, in: transaction) }
            for dashboard in changed.dashboards {
                try DashboardRepository.update(dashboard, replacingTiles: true, by: user, at: now, transaction)
            }
            for schedule in new.schedules { try ScheduleRepository.insert(schedule, in: transaction) }
            for schedule in changed.schedules {
                try ScheduleRepository.update(schedule, isRescheduled: true, at: now, transaction)
            }
            for canvas in new.canvases { try CanvasRepository.insert(canvas, in: transaction) }
            for canvas in changed.canvases { try CanvasRepository.replace(canvas, by: user, at: now, transaction) }
            try AuditRepository.append(entry, in: organization, transaction)
        }
    }
}
