import Foundation
import LoupeCore
package import LoupeStore

/// `/api/v1/organizations/audit-log`
package struct AuditRoutes: Sendable {
    static let list = ListRules(sorts: ["time"], isSearchable: false)

    let log: AuditRepository

    package init(log: AuditRepository) {
        self.log = log
    }

    package func add(to api: Endpoints) {
        api.get(
            "audit-log",
            permission: .admin,
            summary: "Who did what to which object, from where and when",
            options: .list(AuditRoutes.list),
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
