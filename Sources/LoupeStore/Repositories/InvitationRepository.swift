package import LoupeCore

/// Invitations. The store knows the token in an invitation's link by its SHA-256. An accepted one stays as it is, and no
/// call here answers with it.
package struct InvitationRepository: Sendable {
    private let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Adds an invitation; an open one to the same address makes room, so that its link opens nothing any more.
    package static func replace(
        with invitation: Invitation,
        tokenHash: [UInt8],
        in transaction: any Transaction
    ) throws {
        let organization = invitation.organizationID
        try transaction.execute(
            """
            DELETE FROM invitations
            WHERE org_id = \(organization) AND email_key = \(invitation.email.folded) AND accepted_at IS NULL
            """
        )
        try transaction.execute(
            """
            INSERT INTO invitations
            (org_id, id, email, email_key, role, token_hash, invited_by, created_at, expires_at)
            VALUES (\(organization), \(invitation.id), \(invitation.email), \(invitation.email.folded),
            \(invitation.role), \(tokenHash), \(invitation.invitedBy), \(invitation.createdAt),
            \(invitation.expiresAt))
            """
        )
    }

    /// The open ones, the newest first; those that expired too, so that they can be sent again.
    package func list(_ request: ListRequest, in organization: Organization.ID) async throws -> Page<Invitation> {
        let query = ListQuery(
            columns: Self.columns,
            from: Self.tables,
            filter: "i.org_id = \(organization) AND i.accepted_at IS NULL",
            id: "i.id",
            sorts: [ListSort("created_at", "i.created_at", .time)]
        )
        return try await database.read { try query.page(request, in: $0, as: Invitation.init(row:)) }
    }

    /// The invitation of a token that can still be accepted; nil where there is none.
    package func find(tokenHash: [UInt8], at now: Timestamp) async throws -> Invitation? {
        try await database.read { try Self.find(tokenHash: tokenHash, at: now, $0) }
    }

    /// Marks an invitation as accepted by that person, once. Throws `notFound` where that cannot be any more.
    package static func accept(
        tokenHash: [UInt8],
        by user: User.ID,
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws {
        let count = try transaction.execute(
            """
            UPDATE invitations SET accepted_at = \(now), accepted_by = \(user)
            WHERE token_hash = \(tokenHash) AND accepted_at IS NULL AND expires_at > \(now)
            """
        )
        guard count == 1 else { throw LoupeError.notFound("invitation") }
    }

    /// Takes an open invitation back. Throws `notFound`.
    package static func delete(
        _ id: Invitation.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> Invitation {
        let which: SQL = "i.org_id = \(organization) AND i.id = \(id) AND i.accepted_at IS NULL"
        let invitation = try transaction.first(
            "SELECT \(columns) FROM \(tables) WHERE \(which)",
            as: Invitation.init(row:)
        )
        guard let invitation else { throw LoupeError.notFound("invitation") }
        try transaction.execute("DELETE FROM invitations AS i WHERE \(which)")
        return invitation
    }

    private static func find(
        tokenHash: [UInt8],
        at now: Timestamp,
        _ transaction: any Transaction
    ) throws -> Invitation? {
        try transaction.first(
            """
            SELECT \(columns) FROM \(tables)
            WHERE i.token_hash = \(tokenHash) AND i.accepted_at IS NULL AND i.expires_at > \(now)
            """,
            as: Invitation.init(row:)
        )
    }

    private static let tables: SQL = """
        invitations AS i LEFT JOIN users AS inviter ON inviter.org_id = i.org_id AND inviter.id = i.invited_by
        """

    private static let columns: SQL = """
        i.id, i.org_id, i.email, i.role, i.invited_by, inviter.name, i.created_at, i.expires_at
        """
}

extension Invitation {
    init(row: inout RowReader) throws {
        self.init(
            id: try row.id(),
            organizationID: try row.id(),
            email: try row.text(),
            role: try row.enum(),
            invitedBy: try row.optionalID(),
            invitedByName: try row.optionalText(),
            createdAt: try row.timestamp(),
            expiresAt: try row.timestamp()
        )
    }
}
