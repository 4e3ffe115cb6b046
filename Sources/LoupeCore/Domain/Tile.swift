/// A visualization or a text on a dashboard.
package struct Tile: Hashable, Sendable {
    package typealias ID = Identifier<Tile>

    package enum Kind: String, CaseIterable, Sendable {
        case visualization
        case text
    }

    /// Where a tile lies and how large it is, in the dashboard's grid.
    package struct Place: Hashable, Sendable {
        package static let positions = 0...1000
        package static let sizes = 1...100

        package var x: Int
        package var y: Int
        package var width: Int
        package var height: Int

        package init(x: Int, y: Int, width: Int = 4, height: Int = 4) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }
    }

    package let id: ID
    package let dashboardID: Dashboard.ID
    package var kind: Kind
    /// Set for a visualization, and only there.
    package var visualizationID: Visualization.ID?
    /// Markdown, at most 64 KiB.
    package var content: String?
    package var title: String?
    package var place: Place
    /// A query parameter's name to the dashboard parameter that it takes its value from.
    package var parameterBindings: [String: String]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package static let maximumContentBytes = 65_536

    package init(
        id: ID,
        dashboardID: Dashboard.ID,
        kind: Kind,
        visualizationID: Visualization.ID? = nil,
        content: String? = nil,
        title: String? = nil,
        place: Place,
        parameterBindings: [String: String] = [:],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.dashboardID = dashboardID
        self.kind = kind
        self.visualizationID = visualizationID
        self.content = content
        self.title = title
        self.place = place
        self.parameterBindings = parameterBindings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
