import HTTPTypes
package import LoupeCore
package import LoupeServices
package import LoupeStore

/// What leads to objects of every kind: `/api/v1/search`, `/favorites`, `/recents` and `/home`.
package struct FindingRoutes: Sendable {
    let search: SearchRepository
    let favorites: FavoriteRepository
    let home: HomeRepository
    let openings: Openings
    let surroundings: Surroundings

    package init(database: any Database, openings: Openings, surroundings: Surroundings) {
        search = SearchRepository(database)
        favorites = FavoriteRepository(database)
        home = HomeRepository(database)
        self.openings = openings
        self.surroundings = surroundings
    }

    package func add(to api: Endpoints) {
        let types = QueryParameter(
            "types",
            .string(0...100),
            "Kinds of objects between commas; all where none is given"
        )
        let limit = QueryParameter("limit", .integer(1...100), "At most so many; 20 where it is not given")
        let text = QueryParameter("q", .string(0...ListRequest.maximumSearchLength), "What to look for")
        api.get(
            "search",
            permission: .view,
            summary: "Objects of every kind by their name and text, the best first",
            options: .query(text, types, limit).with { $0.fails = [.validationFailed] },
            handler: find
        )
        api.get("home", permission: .view, summary: "What somebody comes back to first", handler: showHome)
        api.get("favorites", permission: .view, summary: "What the caller marked", handler: listFavorites)
        let marking = EndpointOptions().with { $0.path = ["type": .words(ObjectKind.self)] }
        api.put(
            "favorites/{type}/{id}",
            permission: .view,
            summary: "Marks an object",
            options: marking,
            handler: addFavorite
        )
        api.delete(
            "favorites/{type}/{id}",
            permission: .view,
            summary: "Takes the mark away",
            options: marking,
            handler: removeFavorite
        )
        api.get(
            "recents",
            permission: .view,
            summary: "What the caller opened last",
            options: .query(limit),
            handler: listRecents
        )
    }

    func find(_ request: AuthorizedRequest) async throws -> [SearchHitBody] {
        guard let text = request.query["q"] else { throw QueryItems.bad("q", "is required") }
        guard text.unicodeScalars.count <= ListRequest.maximumSearchLength else {
            throw LoupeError.invalid("q", "must be at most \(ListRequest.maximumSearchLength) characters")
        }
        let kinds: [ObjectKind] = try request.query.listOf("types")
        let hits = try await search.find(
            text,
            kinds: Set(kinds.isEmpty ? ObjectKind.allCases : kinds),
            in: request.organization,
            limit: limit(of: request)
        )
        return hits.map(SearchHitBody.init(hit:))
    }

    func showHome(_ request: AuthorizedRequest) async throws -> HomeBody {
        await openings.flush()
        return HomeBody(home: try await home.read(for: request.caller))
    }

    func listFavorites(_ request: AuthorizedRequest) async throws -> [FavoriteBody] {
        try await favorites.list(of: request.user, in: request.organization).map(FavoriteBody.init(favorite:))
    }

    func addFavorite(_ request: AuthorizedRequest) async throws -> NoContent {
        try await favorites.add(
            reference(in: request),
            of: request.user,
            in: request.organization,
            at: surroundings.now()
        )
        return NoContent()
    }

    func removeFavorite(_ request: AuthorizedRequest) async throws -> NoContent {
        try await favorites.remove(reference(in: request), of: request.user, in: request.organization)
        return NoContent()
    }

    func listRecents(_ request: AuthorizedRequest) async throws -> [RecentBody] {
        try await openings.list(of: request.user, in: request.organization, limit: limit(of: request))
            .map(RecentBody.init(recent:))
    }

    private func limit(of request: AuthorizedRequest) throws -> Int {
        try request.query.integer("limit", clampedTo: 1...100) ?? 20
    }

    private func reference(in request: AuthorizedRequest) throws -> ObjectReference {
        guard let kind = ObjectKind(rawValue: try request.path("type")) else { throw LoupeError.notFound("object") }
        let id = try request.path("id", as: Identifier<ObjectSummary>.self)
        return ObjectReference(kind: kind, id: id.uuid)
    }
}
