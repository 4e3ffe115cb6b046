package import LoupeCore
import LoupeStore

extension CanvasService {
    /// Runs what a query node holds, its own SQL or else its saved query, with the canvas' window at this moment as
    /// `:start` and `:end`. Whoever sees the canvas may: nothing of it comes from the request.
    ///
    /// Throws `validation_failed` for a note and for a node that names nothing to run.
    package func run(_ node: CanvasNode.ID, of id: Canvas.ID, by caller: Caller) async throws -> Run {
        let canvas = try await canvases.find(id, in: caller.organization)
        guard let node = canvas.nodes.first(where: { $0.id == node }) else { throw LoupeError.notFound("node") }
        guard node.kind == .query else { throw LoupeError(.validationFailed, "only a query node can run") }
        let work = node.work
        let window = canvas.window.resolved(at: surroundings.now())
        do {
            return try await run(work, window: window, by: caller)
        } catch let error as LoupeError where error.code == .notFound {
            let field = work.sql == nil ? "meta.query_id" : "meta.datasource_id"
            throw LoupeError.invalid(field, "names something that is gone")
        }
    }

    private func run(
        _ work: CanvasNode.Work,
        window: (start: Timestamp, end: Timestamp)?,
        by caller: Caller
    ) async throws -> Run {
        if let sql = work.sql {
            guard let datasource = work.datasource else {
                throw LoupeError.invalid("meta.datasource_id", "is needed to run the node's SQL")
            }
            return try await runs.runNode(sql, on: datasource, values: work.parameters, window: window, by: caller)
        }
        guard let query = work.query else {
            throw LoupeError(.validationFailed, "the node has neither SQL nor a saved query to run")
        }
        return try await runs.runNode(query, values: work.parameters, window: window, by: caller)
    }
}
