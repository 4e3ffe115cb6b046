/// An investigation laid out in a plane: queries and notes, and edges that tell how they bear on each other.
package struct Canvas: Hashable, Sendable {
    package typealias ID = Identifier<Canvas>

    package static let maximumNodes = 500
    package static let maximumEdges = 2000

    package let id: ID
    package let organizationID: Organization.ID
    package var name: String
    /// The time that its query nodes look at.
    package var window: CanvasWindow
    /// Whether it is kept up to date while somebody looks at it.
    package var isLive: Bool
    /// Each 1…50 characters, at most 50, sorted, without duplicates.
    package var tags: [String]
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Raised by every change, also of a node or an edge.
    package var version: Int
    /// In the order of their creation.
    package var nodes: [CanvasNode]
    package var edges: [CanvasEdge]

    package init(
        id: ID,
        organizationID: Organization.ID,
        name: String,
        window: CanvasWindow = CanvasWindow(),
        isLive: Bool = false,
        tags: [String] = [],
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1,
        nodes: [CanvasNode] = [],
        edges: [CanvasEdge] = []
    ) {
        self.id = id
        self.organizationID = organizationID
        self.name = name
        self.window = window
        self.isLive = isLive
        self.tags = tags
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
        self.nodes = nodes
        self.edges = edges
    }
}
