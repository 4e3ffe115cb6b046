package import LoupeCore
package import LoupeSecurity
package import LoupeStore

extension Accounts {
    /// The caller's API keys; for an admin everybody's.
    package func keys(_ request: ListRequest, by caller: Caller) async throws -> Page<APIKeyRepository.Owned> {
        try await keys.list(request, of: caller.role == .admin ? nil : caller.user, in: caller.organization)
    }

    /// A key of the caller's, and its text, which is shown once. Throws `validation_failed` for a role over the caller's own
    /// and for an end that has passed.
    package func makeKey(
        named name: String,
        role: Role?,
        expiresAt: Timestamp?,
        by caller: Caller
    ) async throws -> (key: APIKey, text: APIKeyText) {
        let now = surroundings.now()
        var problems: [LoupeError.Detail] = []
        if let role, role > caller.role {
            problems.append(.init(field: "role", message: "must not be over your own (\(caller.role.rawValue))"))
        }
        if let expiresAt, expiresAt <= now {
            problems.append(.init(field: "expires_at", message: "must be in the future"))
        }
        if let first = problems.first {
            throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
        }
        let text = APIKeyText()
        let key = APIKey(
            id: surroundings.newID(),
            organizationID: caller.organization,
            userID: caller.user,
            name: name,
            prefix: text.prefix,
            role: role ?? caller.role,
            createdAt: now,
            expiresAt: expiresAt
        )
        let entry = AuditEntry(
            .apiKeyCreate,
            .init(key),
            details: ["role": .string(key.role.rawValue)],
            by: caller,
            in: surroundings
        )
        try await database.write { transaction in
            try APIKeyRepository.insert(key, hash: text.digest, in: transaction)
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
        return (key, text)
    }

    /// Ends a key: one's own, or as an admin anybody's. Throws `not_found`.
    package func revokeKey(_ id: APIKey.ID, by caller: Caller) async throws {
        let surroundings = surroundings
        try await database.write { transaction in
            let key = try APIKeyRepository.revoke(
                id,
                of: caller.role == .admin ? nil : caller.user,
                in: caller.organization,
                at: surroundings.now(),
                transaction
            )
            let entry = AuditEntry(.apiKeyRevoke, .init(key), by: caller, in: surroundings)
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
    }
}

extension AuditEntry.Subject {
    init(_ key: APIKey) {
        self.init(type: "api_key", id: key.id.uuid, name: key.name)
    }
}
