import LoupeCore
import LoupeStore

struct DashboardBody: JSONEncodableBody {
    let whole: DashboardRepository.Whole

    init(_ whole: DashboardRepository.Whole) {
        self.whole = whole
    }

    init(_ dashboard: Dashboard) {
        whole = DashboardRepository.Whole(dashboard)
    }

    static let schema = Schema.object(
        "Dashboard",
        Dashboard.head + [
            .field("tiles", .array(TileBody.schema, count: 0...10_000)),
            .sometimes("visualizations", .array(VisualizationBody.schema, count: 0...10_000)),
            .sometimes("queries", .array(QueryBody.schema, count: 0...10_000)),
        ] + .origin
    )

    private var dashboard: Dashboard { whole.dashboard }

    /// Of the parts too, where they are asked for: they have versions of their own.
    var entityTag: String? {
        var parts = (whole.visualizations ?? []).map { "\($0.id):\($0.version)" }
        parts += (whole.queries ?? []).map { "\($0.id):\($0.version)" }
        guard whole.visualizations != nil || whole.queries != nil else {
            return EntityTag.of(version: dashboard.version)
        }
        let hash = parts.joined(separator: ",").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return EntityTag.of(version: dashboard.version, also: Int64(hash >> 1))
    }

    var location: String? { "/api/v1/dashboards/\(dashboard.id)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            dashboard.writeHead(to: &json)
            json.key("tiles")
            json.array(dashboard.tiles) { TileBody(tile: $1).write(to: &$0) }
            if let visualizations = whole.visualizations {
                json.key("visualizations")
                json.array(visualizations) { VisualizationBody($1).write(to: &$0) }
            }
            if let queries = whole.queries {
                json.key("queries")
                json.array(queries) { QueryBody($1).write(to: &$0) }
            }
            dashboard.writeTail(to: &json)
        }
    }
}

/// An item of the list: how many tiles there are, not which.
struct DashboardItemBody: JSONEncodableBody {
    let item: DashboardRepository.Item

    static let schema = Schema.object(
        "DashboardItem",
        Dashboard.head + [.field("tile_count", .count)] + .origin
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            item.dashboard.writeHead(to: &json)
            json.field("tile_count", item.tileCount)
            item.dashboard.writeTail(to: &json)
        }
    }
}

struct TileBody: JSONEncodableBody {
    let tile: Tile
    /// Of the dashboard, where the tile was just changed.
    var version: Int?

    static let schema = Schema.object(
        "Tile",
        [
            .field("id", .id),
            .field("dashboard_id", .id),
            .field("tile_type", .words(Tile.Kind.self)),
            .field("visualization_id", .id.orNull),
            .field("content", .string(0...Tile.maximumContentBytes).orNull),
            .field("title", .string(0...255).orNull),
            .field("pos_x", .integer(Tile.Place.positions)),
            .field("pos_y", .integer(Tile.Place.positions)),
            .field("width", .integer(Tile.Place.sizes)),
            .field("height", .integer(Tile.Place.sizes)),
            .field("parameter_bindings", .map(.string(1...63), count: 0...50)),
            .field("created_at", .time),
            .field("updated_at", .time),
        ]
    )

    var entityTag: String? { version.map { EntityTag.of(version: $0) } }
    var location: String? { "/api/v1/dashboards/\(tile.dashboardID)/tiles/\(tile.id)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", tile.id)
            json.field("dashboard_id", tile.dashboardID)
            json.field("tile_type", tile.kind.rawValue)
            json.field("visualization_id", tile.visualizationID)
            json.field("content", tile.content)
            json.field("title", tile.title)
            json.field("pos_x", tile.place.x)
            json.field("pos_y", tile.place.y)
            json.field("width", tile.place.width)
            json.field("height", tile.place.height)
            json.field("parameter_bindings", .object(tile.parameterBindings.mapValues(JSONValue.string)))
            json.field("created_at", tile.createdAt)
            json.field("updated_at", tile.updatedAt)
        }
    }
}

extension Dashboard {
    fileprivate static let head: [FieldSchema] = [
        .field("id", .id),
        .field("org_id", .id),
        .field("name", .name),
        .field("description", .string(0...2000)),
        .field("parameters", .array(.parameter, count: 0...50)),
        .field("tags", .tags),
    ]

    fileprivate func writeHead(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("org_id", organizationID)
        json.field("name", name)
        json.field("description", description)
        json.key("parameters")
        json.array(parameters) { $0.value($1.json) }
        json.key("tags")
        json.array(tags) { $0.value($1) }
    }

    fileprivate func writeTail(to json: inout JSONWriter) {
        json.field("created_by", createdBy)
        json.field("created_by_name", createdByName)
        json.field("created_at", createdAt)
        json.field("updated_at", updatedAt)
    }
}
