/// A page of tiles with parameters of its own.
package struct Dashboard: Hashable, Sendable {
    package typealias ID = Identifier<Dashboard>

    package static let maximumTiles = 100

    package let id: ID
    package let organizationID: Organization.ID
    package var name: String
    package var description: String
    package var parameters: [ParameterDefinition]
    package var tags: [String]
    /// In the order of the page: by row, then column. Those whose visualization lies in the bin are not among them.
    package var tiles: [Tile]
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// +1 also when a tile changes.
    package var version: Int

    package init(
        id: ID,
        organizationID: Organization.ID,
        name: String,
        description: String = "",
        parameters: [ParameterDefinition] = [],
        tags: [String] = [],
        tiles: [Tile] = [],
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1
    ) {
        self.id = id
        self.organizationID = organizationID
        self.name = name
        self.description = description
        self.parameters = parameters
        self.tags = tags
        self.tiles = tiles
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }
}
