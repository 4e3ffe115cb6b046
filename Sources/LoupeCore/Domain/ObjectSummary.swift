package import Foundation

/// Which object, of whatever kind.
package struct ObjectReference: Hashable, Sendable {
    package let kind: ObjectKind
    package let id: UUID

    package init(kind: ObjectKind, id: UUID) {
        self.kind = kind
        self.id = id
    }
}

/// What a person must know of an object to tell it from others.
package struct ObjectSummary: Hashable, Sendable {
    package let reference: ObjectReference
    package let name: String
    /// Empty for kinds without one.
    package let description: String
    package let updatedAt: Timestamp

    package init(reference: ObjectReference, name: String, description: String, updatedAt: Timestamp) {
        self.reference = reference
        self.name = name
        self.description = description
        self.updatedAt = updatedAt
    }
}

/// An object that a search found.
package struct SearchHit: Hashable, Sendable {
    /// Where the text was found.
    package enum Match: String, CaseIterable, Sendable {
        case name
        case description
        /// A query's SQL.
        case text
    }

    package let object: ObjectSummary
    package let match: Match

    package init(object: ObjectSummary, match: Match) {
        self.object = object
        self.match = match
    }
}
