/// A chart of a saved query's result.
package struct Visualization: Hashable, Sendable {
    package typealias ID = Identifier<Visualization>

    package let id: ID
    package let organizationID: Organization.ID
    package var queryID: SavedQuery.ID
    package var name: String
    package var chartType: ChartType
    /// How it is drawn: an object, kept as it was given; docs/charts.md tells what of it is read. Null in lists, which
    /// carry no heavy parts.
    package var config: JSONValue
    package var tags: [String]
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var version: Int

    /// Of `config` as canonical text.
    package static let maximumConfigBytes = 65_536

    package init(
        id: ID,
        organizationID: Organization.ID,
        queryID: SavedQuery.ID,
        name: String,
        chartType: ChartType,
        config: JSONValue = [:],
        tags: [String] = [],
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1
    ) {
        self.id = id
        self.organizationID = organizationID
        self.queryID = queryID
        self.name = name
        self.chartType = chartType
        self.config = config
        self.tags = tags
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }
}

package enum ChartType: String, CaseIterable, Sendable {
    case table
    case line
    case bar
    case pie
    case singleStat = "single_stat"
    case area
    case scatter
    case heatmap
    case funnel
    case gauge
    case pivot
}
