extension Dashboard {
    /// What a revision keeps.
    package var content: JSONValue {
        [
            "name": .string(name),
            "description": .string(description),
            "parameters": .array(parameters.map(\.json)),
            "tags": .array(tags.map(JSONValue.string)),
            "tiles": .array(tiles.map(\.storedContent)),
        ]
    }

    /// Takes over what `content` wrote, tiles included; a field that is not there stays as it is.
    package mutating func restore(_ content: JSONValue, at now: Timestamp) {
        let content = StoredContent(content)
        name = content.text("name") ?? name
        description = content.text("description") ?? description
        parameters = content.list("parameters")?.compactMap(ParameterDefinition.init(json:)) ?? parameters
        tags = content.texts("tags") ?? tags
        tiles = content.list("tiles")?.compactMap { Tile(content: $0, of: id, at: now) } ?? tiles
    }
}

extension Tile {
    fileprivate var storedContent: JSONValue {
        [
            "id": .string(id.description),
            "tile_type": .string(kind.rawValue),
            "visualization_id": visualizationID.map { .string($0.description) } ?? .null,
            "content": content.map(JSONValue.string) ?? .null,
            "title": title.map(JSONValue.string) ?? .null,
            "pos_x": .number(String(place.x)),
            "pos_y": .number(String(place.y)),
            "width": .number(String(place.width)),
            "height": .number(String(place.height)),
            "parameter_bindings": .object(parameterBindings.mapValues(JSONValue.string)),
        ]
    }

    fileprivate init?(content json: JSONValue, of dashboard: Dashboard.ID, at now: Timestamp) {
        let content = StoredContent(json)
        guard let id = content.text("id").flatMap(ID.init),
            let kind = content.text("tile_type").flatMap(Kind.init),
            let x = content.int("pos_x"), let y = content.int("pos_y"),
            let width = content.int("width"), let height = content.int("height")
        else { return nil }
        self.init(
            id: id,
            dashboardID: dashboard,
            kind: kind,
            visualizationID: content.text("visualization_id").flatMap(Visualization.ID.init),
            content: content.text("content"),
            title: content.text("title"),
            place: Place(x: x, y: y, width: width, height: height),
            parameterBindings: Tile.bindings(content.json("parameter_bindings") ?? [:]),
            createdAt: now,
            updatedAt: now
        )
    }

    /// Reads bindings as they are stored.
    package static func bindings(_ json: JSONValue) -> [String: String] {
        guard case .object(let members) = json else { return [:] }
        return members.compactMapValues { value in
            guard case .string(let text) = value else { return nil }
            return text
        }
    }
}
