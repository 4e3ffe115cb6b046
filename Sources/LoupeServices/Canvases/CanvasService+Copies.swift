package import LoupeCore
import LoupeStore

extension CanvasService {
    /// Moves a canvas to the bin.
    package func delete(_ id: Canvas.ID, version: Int?, by caller: Caller) async throws {
        let canvas = try await canvases.find(id, in: caller.organization)
        let subject = AuditEntry.Subject(.canvas, id, canvas.name)
        let entry = AuditEntry(.canvasDelete, subject, by: caller, in: surroundings)
        let now = surroundings.now()
        try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            try CanvasRepository.delete(
                id,
                version: version,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
    }

    /// A new canvas with the same on it, under another name.
    package func duplicate(_ id: Canvas.ID, by caller: Caller) async throws -> Canvas {
        let original = try await canvases.find(id, in: caller.organization)
        let copy = original.copy(
            surroundings.newID(),
            by: caller.user,
            at: surroundings.now(),
            newID: { surroundings.newID() }
        )
        try await canvases.insert(copy)
        return try await canvases.find(copy.id, in: caller.organization)
    }

    /// Makes a canvas what it was at a revision, nodes and edges included, which is a new one.
    package func restore(
        _ id: Canvas.ID,
        revision: Int,
        version: Int?,
        by caller: Caller
    ) async throws -> Canvas {
        let content = try await RevisionRepository(database)
            .find(revision, of: .canvas, id.uuid, in: caller.organization).content
        let now = surroundings.now()
        return try await save(id, version: version, by: caller) { canvas in
            content.map { canvas.restore($0, at: now) } ?? Canvas.Difference()
        }
    }
}
