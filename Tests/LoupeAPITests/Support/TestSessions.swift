import Foundation
import LoupeCore
import LoupeSecurity
import Synchronization

@testable import LoupeAPI

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moved = Mutex(Duration.zero)
    private let start = ContinuousClock.now
    private let drawn = Mutex<UInt64>(0)

    func advance(by duration: Duration) {
        moved.withLock { $0 += duration }
    }

    var instant: ContinuousClock.Instant { moved.withLock { start + $0 } }
    var now: Timestamp { moved.withLock { Timestamp(milliseconds: 1_770_000_000_000) + $0 } }

    /// Ids sort by creation although the clock stands still.
    var surroundings: Surroundings {
        Surroundings(
            now: { self.now },
            random: {
                let number = self.drawn.withLock { drawn in
                    drawn += 1
                    return drawn
                }
                return (number, Surroundings.system.random().1)
            }
        )
    }
}

/// Sessions as rows would hold them, with real tokens.
final class TestSessions: Sendable {
    struct Row: Sendable {
        var organization: Organization.ID
        var user: User.ID
        var role: Role
        var isRevoked = false
        /// Of the API key that the credential stands for.
        var key: APIKey.Handle?
    }

    let tokens: AccessTokens
    private let clock: TestClock
    private let rows = Mutex<[Session.ID: Row]>([:])
    private let reads = Mutex(0)

    init(_ clock: TestClock) async {
        self.clock = clock
        tokens = await AccessTokens(KeyRing.generated(), now: { clock.now })
    }

    /// How many times a session was read.
    var readCount: Int { reads.withLock { $0 } }

    func signIn(_ role: Role) async throws -> (session: Session.ID, token: String) {
        let row = Row(organization: clock.surroundings.newID(), user: clock.surroundings.newID(), role: role)
        let session: Session.ID = clock.surroundings.newID()
        rows.withLock { $0[session] = row }
        let issued = try await tokens.issue(
            user: row.user,
            session: session,
            organization: row.organization
        )
        return (session, issued.token)
    }

    func change(_ session: Session.ID, _ body: @Sendable (inout Row) -> Void) {
        rows.withLock { rows in
            guard var row = rows[session] else { return }
            body(&row)
            rows[session] = row
        }
    }

    func verify(_ token: String, from _: String?) async throws -> Identity {
        let claims = try await tokens.verify(token)
        reads.withLock { $0 += 1 }
        guard let row = rows.withLock({ $0[claims.session] }), !row.isRevoked else {
            throw LoupeError(.unauthorized, "the session has ended")
        }
        return Identity(
            organization: row.organization,
            user: row.user,
            name: "somebody",
            role: row.role,
            credential: row.key.map(Identity.Credential.key) ?? .session(claims.session),
            expiresAt: claims.expiresAt
        )
    }
}
