import Foundation
import LoupeCore
package import LoupeStore

/// `/api/v1/organizations/audit-log`
package struct AuditRoutes: Sendable {
    static let list = ListRules(sorts: ["time"], isSearchable: false)
    static let filters = [
        QueryParameter("action", .words(AuditAction.self), "Only this action"),
        QueryParameter("actor_id", .id, "Only what this person did, also by their API keys"),
        QueryParameter("object_id", .id, "Only what was done to this object"),
        QueryParameter("start_date", .time, "Only what was done then or later"),
        QueryParameter("end_date", .time, "Only what was done before"),
    ]

    let log: AuditRepository

    package init(log: AuditRepository) {
        self.log = log
    }

    package func add(to api: Endpoints) {
        api.get(
            "audit-log",
            permission: .admin,
            summary: "Who did what to which object, from where and when",
            options: .list(AuditRoutes.list, filters: AuditRoutes.filters),
            handler: list
        )
    }

    func list(_ request: AuthorizedRequest) async throws -> PageBody<AuditBody> {
        var filter = AuditRepository.Filter()
        filter.action = try request.query.oneOf("action", AuditAction.self)?.rawValue
        filter.actor = try request.query.id("actor_id")
        filter.subject = try request.query.id("object_id", of: AuditEntry.Subject.self)?.uuid
        filter.from = try request.query.time("start_date")
        filter.to = try request.query.time("end_date")
        let page = try await log.list(request.list(AuditRoutes.list), filter, in: request.organization)
        return PageBody(page.map { AuditBody(entry: $0) })
    }
}

/// An entry of the audit log.
struct AuditBody: JSONEncodableBody {
    let entry: AuditEntry

    static let schema = Schema.object(
        "AuditEntry",
        [
            .field("id", .id),
            .field(
                "actor",
                .object([
                    .field("kind", .words(AuditEntry.ActorKind.self)),
                    .field("id", .id.orNull),
                    .field("name", .name),
                ])
            ),
            // A newer Loupe on the same store may know more actions.
            .field("action", .string(1...100)),
            .field(
                "object",
                .object([
                    .field("type", .string(1...50)),
                    .field("id", .id.orNull),
                    .field("name", .string(0...255).orNull),
                ]).orNull
            ),
            .field("address", .string(0...64).orNull),
            .field("request_id", .string(1...64).orNull),
            .field("details", .json(maximumBytes: 65_536).orNull),
            .field("time", .time),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", entry.id)
            json.key("actor")
            json.object { json in
                json.field("kind", entry.actorKind.rawValue)
                json.field("id", entry.actorID)
                json.field("name", entry.actorName)
            }
            json.field("action", entry.action)
            json.key("object")
            if let subject = entry.subject {
                write(subject, to: &json)
            } else {
                json.null()
            }
            json.field("address", entry.address)
            json.field("request_id", entry.requestID)
            json.key("details")
            json.value(entry.details ?? .null)
            json.field("time", entry.at)
        }
    }

    private func write(_ subject: AuditEntry.Subject, to json: inout JSONWriter) {
        json.object { json in
            json.field("type", subject.type)
            json.field("id", subject.id.map { Identifier<AuditEntry.Subject>($0) })
            json.field("name", subject.name)
        }
    }
}
