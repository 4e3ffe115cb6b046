package import LoupeCore
import Synchronization

/// Turns an `Authorization` header into an identity that was checked at most five seconds ago.
///
/// A hot client costs no signature check and no row; a revoked session or a changed role acts within five seconds.
package final class Authenticator: Sendable {
    package static let freshness = Duration.seconds(5)

    /// Checks a token's signature and reads its session, or reads an API key. Throws `unauthorized` where it is not good.
    /// `address` is from where it came.
    package typealias Verify = @Sendable (_ token: String, _ address: String?) async throws -> Identity

    private struct Entry {
        let identity: Identity
        let checkedAt: ContinuousClock.Instant
    }

    private let verify: Verify
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let now: @Sendable () -> Timestamp
    private let capacity: Int
    /// By the whole header, so that no part of it need be cut out to look.
    private let entries = Mutex<[String: Entry]>([:])

    package init(
        capacity: Int = 10_000,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        now: @escaping @Sendable () -> Timestamp,
        verify: @escaping Verify
    ) {
        self.capacity = capacity
        self.instant = instant
        self.now = now
        self.verify = verify
    }

    /// Throws `unauthorized` for a header that is no `Bearer` token or whose token is not good.
    package func identity(authorization header: String, from address: String? = nil) async throws -> Identity {
        let instant = instant()
        if let entry = entries.withLock({ $0[header] }), instant - entry.checkedAt < Authenticator.freshness,
            entry.identity.expiresAt.map({ now() < $0 }) ?? true
        {
            return entry.identity
        }
        guard let token = Authenticator.token(in: header) else {
            throw LoupeError(.unauthorized, "the Authorization header must be: Bearer, a space, and a token")
        }
        let identity = try await verify(token, address)
        // The instant before the check: what changed after it is seen at most five seconds late.
        remember(header, Entry(identity: identity, checkedAt: instant))
        return identity
    }

    /// Makes a session's end act at once in this process.
    package func forget(_ session: Session.ID) {
        forget { $0.session == session }
    }

    /// Makes an API key's end act at once in this process.
    package func forget(key: APIKey.ID) {
        forget { $0.key?.id == key }
    }

    /// Makes what changed about a person act at once in this process.
    package func forget(user: User.ID) {
        forget { $0.user == user }
    }

    private func forget(_ isConcerned: (Identity) -> Bool) {
        entries.withLock { entries in
            entries = entries.filter { !isConcerned($0.value.identity) }
        }
    }

    private func remember(_ header: String, _ entry: Entry) {
        entries.withLock { entries in
            if entries.count >= capacity {
                entries = entries.filter { entry.checkedAt - $0.value.checkedAt < Authenticator.freshness }
                if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
            }
            entries[header] = entry
        }
    }

    private static func token(in header: String) -> String? {
        let parts = header.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return nil }
        return String(parts[1])
    }
}
