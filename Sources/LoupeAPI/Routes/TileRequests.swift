import LoupeCore
import LoupeServices

/// `POST /dashboards/{id}/tiles`
struct NewTile: RequestBody {
    let draft: DashboardService.TileDraft

    init(_ fields: Fields) {
        let kind = fields.optional("tile_type", .oneOf(), default: Tile.Kind.visualization)
        let visualizationID = fields.optional("visualization_id", .id(Visualization.self))
        let content = fields.optional("content", .tileContent)
        let title = fields.optional("title", .text(0...255))
        var draft = DashboardService.TileDraft(
            place: Tile.Place(
                x: fields.optional("pos_x", .tilePosition, default: 0),
                y: fields.optional("pos_y", .tilePosition, default: 0),
                width: fields.optional("width", .tileSize, default: 4),
                height: fields.optional("height", .tileSize, default: 4)
            )
        )
        draft.kind = kind
        draft.visualizationID = visualizationID
        draft.content = content
        draft.title = title
        draft.parameterBindings = fields.optional("parameter_bindings", .bindings, default: [:])
        self.draft = draft
        if kind == .visualization, !fields.names("visualization_id") {
            fields.lacks("visualization_id", "is required for a visualization")
        }
    }
}

/// `PUT` and `PATCH /dashboards/{id}/tiles/{tile_id}`
struct TileChange: RequestBody {
    let kind: Change<Tile.Kind>
    let visualizationID: Change<Visualization.ID?>
    let content: Change<String?>
    let title: Change<String?>
    let x: Change<Int>
    let y: Change<Int>
    let width: Change<Int>
    let height: Change<Int>
    let parameterBindings: Change<[String: String]>

    init(_ fields: Fields) {
        kind = fields.change("tile_type", .oneOf())
        visualizationID = fields.clearable("visualization_id", .id())
        content = fields.clearable("content", .tileContent)
        title = fields.clearable("title", .text(0...255))
        x = fields.change("pos_x", .tilePosition)
        y = fields.change("pos_y", .tilePosition)
        width = fields.change("width", .tileSize)
        height = fields.change("height", .tileSize)
        parameterBindings = fields.change("parameter_bindings", .bindings)
    }

    func applied(to tile: Tile) -> Tile {
        var tile = tile
        tile.kind = kind.applied(to: tile.kind)
        tile.visualizationID = visualizationID.applied(to: tile.visualizationID)
        tile.content = content.applied(to: tile.content)
        tile.title = title.applied(to: tile.title)
        tile.place.x = x.applied(to: tile.place.x)
        tile.place.y = y.applied(to: tile.place.y)
        tile.place.width = width.applied(to: tile.place.width)
        tile.place.height = height.applied(to: tile.place.height)
        tile.parameterBindings = parameterBindings.applied(to: tile.parameterBindings)
        return tile
    }
}

extension FieldRule where Value == Int {
    static var tilePosition: FieldRule { integer(Tile.Place.positions) }
    static var tileSize: FieldRule { integer(Tile.Place.sizes) }
}

extension FieldRule where Value == String {
    fileprivate static var tileContent: FieldRule { text(bytes: 0...Tile.maximumContentBytes) }
}

extension FieldRule where Value == [String: String] {
    /// A query parameter's name to a dashboard parameter's.
    fileprivate static var bindings: FieldRule {
        FieldRule(.map(.string(1...63), count: 0...50), placeholder: [:]) { json, path, problems in
            guard case .object(let members) = json else {
                problems.add(.form, path, "must be an object")
                return nil
            }
            guard members.count <= 50 else {
                problems.add(.rule, path, "must have at most 50 members")
                return nil
            }
            var bindings: [String: String] = [:]
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                guard case .string(let target) = value else {
                    problems.add(.form, "\(path).\(name.prefix(63))", "must be a string")
                    continue
                }
                guard ParameterDefinition.isName(name), ParameterDefinition.isName(target) else {
                    problems.add(.rule, "\(path).\(name.prefix(63))", "must name two parameters")
                    continue
                }
                bindings[name] = target
            }
            return bindings.count == members.count ? bindings : nil
        }
    }
}
