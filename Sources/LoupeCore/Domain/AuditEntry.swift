package import Foundation

/// Who did what, when and from where. Never changed, and kept when what it tells of is gone.
package struct AuditEntry: Hashable, Sendable {
    package typealias ID = Identifier<AuditEntry>

    package enum ActorKind: String, CaseIterable, Sendable {
        case user
        case apiKey = "api_key"
        /// Loupe itself: the scheduler, retention, the command line.
        case system
    }

    /// What was acted on; it may be gone.
    package struct Subject: Hashable, Sendable {
        /// `query`, `user`, `api_key` …
        package var type: String
        package var id: UUID?
        /// At the time.
        package var name: String?

        package init(type: String, id: UUID? = nil, name: String? = nil) {
            self.type = type
            self.id = id
            self.name = name
        }

        package init<Entity>(_ kind: ObjectKind, _ id: Identifier<Entity>, _ name: String) {
            self.init(type: kind.rawValue, id: id.uuid, name: name)
        }

        package init(_ session: Session) {
            self.init(type: "session", id: session.id.uuid)
        }

        package init(_ user: User) {
            self.init(type: "user", id: user.id.uuid, name: user.name)
        }
    }

    package let id: ID
    package var actorKind: ActorKind
    package var actorID: User.ID?
    /// At the time.
    package var actorName: String
    /// `datasource.create`, `session.login` …: an `AuditAction`, or one of a newer Loupe on the same store.
    package var action: String
    package var subject: Subject?
    package var address: String?
    package var requestID: String?
    /// Without secrets.
    package var details: JSONValue?
    package var at: Timestamp

    package init(
        id: ID,
        actorKind: ActorKind,
        actorID: User.ID?,
        actorName: String,
        action: String,
        subject: Subject? = nil,
        address: String? = nil,
        requestID: String? = nil,
        details: JSONValue? = nil,
        at: Timestamp
    ) {
        self.id = id
        self.actorKind = actorKind
        self.actorID = actorID
        self.actorName = actorName
        self.action = action
        self.subject = subject
        self.address = address
        self.requestID = requestID
        self.details = details
        self.at = at
    }
}
