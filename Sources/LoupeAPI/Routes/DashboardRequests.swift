import LoupeCore
import LoupeServices

/// `POST /dashboards`
package struct NewDashboard: RequestBody {
    let draft: DashboardService.Draft

    package init(_ fields: Fields) {
        draft = DashboardService.Draft(
            name: fields.required("name", .name),
            description: fields.optional("description", .description, default: ""),
            parameters: fields.optional("parameters", .parameters, default: []).map(\.definition),
            tags: fields.optional("tags", .tags, default: [])
        )
        fields.checkNames(of: draft.parameters)
    }
}

/// `PUT` and `PATCH /dashboards/{id}`
package struct DashboardChange: RequestBody {
    let name: Change<String>
    let description: Change<String?>
    let parameters: Change<[ParameterDefinition]>
    let tags: Change<[String]>

    package init(_ fields: Fields) {
        name = fields.change("name", .name)
        description = fields.clearable("description", .description)
        parameters = fields.change("parameters", .parameters).map { $0.map(\.definition) }
        tags = fields.change("tags", .tags)
        fields.checkNames(of: parameters.value ?? [])
    }

    func applied(to dashboard: Dashboard) -> Dashboard {
        var dashboard = dashboard
        dashboard.name = name.applied(to: dashboard.name)
        dashboard.description = description.applied(to: dashboard.description) ?? ""
        dashboard.parameters = parameters.applied(to: dashboard.parameters)
        dashboard.tags = tags.applied(to: dashboard.tags)
        return dashboard
    }
}

/// `PUT /dashboards/{id}/layout`
struct DashboardLayout: RequestBody {
    private struct TilePlacement: RequestBody {
        let id: Tile.ID
        let place: Tile.Place

        init(_ fields: Fields) {
            id = fields.required("id", .id())
            place = Tile.Place(
                x: fields.required("pos_x", .tilePosition),
                y: fields.required("pos_y", .tilePosition),
                width: fields.required("width", .tileSize),
                height: fields.required("height", .tileSize)
            )
        }
    }

    let places: [(Tile.ID, Tile.Place)]

    init(_ fields: Fields) {
        places = fields.required("tiles", .array(.object(TilePlacement.self), count: 0...Dashboard.maximumTiles))
            .map { ($0.id, $0.place) }
    }
}
