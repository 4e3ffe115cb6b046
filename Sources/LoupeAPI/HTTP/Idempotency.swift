import HTTPTypes
package import LoupeCore

/// Remembers the first answer to a creation by user and key, so that a repetition creates nothing.
package struct Idempotency: Sendable {
    /// An answer as it was first given.
    package struct StoredAnswer: Hashable, Sendable {
        package var status: Int
        package var location: String?
        package var entityTag: String?
        package var body: [UInt8]

        package init(status: Int, location: String?, entityTag: String?, body: [UInt8]) {
            self.status = status
            self.location = location
            self.entityTag = entityTag
            self.body = body
        }
    }

    /// Whose key, and for what.
    package struct Claim: Hashable, Sendable {
        package let organization: Organization.ID
        package let user: User.ID
        package let key: String
        /// SHA-256 of method, path and body.
        package let fingerprint: [UInt8]

        package init(organization: Organization.ID, user: User.ID, key: String, fingerprint: [UInt8]) {
            self.organization = organization
            self.user = user
            self.key = key
            self.fingerprint = fingerprint
        }
    }

    package enum Reservation: Hashable, Sendable {
        /// The key is new, and this request's now.
        case mine
        case answered(StoredAnswer)
        /// The key was used for something else.
        case otherRequest
        /// The first request is not answered yet.
        case underWay
    }

    package var reserve: @Sendable (Claim) async throws -> Reservation
    package var keep: @Sendable (Claim, StoredAnswer) async throws -> Void
    /// The request failed: the key may be used again.
    package var release: @Sendable (Claim) async throws -> Void

    package init(
        reserve: @escaping @Sendable (Claim) async throws -> Reservation,
        keep: @escaping @Sendable (Claim, StoredAnswer) async throws -> Void,
        release: @escaping @Sendable (Claim) async throws -> Void
    ) {
        self.reserve = reserve
        self.keep = keep
        self.release = release
    }
}
