import LoupeCore

struct VisualizationBody: JSONEncodableBody {
    let visualization: Visualization

    init(_ visualization: Visualization) {
        self.visualization = visualization
    }

    static let schema = Schema.object(
        "Visualization",
        Visualization.head + [.field("config", .json(maximumBytes: Visualization.maximumConfigBytes))]
            + [.field("tags", .tags)] + .origin
    )

    var entityTag: String? { EntityTag.of(version: visualization.version) }
    var location: String? { "/api/v1/visualizations/\(visualization.id)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            visualization.writeHead(to: &json)
            json.field("config", visualization.config)
            visualization.writeTail(to: &json)
        }
    }
}

/// An item of the list, without `config`.
struct VisualizationItemBody: JSONEncodableBody {
    let visualization: Visualization

    static let schema = Schema.object(
        "VisualizationItem",
        Visualization.head + [.field("tags", .tags)] + .origin
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            visualization.writeHead(to: &json)
            visualization.writeTail(to: &json)
        }
    }
}

extension Visualization {
    fileprivate static let head: [FieldSchema] = [
        .field("id", .id),
        .field("org_id", .id),
        .field("query_id", .id),
        .field("name", .name),
        .field("chart_type", .words(ChartType.self)),
    ]

    fileprivate func writeHead(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("org_id", organizationID)
        json.field("query_id", queryID)
        json.field("name", name)
        json.field("chart_type", chartType.rawValue)
    }

    fileprivate func writeTail(to json: inout JSONWriter) {
        json.key("tags")
        json.array(tags) { $0.value($1) }
        json.field("created_by", createdBy)
        json.field("created_by_name", createdByName)
        json.field("created_at", createdAt)
        json.field("updated_at", updatedAt)
    }
}
