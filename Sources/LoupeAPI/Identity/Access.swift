package import LoupeCore

/// Who may use a route that needs a credential.
package enum Access: Hashable, Sendable {
    /// Anybody signed in, about their own account.
    case signedIn
    case role(Permission)

    package static let view = Access.role(.view)
    package static let edit = Access.role(.edit)
    package static let admin = Access.role(.admin)

    func allows(_ identity: Identity) -> Bool {
        switch self {
        case .signedIn: true
        case .role(let permission): identity.role.allows(permission)
        }
    }
}

/// The access of a route that needs no credential.
package struct Everyone: Sendable {
    package static let everyone = Everyone()
}
