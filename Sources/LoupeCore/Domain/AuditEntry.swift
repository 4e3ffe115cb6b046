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
    }

    package let id: ID
    package var actorKind: ActorKind
    package var actorID: User.ID?
    /// At the time.
    package var actorName: String
    /// `datasource.create`, `session.login` …
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
