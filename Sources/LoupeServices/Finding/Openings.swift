package import Logging
package import LoupeCore
package import LoupeStore
import Synchronization

/// Gathers what people open, so that opening costs no write: once a second all of it goes into the store at once.
package final class Openings: Sendable {
    /// One transaction stays well under 20 ms, as SQLite has one writer for everything.
    private static let atOnce = 200
    /// Beyond, openings are not noted: this is a convenience, not a record.
    private static let maximumWaiting = 10_000
    private static let pause = Duration.seconds(1)

    private struct Key: Hashable {
        let user: User.ID
        let object: ObjectReference
    }

    private let recents: RecentRepository
    private let surroundings: Surroundings
    private let logger: Logger
    private let bell = Bell()
    private let waiting = Mutex<[Key: RecentRepository.Opening]>([:])

    package init(database: any Database, surroundings: Surroundings, logger: Logger) {
        recents = RecentRepository(database)
        self.surroundings = surroundings
        self.logger = logger
    }

    /// Somebody opened an object. Of the same person and object only the last time counts.
    package func note(_ object: ObjectReference, by user: User.ID, in organization: Organization.ID) {
        let opening = RecentRepository.Opening(
            object: object,
            user: user,
            organization: organization,
            at: surroundings.now()
        )
        waiting.withLock { waiting in
            let key = Key(user: user, object: object)
            guard waiting.count < Openings.maximumWaiting || waiting[key] != nil else { return }
            waiting[key] = opening
        }
        bell.ring()
    }

    /// What a person opened last, with what was opened just now.
    package func list(
        of user: User.ID,
        in organization: Organization.ID,
        limit: Int
    ) async throws
        -> [RecentRepository.Recent]
    {
        await flush()
        return try await recents.list(of: user, in: organization, limit: limit)
    }

    /// Writes what was gathered.
    package func flush() async {
        let openings = waiting.withLock { waiting in
            defer { waiting = [:] }
            return waiting.values.sorted { $0.at < $1.at }
        }
        var rest = openings[...]
        while !rest.isEmpty {
            do {
                try await recents.note(Array(rest.prefix(Openings.atOnce)))
            } catch {
                logger.warning("What was opened could not be noted", metadata: ["error.cause": "\(error)"])
            }
            rest = rest.dropFirst(Openings.atOnce)
        }
    }

    /// Writes once a second until the task is cancelled, and then what is left.
    package func run() async {
        for await _ in bell.rings {
            await flush()
            // Cancelled: the loop ends at its next turn.
            try? await Task.sleep(for: Openings.pause)
        }
        await flush()
    }
}
