package import Foundation

/// A deleted object that can still be put back.
package struct BinItem: Hashable, Sendable {
    /// How long the bin keeps what was put into it.
    package static let lifetime = Duration.seconds(30 * 86_400)

    package let kind: ObjectKind
    package let id: UUID
    package var name: String
    package var deletedBy: User.ID?
    package var deletedByName: String?
    package var deletedAt: Timestamp

    package init(
        kind: ObjectKind,
        id: UUID,
        name: String,
        deletedBy: User.ID?,
        deletedByName: String?,
        deletedAt: Timestamp
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.deletedBy = deletedBy
        self.deletedByName = deletedByName
        self.deletedAt = deletedAt
    }

    /// When it goes for good.
    package var expiresAt: Timestamp { deletedAt + BinItem.lifetime }
}
