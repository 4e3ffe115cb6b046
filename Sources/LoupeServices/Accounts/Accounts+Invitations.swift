package import LoupeCore
import LoupeSecurity
import LoupeStore

extension Accounts {
    /// An invitation with the link that accepts it, which is shown once.
    package struct Invited: Sendable {
        package let invitation: Invitation
        package let link: String
    }

    package func invitations(
        _ request: ListRequest,
        in organization: Organization.ID
    ) async throws -> Page<Invitation> {
        try await invited.list(request, in: organization)
    }

    /// Invites the person of an address, by mail where there is a mail server; an earlier invitation of theirs ends. Throws
    /// `conflict` for a member, `forbidden` where the server or the organization takes no new accounts.
    package func invite(_ email: String, as role: Role, by caller: Caller) async throws -> Invited {
        let organization = try await organizations.find(caller.organization)
        try await requireOpen(to: organization)
        if let known = try await users.credentials(email: email), known.user.organizationID == organization.id {
            throw LoupeError(.conflict, "this address is a member already")
        }
        let now = surroundings.now()
        let invitation = Invitation(
            id: surroundings.newID(),
            organizationID: organization.id,
            email: email,
            role: role,
            invitedBy: caller.user,
            invitedByName: caller.name,
            createdAt: now,
            expiresAt: now + Invitation.lifetime
        )
        let token = RandomToken()
        let entry = auditEntry(.invitationCreate, invitation, by: caller)
        try await database.write { transaction in
            try InvitationRepository.replace(with: invitation, tokenHash: token.digest, in: transaction)
            try AuditRepository.append(entry, in: organization.id, transaction)
        }
        let link = links.invitation(token)
        if rules.canSendLinks {
            let mail = Mail.invitation(invitation, to: organization.name, link: link)
            await post.send { mail }
        }
        return Invited(invitation: invitation, link: link)
    }

    /// Takes an invitation back. Throws `not_found`.
    package func withdraw(_ id: Invitation.ID, by caller: Caller) async throws {
        let surroundings = surroundings
        try await database.write { transaction in
            let invitation = try InvitationRepository.delete(id, in: caller.organization, transaction)
            let subject = AuditEntry.Subject(invitation)
            let entry = AuditEntry(.invitationDelete, subject, by: caller, in: surroundings)
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
    }

    /// An account for whoever has the link, under the address that was invited. Throws `validation_failed` for a token that
    /// is unknown, used or expired, `conflict` for an address that has an account, and `forbidden` where nobody may join.
    package func accept(
        token text: String,
        name: String,
        password: String,
        from client: Client
    ) async throws -> SignedIn {
        let refused = LoupeError.invalid("token", "is not valid any more: ask for a new invitation")
        guard let token = RandomToken(text) else { throw refused }
        let now = surroundings.now()
        guard let invitation = try await invited.find(tokenHash: token.digest, at: now) else { throw refused }
        try await requireOpen(to: organizations.find(invitation.organizationID))
        let hash = try await hasher.hash(password)
        let user = User(
            id: surroundings.newID(),
            organizationID: invitation.organizationID,
            email: invitation.email,
            name: name,
            role: invitation.role,
            createdAt: now
        )
        let start = sessionStart(for: user, from: client, at: now)
        let entry = AuditEntry(.invitationAccept, .init(user), by: client.actor(user), in: surroundings)
        do {
            try await database.write { transaction in
                try UserRepository.insert(user, passwordHash: hash, in: transaction)
                try InvitationRepository.accept(tokenHash: token.digest, by: user.id, at: now, transaction)
                try SessionRepository.insert(start.session, token: start.stored, in: transaction)
                try AuditRepository.append(entry, in: user.organizationID, transaction)
            }
        } catch let error as LoupeError where error.code == .notFound {
            throw refused
        } catch let error as LoupeError where error.isConflict(on: "users_email_key") {
            throw LoupeError(.conflict, "this address has an account already", underlying: error)
        }
        return try await signedIn(user, start)
    }

    /// `closed` closes a server, and each organization for itself, to invited people too.
    private func requireOpen(to organization: Organization) async throws {
        guard try await registrationRule() != .closed, organization.settings.registration != .closed else {
            throw LoupeError(.forbidden, "no new accounts are taken: the registration setting is closed")
        }
    }

    private func auditEntry(_ action: AuditAction, _ invitation: Invitation, by caller: Caller) -> AuditEntry {
        AuditEntry(
            action,
            .init(invitation),
            details: ["role": .string(invitation.role.rawValue)],
            by: caller,
            in: surroundings
        )
    }
}

extension AuditEntry.Subject {
    init(_ invitation: Invitation) {
        self.init(type: "invitation", id: invitation.id.uuid, name: invitation.email)
    }
}
