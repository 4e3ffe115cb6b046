import LoupeCore
import LoupeStore

/// Makes the audit log's entries of what people do, under the name they have at the time.
struct AuditBook: Sendable {
    let database: any Database
    let surroundings: Surroundings

    /// An entry to be written in the transaction of what it tells of.
    func entry(
        _ action: String,
        _ subject: AuditEntry.Subject?,
        details: JSONValue? = nil,
        by user: User.ID,
        in organization: Organization.ID,
        from address: String?
    ) async throws -> AuditEntry {
        let user = try await UserRepository(database).find(user, in: organization)
        return AuditEntry(
            id: surroundings.newID(),
            actorKind: .user,
            actorID: user.id,
            actorName: user.name,
            action: action,
            subject: subject,
            address: address,
            details: details,
            at: surroundings.now()
        )
    }

    /// Writes down what changes nothing in the store.
    func write(
        _ action: String,
        _ subject: AuditEntry.Subject?,
        details: JSONValue? = nil,
        by caller: Caller
    ) async throws {
        let entry = try await entry(
            action,
            subject,
            details: details,
            by: caller.user,
            in: caller.organization,
            from: caller.address
        )
        try await AuditRepository(database).append(entry, in: caller.organization)
    }
}
