/// Who does something that the audit log tells of, and from where.
package struct AuditActor: Hashable, Sendable {
    package var kind: AuditEntry.ActorKind
    /// The person, also where their API key acts; nil for Loupe itself and for somebody unknown.
    package var id: User.ID?
    package var name: String
    package var address: String?
    package var requestID: String?

    package init(
        kind: AuditEntry.ActorKind,
        id: User.ID?,
        name: String,
        address: String? = nil,
        requestID: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.address = address
        self.requestID = requestID
    }

    /// Loupe itself: the scheduler, retention.
    package static let system = AuditActor(kind: .system, id: nil, name: "Loupe")
    /// Whoever may use the command line on the server's machine.
    package static let commandLine = AuditActor(kind: .system, id: nil, name: "command line")

    package static func user(_ user: User, address: String? = nil, requestID: String? = nil) -> AuditActor {
        AuditActor(kind: .user, id: user.id, name: user.name, address: address, requestID: requestID)
    }
}

extension Caller {
    /// The caller as the audit log writes it down: an API key under its own name, with the person whose it is.
    package var auditActor: AuditActor {
        AuditActor(
            kind: key == nil ? .user : .apiKey,
            id: user,
            name: key?.name ?? name,
            address: address,
            requestID: requestID
        )
    }
}

extension AuditEntry {
    /// An entry about now, to be appended in the transaction of what it tells of. What the store has no room for is cut.
    package init(
        _ action: AuditAction,
        _ subject: Subject? = nil,
        details: JSONValue? = nil,
        by actor: AuditActor,
        in surroundings: Surroundings
    ) {
        var subject = subject
        if let name = subject?.name { subject?.name = AuditEntry.cut(name, to: 255) }
        self.init(
            id: surroundings.newID(),
            actorKind: actor.kind,
            actorID: actor.id,
            actorName: AuditEntry.cut(actor.name, to: 255),
            action: action.rawValue,
            subject: subject,
            address: actor.address.map { AuditEntry.cut($0, to: 64) },
            requestID: actor.requestID.map { AuditEntry.cut($0, to: 64) },
            details: details,
            at: surroundings.now()
        )
    }

    package init(
        _ action: AuditAction,
        _ subject: Subject? = nil,
        details: JSONValue? = nil,
        by caller: Caller,
        in surroundings: Surroundings
    ) {
        self.init(action, subject, details: details, by: caller.auditActor, in: surroundings)
    }

    private static func cut(_ text: String, to length: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }
}
