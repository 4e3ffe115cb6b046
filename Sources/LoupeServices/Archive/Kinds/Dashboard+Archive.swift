import LoupeCore

extension Dashboard {
    /// Tiles by their keys, not by their places: moving one changes its lines alone.
    func archived(_ names: ArchiveNames) -> ArchiveDocument {
        ArchiveDocument(
            kind: .dashboard,
            id: id.uuid,
            members: [
                .init("name", .text(name)),
                .init("description", .text(description)),
                .init("parameters", .list(parameters.map { $0.archived(names) })),
                .init("tags", .list(tags.map(ArchiveValue.text))),
                .init("tiles", .list(tiles.sorted { $0.id.description < $1.id.description }.map(\.archived))),
            ]
        )
    }

    init?(
        _ document: ArchiveDocument,
        over before: Dashboard?,
        visualizations: Set<Visualization.ID>,
        _ making: ArchiveMaking
    ) {
        let fields = ArchiveFields(document.members, document.path, making.problems)
        let id = ID(document.id)
        let tilesBefore = Dictionary((before?.tiles ?? []).map { ($0.id, $0) }) { first, _ in first }
        var seen: Set<Tile.ID> = []
        self.init(
            id: id,
            organizationID: making.organization,
            name: fields.text("name"),
            description: fields.text("description", 0...2000),
            parameters: fields.parameters(making.names),
            tags: fields.tags(),
            tiles: fields.each("tiles", atMost: Dashboard.maximumTiles) { fields in
                let tile = fields.tile(of: id, tilesBefore, visualizations, making)
                if let tile, !seen.insert(tile.id).inserted { fields.problem("key", "is there twice") }
                return tile
            },
            createdBy: before?.createdBy ?? making.user,
            createdAt: before?.createdAt ?? making.now,
            updatedAt: making.now,
            version: before?.version ?? 1
        )
        fields.finish()
    }
}

extension Tile {
    fileprivate var archived: ArchiveValue {
        .members([
            .init("key", .text(id.description)),
            .init("tile_type", .text(kind.rawValue)),
            .init("visualization", .optional(visualizationID?.description)),
            .init("content", .optional(content)),
            .init("title", .optional(title)),
            .init("pos_x", .integer(place.x)),
            .init("pos_y", .integer(place.y)),
            .init("width", .integer(place.width)),
            .init("height", .integer(place.height)),
            .init("parameter_bindings", ArchiveValue(.object(parameterBindings.mapValues(JSONValue.string)))),
        ])
    }
}

extension ArchiveFields {
    fileprivate func tile(
        of dashboard: Dashboard.ID,
        _ before: [Tile.ID: Tile],
        _ visualizations: Set<Visualization.ID>,
        _ making: ArchiveMaking
    ) -> Tile? {
        let key: Tile.ID? = id("key")
        let kind: Tile.Kind? = word("tile_type", default: .visualization)
        let visualization: Visualization.ID? = id("visualization")
        if let visualization, !visualizations.contains(visualization) {
            problem("visualization", "there is no visualization \(visualization)")
        }
        let content = optionalText("content", 0...Tile.maximumContentBytes)
        let title = optionalText("title", 0...255)
        let place = Tile.Place(
            x: integer("pos_x", Tile.Place.positions, default: 0),
            y: integer("pos_y", Tile.Place.positions, default: 0),
            width: integer("width", Tile.Place.sizes, default: 4),
            height: integer("height", Tile.Place.sizes, default: 4)
        )
        let bindings = Tile.bindings(object("parameter_bindings", 65_536))
        guard let key, let kind else {
            if key == nil { problem("key", "is missing") }
            return nil
        }
        if (kind == .visualization) != (visualization != nil) {
            problem("visualization", "belongs to a tile of that type, and only there")
        }
        return Tile(
            id: key,
            dashboardID: dashboard,
            kind: kind,
            visualizationID: visualization,
            content: content,
            title: title,
            place: place,
            parameterBindings: bindings,
            createdAt: before[key]?.createdAt ?? making.now,
            updatedAt: making.now
        )
    }
}
