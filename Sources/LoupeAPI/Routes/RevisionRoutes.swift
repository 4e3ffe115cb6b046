import HTTPTypes
import LoupeCore
import LoupeStore

/// `{id}/revisions` below the path of a kind that has them.
struct RevisionRoutes<Restored: Answering>: Sendable {
    private static var list: ListRules { ListRules(sorts: ["revision"], isSearchable: false) }

    private static func numbered(_ options: EndpointOptions) -> EndpointOptions {
        options.with { $0.path = ["revision": .integer(1...Int(Int32.max))] }
    }

    let kind: ObjectKind
    let revisions: RevisionRepository
    /// Makes the object that the request's path names what it was at that revision; what it is then.
    let restore: @Sendable (AuthorizedRequest, _ revision: Int) async throws -> Restored

    func add(to api: Endpoints) {
        let word = kind.rawValue
        api.get(
            "{id}/revisions",
            permission: .view,
            summary: "The revisions of a \(word), newest first",
            options: .list(Self.list),
            handler: list
        )
        api.get(
            "{id}/revisions/{revision}",
            permission: .view,
            summary: "What a \(word) was at a revision",
            options: Self.numbered(EndpointOptions()),
            handler: show
        )
        api.post(
            "{id}/revisions/{revision}/restore",
            permission: .edit,
            summary: "Makes a \(word) what it was at a revision, as a new one",
            status: .ok,
            options: Self.numbered(.revising),
            handler: bringBack
        )
    }

    private func list(_ request: AuthorizedRequest) async throws -> PageBody<RevisionBody> {
        let page = try await revisions.list(
            request.list(Self.list),
            of: kind,
            object(request).uuid,
            in: request.organization
        )
        return PageBody(page.map { RevisionBody(revision: $0) })
    }

    private func show(_ request: AuthorizedRequest) async throws -> RevisionBody {
        let revision = try await revisions.find(
            number(request),
            of: kind,
            object(request).uuid,
            in: request.organization
        )
        return RevisionBody(revision: revision)
    }

    private func bringBack(_ request: AuthorizedRequest) async throws -> Restored {
        try await restore(request, number(request))
    }

    private func object(_ request: AuthorizedRequest) throws -> Identifier<Void> {
        guard let id = Identifier<Void>(try request.path("id")) else { throw LoupeError.notFound(kind.rawValue) }
        return id
    }

    private func number(_ request: AuthorizedRequest) throws -> Int {
        guard let number = Int(try request.path("revision")), (1...Int(Int32.max)).contains(number) else {
            throw LoupeError.notFound("revision")
        }
        return number
    }
}

struct RevisionBody: JSONEncodableBody {
    let revision: Revision

    static let schema = Schema.object(
        "Revision",
        [
            .field("revision", .integer(1...Int(Int32.max))),
            // A list's items are without.
            .sometimes("content", .json(maximumBytes: 256 << 20)),
            .field("created_by", .id.orNull),
            .field("created_by_name", .name.orNull),
            .field("created_at", .time),
        ]
    )

    /// A revision never changes, but its object may go.
    var entityTag: String? { revision.content == nil ? nil : "\"r\(revision.number)\"" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("revision", revision.number)
            if let content = revision.content { json.field("content", content) }
            json.field("created_by", revision.createdBy)
            json.field("created_by_name", revision.createdByName)
            json.field("created_at", revision.createdAt)
        }
    }
}
