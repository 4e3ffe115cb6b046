import LoupeCore
import LoupeServices

/// `POST /visualizations`
package struct NewVisualization: RequestBody {
    let draft: VisualizationService.Draft

    package init(_ fields: Fields) {
        draft = VisualizationService.Draft(
            queryID: fields.required("query_id", .id()),
            name: fields.required("name", .name),
            chartType: fields.required("chart_type", .oneOf()),
            config: fields.optional("config", .chartConfig, default: [:]),
            tags: fields.optional("tags", .tags, default: [])
        )
    }
}

/// `PUT` and `PATCH /visualizations/{id}`
package struct VisualizationChange: RequestBody {
    let queryID: Change<SavedQuery.ID>
    let name: Change<String>
    let chartType: Change<ChartType>
    let config: Change<JSONValue>
    let tags: Change<[String]>

    package init(_ fields: Fields) {
        queryID = fields.change("query_id", .id())
        name = fields.change("name", .name)
        chartType = fields.change("chart_type", .oneOf())
        config = fields.change("config", .chartConfig)
        tags = fields.change("tags", .tags)
    }

    func applied(to visualization: Visualization) -> Visualization {
        var visualization = visualization
        visualization.queryID = queryID.applied(to: visualization.queryID)
        visualization.name = name.applied(to: visualization.name)
        visualization.chartType = chartType.applied(to: visualization.chartType)
        visualization.config = config.applied(to: visualization.config)
        visualization.tags = tags.applied(to: visualization.tags)
        return visualization
    }
}
