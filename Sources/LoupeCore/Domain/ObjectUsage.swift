package import Foundation

/// What refers to an object, and so keeps it from being deleted without a word.
package struct ObjectUsage: Hashable, Sendable {
    package struct Reference: Hashable, Sendable {
        package let id: UUID
        package let name: String

        package init(id: UUID, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// The objects of one kind: how many, and the first by name.
    package struct Users: Hashable, Sendable {
        /// How many are named.
        package static let limit = 100

        package let total: Int
        package let first: [Reference]

        package init(total: Int, first: [Reference]) {
            self.total = total
            self.first = first
        }
    }

    /// Every kind that can refer to the object, with or without users.
    package let users: [ObjectKind: Users]

    package init(_ users: [ObjectKind: Users]) {
        self.users = users
    }

    package var total: Int { users.values.reduce(0) { $0 + $1.total } }

    /// As the API writes it: `total`, and a list for each kind.
    package var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["total": .number(String(total))]
        for (kind, users) in users {
            members[kind.collection] = .array(
                users.first.map { reference in
                    [
                        "id": .string(Identifier<Void>(reference.id).description),
                        "name": .string(reference.name),
                    ]
                }
            )
        }
        return members
    }
}

extension LoupeError {
    /// The object is used: `conflict`, with what uses it.
    package static func inUse(_ kind: ObjectKind, _ usage: ObjectUsage) -> LoupeError {
        let count = usage.total == 1 ? "1 object uses" : "\(usage.total) objects use"
        var error = LoupeError(
            .conflict,
            "\(count) this \(kind.rawValue); with ?cascade=true it is deleted all the same, with what cannot be without it"
        )
        error.attachment = usage.members
        return error
    }
}
