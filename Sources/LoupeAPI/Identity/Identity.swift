package import LoupeCore

/// Who makes a request, as the session's or the API key's row says, not as the token does.
package struct Identity: Hashable, Sendable {
    /// What somebody shows to be let in.
    package enum Credential: Hashable, Sendable {
        case session(Session.ID)
        case key(APIKey.Handle)
    }

    package let organization: Organization.ID
    package let user: User.ID
    /// The person's, also where their key acts.
    package let name: String
    package let role: Role
    package let credential: Credential
    /// When the access token or the key ends; nil for a key without an end.
    package let expiresAt: Timestamp?
    /// What its requests are counted under; kept, as every request needs it.
    let rateKey: String

    package init(
        organization: Organization.ID,
        user: User.ID,
        name: String,
        role: Role,
        credential: Credential,
        expiresAt: Timestamp?
    ) {
        self.organization = organization
        self.user = user
        self.name = name
        self.role = role
        self.credential = credential
        self.expiresAt = expiresAt
        rateKey =
            switch credential {
            case .session: user.description
            case .key(let key): key.id.description
            }
    }

    package var session: Session.ID? {
        guard case .session(let id) = credential else { return nil }
        return id
    }

    package var key: APIKey.Handle? {
        guard case .key(let key) = credential else { return nil }
        return key
    }
}
