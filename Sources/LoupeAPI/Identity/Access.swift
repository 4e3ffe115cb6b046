package import LoupeCore

/// Who may use a route that needs a credential.
package enum Access: Hashable, Sendable {
    /// Anybody with a credential, about their own account.
    case signedIn
    case role(Permission)
    /// A person of that role who signed in, and no API key: accounts, keys, invitations and roles.
    case person(Permission)

    package static let view = Access.role(.view)
    package static let edit = Access.role(.edit)
    package static let admin = Access.role(.admin)

    /// Throws `forbidden`, saying why.
    func check(_ identity: Identity) throws(LoupeError) {
        if case .person = self, identity.key != nil {
            throw LoupeError(.forbidden, "an API key may not do this: sign in")
        }
        guard allows(identity.role) else {
            throw LoupeError(.forbidden, "your role (\(identity.role.rawValue)) may not do this")
        }
    }

    private func allows(_ role: Role) -> Bool {
        switch self {
        case .signedIn: true
        case .role(let permission), .person(let permission): role.allows(permission)
        }
    }
}

/// The access of a route that needs no credential.
package struct Everyone: Sendable {
    package static let everyone = Everyone()
}
