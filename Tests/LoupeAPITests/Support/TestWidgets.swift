import Foundation
import HTTPTypes
import HummingbirdCore
import LoupeCore
import NIOCore
import Synchronization

@testable import LoupeAPI

/// A resource of the tests' own, to try what every resource shares.
struct Widget: JSONEncodableBody {
    typealias ID = Identifier<Widget>

    enum Color: String, CaseIterable, Sendable {
        case red
        case green
    }

    var id: ID
    var name: String
    var note: String?
    var size: Int
    var color: Color
    var version: Int

    static let schema = Schema.object(
        "Widget",
        [
            .field("id", .id),
            .field("name", .name),
            .field("note", .string(0...20).orNull),
            .field("size", .integer(1...100)),
            .field("color", .words(Color.self)),
            .field("version", .count),
        ]
    )

    var entityTag: String? { EntityTag.of(version: version) }
    var location: String? { "/api/v1/widgets/\(id)" }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", id)
            json.field("name", name)
            json.field("note", note)
            json.field("size", size)
            json.field("color", color.rawValue)
            json.field("version", version)
        }
    }
}

struct NewWidget: LoupeAPI.RequestBody {
    struct Part: LoupeAPI.RequestBody {
        let label: String
        let weight: Int

        init(_ fields: Fields) {
            label = fields.required("label", .text(1...10))
            weight = fields.optional("weight", .integer(0...9), default: 1)
        }
    }

    let name: String
    let note: String?
    let size: Int
    let color: Widget.Color
    let parts: [Part]
    let owner: User.ID?
    let isSpare: Bool
    let meta: JSONValue

    init(_ fields: Fields) {
        name = fields.required("name", .name)
        note = fields.optional("note", .text(0...20))
        size = fields.required("size", .integer(1...100))
        color = fields.optional("color", .oneOf(), default: .red)
        parts = fields.optional("parts", .array(.object(), count: 0...3), default: [])
        owner = fields.optional("owner", .id())
        isSpare = fields.optional("is_spare", .boolean, default: false)
        meta = fields.optional("meta", .json(objectUpTo: 40), default: [:])
        if size == 13 { fields.breaksRule("size", "must not be 13") }
    }
}

struct WidgetChange: LoupeAPI.RequestBody {
    let name: Change<String>
    let note: Change<String?>

    init(_ fields: Fields) {
        name = fields.change("name", .name)
        note = fields.clearable("note", .text(0...20))
    }
}

struct InnerFailure: Error {
    let statement = "SELECT secret FROM users WHERE host = 'db.internal'"
}

final class WidgetRoutes: Sendable {
    private let widgets = Mutex<[Widget.ID: Widget]>([:])
    let surroundings: Surroundings

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
    }

    var count: Int { widgets.withLock { $0.count } }

    func add(to api: Endpoints) {
        var creation = EndpointOptions()
        creation.isIdempotent = true
        api.post(permission: .edit, summary: "A new widget", options: creation, handler: create)
        api.get("{id}", permission: .view, summary: "One widget", handler: show)
        api.change("{id}", permission: .edit, summary: "Changes a widget", handler: change)
        api.delete("{id}", permission: .admin, summary: "Removes a widget", handler: remove)
        api.get(
            "{id}/lines",
            permission: .view,
            summary: "Streamed lines",
            options: said(.stream(["text/csv"])),
            handler: lines
        )
        api.get(
            "special",
            permission: .everyone,
            summary: "A literal beside a parameter",
            options: said(.of(Widget.self)),
            handler: special
        )
        api.get(
            "broken",
            permission: .everyone,
            summary: "Fails in a way nobody foresaw",
            options: said(.nothing),
            handler: broken
        )
        api.post(
            "echo",
            permission: .everyone,
            summary: "A limited route for everyone",
            status: .ok,
            options: said(.of(Widget.self)).with { $0.limit = .login },
            handler: echo
        )
    }

    private func said(_ content: AnswerContent) -> EndpointOptions {
        EndpointOptions().with { $0.content = content }
    }

    func create(_ request: AuthorizedRequest, _ body: NewWidget) throws -> Widget {
        let widget = Widget(
            id: surroundings.newID(),
            name: body.name,
            note: body.note,
            size: body.size,
            color: body.color,
            version: 1
        )
        widgets.withLock { $0[widget.id] = widget }
        return widget
    }

    func show(_ request: AuthorizedRequest) throws -> Widget {
        let id = try request.path("id", as: Widget.ID.self)
        guard let widget = widgets.withLock({ $0[id] }) else { throw LoupeError.notFound("object") }
        return widget
    }

    func change(_ request: AuthorizedRequest, _ body: WidgetChange) throws -> Widget {
        var widget = try show(request)
        if let version = try request.expectedVersion(), version != widget.version {
            throw LoupeError(.preconditionFailed, "the object was changed meanwhile")
        }
        widget.name = body.name.applied(to: widget.name)
        widget.note = body.note.applied(to: widget.note)
        widget.version += 1
        let changed = widget
        widgets.withLock { $0[changed.id] = changed }
        return changed
    }

    func remove(_ request: AuthorizedRequest) throws -> NoContent {
        let widget = try show(request)
        widgets.withLock { $0[widget.id] = nil }
        return NoContent()
    }

    func lines(_ request: AuthorizedRequest) throws -> Answer {
        let widget = try show(request)
        return Answer(
            .stream(
                Answer.Stream(contentType: "text/csv; charset=utf-8") { writer in
                    for line in 0..<widget.size {
                        try await writer.write(ByteBuffer(string: "\(line),\(widget.name)\n"))
                    }
                }
            ),
            caching: .never
        )
    }

    func special(_ request: IncomingRequest) throws -> Answer {
        Answer(.json(Array("{\"special\":true,\"q\":\"\(request.query["q"] ?? "-")\"}".utf8)))
    }

    func broken(_ request: IncomingRequest) throws -> Answer {
        throw InnerFailure()
    }

    func echo(_ request: IncomingRequest, _ body: WidgetChange) throws -> Answer {
        Answer(.json(Array("{}".utf8)))
    }
}
