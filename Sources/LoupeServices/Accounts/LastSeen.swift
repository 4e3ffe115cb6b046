package import Logging
import LoupeCore
import LoupeStore
import Synchronization

/// When sessions were last seen and API keys last used, to the minute: gathered in memory and written together, as the
/// store has one writer for everything. What is not written when the process dies is lost, and nobody minds.
package final class LastSeen: Sendable {
    /// A time this young is good enough.
    static let precision = Duration.seconds(60)

    private struct KeyUse {
        let organization: Organization.ID
        let at: Timestamp
        let actor: AuditActor
    }

    private struct State {
        var sessions: [Session.ID: (organization: Organization.ID, at: Timestamp)] = [:]
        var keys: [APIKey.ID: KeyUse] = [:]
    }

    private let database: any Database
    private let surroundings: Surroundings
    private let state = Mutex(State())

    init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    func saw(_ session: Session) {
        let now = surroundings.now()
        guard session.lastSeenAt + LastSeen.precision <= now else { return }
        state.withLock { $0.sessions[session.id] = (session.organizationID, now) }
    }

    func saw(_ owned: APIKeyRepository.Owned, from address: String?) {
        let (key, now) = (owned.key, surroundings.now())
        if let last = key.lastUsedAt, last + LastSeen.precision > now { return }
        let actor = AuditActor(kind: .apiKey, id: owned.owner.id, name: key.name, address: address)
        state.withLock { $0.keys[key.id] = KeyUse(organization: key.organizationID, at: now, actor: actor) }
    }

    /// Writes what was gathered, so many at a time that no other writer waits long. The first use of a key in a day goes
    /// into the audit log.
    package func flush() async throws {
        let gathered = state.withLock { state in
            defer { state = State() }
            return state
        }
        do {
            try await write(gathered)
        } catch {
            state.withLock { state in
                state.sessions.merge(gathered.sessions) { newer, _ in newer }
                state.keys.merge(gathered.keys) { newer, _ in newer }
            }
            throw error
        }
    }

    private func write(_ gathered: State) async throws {
        let sessions = gathered.sessions.map { (session: $0.key, organization: $0.value.organization, at: $0.value.at) }
        for start in stride(from: 0, to: sessions.count, by: 200) {
            try await SessionRepository(database).touch(Array(sessions[start..<min(start + 200, sessions.count)]))
        }
        for (id, use) in gathered.keys { try await keep(id, use) }
    }

    /// Writes every few seconds until the task is cancelled.
    package func run(every interval: Duration = .seconds(10), logger: Logger) async {
        for await _ in Ticks(every: interval) { await flush(logger) }
    }

    /// Writes what was gathered, and logs what keeps it from that; what was not written is tried with the next.
    package func flush(_ logger: Logger) async {
        do {
            try await flush()
        } catch is CancellationError {
            // The process is about to end, and flushes once more.
        } catch {
            logger.warning("The times of last use were not written", metadata: ["error": "\(error)"])
        }
    }

    private func keep(_ id: APIKey.ID, _ use: KeyUse) async throws {
        let day: Int64 = 86_400_000
        let today = Timestamp(milliseconds: use.at.milliseconds / day * day)
        let subject = AuditEntry.Subject(type: "api_key", id: id.uuid, name: use.actor.name)
        let entry = AuditEntry(.apiKeyUse, subject, by: use.actor, in: surroundings)
        try await database.write { transaction in
            let isFirst = try APIKeyRepository.touch(id, in: use.organization, at: use.at, since: today, transaction)
            if isFirst { try AuditRepository.append(entry, in: use.organization, transaction) }
        }
    }
}
