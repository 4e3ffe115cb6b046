/// What a person or an API key may do in its organization.
package enum Role: String, CaseIterable, Comparable, Sendable {
    case viewer
    case editor
    case admin

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .editor: 1
        case .admin: 2
        }
    }

    package static func < (left: Role, right: Role) -> Bool {
        left.rank < right.rank
    }

    package func allows(_ permission: Permission) -> Bool {
        self >= permission.leastRole
    }
}

/// What a route asks of the caller's role.
package enum Permission: String, CaseIterable, Sendable {
    case view
    case edit
    case admin

    package var leastRole: Role {
        switch self {
        case .view: .viewer
        case .edit: .editor
        case .admin: .admin
        }
    }
}
