/// A query or a note on a canvas.
package struct CanvasNode: Hashable, Sendable {
    package typealias ID = Identifier<CanvasNode>

    package enum Kind: String, CaseIterable, Sendable {
        case query
        case note
    }

    package static let positionRange = -10_000.0...10_000.0
    package static let sizeRange = 50.0...2000.0
    /// Of `meta` as canonical text, in bytes.
    package static let maximumMeta = 256 << 10

    package let id: ID
    package var kind: Kind
    /// At most 255 characters, may be empty.
    package var title: String
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double
    /// An object; `Kind.problems(in:)` tells what its known members must be. Others are kept as they are.
    package var meta: JSONValue
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        kind: Kind,
        title: String = "",
        x: Double = 0,
        y: Double = 0,
        width: Double = 280,
        height: Double = 160,
        meta: JSONValue = [:],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.x = x
        self.y = y
        self.width = width
        self.height = height
        self.meta = meta
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// How one node of a canvas bears on another. It tells the story and runs nothing.
package struct CanvasEdge: Hashable, Sendable {
    package typealias ID = Identifier<CanvasEdge>

    package enum Label: String, CaseIterable, Sendable {
        case motivates
        case explains
        case contradicts
        case supports
        case derivesFrom = "derives_from"
        case questions
    }

    package let id: ID
    package var from: CanvasNode.ID
    package var to: CanvasNode.ID
    package var label: Label
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        from: CanvasNode.ID,
        to: CanvasNode.ID,
        label: Label = .motivates,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.label = label
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
