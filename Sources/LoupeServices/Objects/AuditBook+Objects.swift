import Foundation
import LoupeCore

extension AuditBook {
    /// An entry about an object, to be written in the transaction of what it tells of.
    func entry(
        _ action: String,
        _ kind: ObjectKind,
        _ id: UUID?,
        _ name: String?,
        details: JSONValue? = nil,
        by caller: Caller
    ) async throws -> AuditEntry {
        try await entry(
            action,
            AuditEntry.Subject(type: kind.rawValue, id: id, name: name),
            details: details,
            by: caller.user,
            in: caller.organization,
            from: caller.address
        )
    }
}
