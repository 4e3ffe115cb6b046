import Foundation
import HTTPTypes
import LoupeCore
package import LoupeServices

/// `/api/v1/bin`
package struct BinRoutes: Sendable {
    static let list = ListRules(sorts: ["deleted_at", "name"])

    static let filters = [QueryParameter("type", .words(ObjectKind.self), "Only objects of this kind")]

    private static let typed = EndpointOptions().with { $0.path = ["type": .words(ObjectKind.self)] }

    let bin: BinService

    package init(bin: BinService) {
        self.bin = bin
    }

    package func add(to api: Endpoints) {
        api.get(
            permission: .edit,
            summary: "What was deleted and can be put back",
            options: .list(BinRoutes.list, filters: BinRoutes.filters),
            handler: list
        )
        api.post(
            "{type}/{id}/restore",
            permission: .edit,
            summary: "Puts an object back, with what was deleted together with it",
            status: .ok,
            options: BinRoutes.typed.with { $0.fails = [.conflict] },
            handler: restore
        )
        api.delete(
            "{type}/{id}",
            permission: .edit,
            summary: "Removes an object for good",
            options: BinRoutes.typed,
            handler: purge
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<BinBody> {
        let page = try await bin.list(
            request.list(BinRoutes.list),
            kind: request.query.oneOf("type"),
            by: request.caller
        )
        return PageBody(page.map { BinBody(item: $0) })
    }

    func restore(_ request: AuthorizedRequest) async throws -> BinBody {
        let (kind, id) = try object(request)
        return BinBody(item: try await bin.restore(kind, id, by: request.caller))
    }

    func purge(_ request: AuthorizedRequest) async throws -> NoContent {
        let (kind, id) = try object(request)
        try await bin.purge(kind, id, by: request.caller)
        return NoContent()
    }

    private func object(_ request: AuthorizedRequest) throws -> (ObjectKind, UUID) {
        guard let kind = ObjectKind(rawValue: try request.path("type")) else { throw LoupeError.notFound("object") }
        guard let id = Identifier<Void>(try request.path("id")) else { throw LoupeError.notFound(kind.rawValue) }
        return (kind, id.uuid)
    }
}

struct BinBody: JSONEncodableBody {
    let item: BinItem

    static let schema = Schema.object(
        "BinItem",
        [
            .field("type", .words(ObjectKind.self)),
            .field("id", .id),
            .field("name", .name),
            .field("deleted_by", .id.orNull),
            .field("deleted_by_name", .name.orNull),
            .field("deleted_at", .time),
            .field("expires_at", .time),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("type", item.kind.rawValue)
            json.field("id", Identifier<Void>(item.id))
            json.field("name", item.name)
            json.field("deleted_by", item.deletedBy)
            json.field("deleted_by_name", item.deletedByName)
            json.field("deleted_at", item.deletedAt)
            json.field("expires_at", item.expiresAt)
        }
    }
}
