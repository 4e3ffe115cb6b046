import LoupeCore

package struct VisualizationBody: JSONEncodableBody {
    let visualization: Visualization

    init(_ visualization: Visualization) {
        self.visualization = visualization
    }

    package var entityTag: String? { EntityTag.of(version: visualization.version) }
    package var location: String? { "/api/v1/visualizations/\(visualization.id)" }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            visualization.writeHead(to: &json)
            json.field("config", visualization.config)
            visualization.writeTail(to: &json)
        }
    }
}

/// An item of the list, without `config`.
package struct VisualizationItemBody: JSONEncodableBody {
    let visualization: Visualization

    package func write(to json: inout JSONWriter) {
        json.object { json in
            visualization.writeHead(to: &json)
            visualization.writeTail(to: &json)
        }
    }
}

extension Visualization {
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
