import HTTPTypes
import LoupeCore
import LoupeSecurity

extension Idempotency {
    /// Answers a creation once a key. Throws `badRequest` for an unusable key and `conflict` for one used otherwise.
    func answer(
        _ request: IncomingRequest,
        _ identity: Identity,
        key: String,
        body: [UInt8],
        create: () async throws -> Answer
    ) async throws -> Answer {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw LoupeError(.badRequest, "Idempotency-Key must be 1 to 255 visible characters")
        }
        let subject = Array(
            "\(request.method.rawValue) \(request.endpoint.path) \(request.parameters.joined(separator: "/"))\n".utf8
        )
        let claim = Claim(
            organization: identity.organization,
            user: identity.user,
            key: key,
            fingerprint: Digest.sha256(subject + body)
        )
        switch try await reserve(claim) {
        case .mine: return try await first(claim, create)
        case .answered(let stored): return Idempotency.replay(stored)
        case .otherRequest: throw LoupeError(.conflict, "this Idempotency-Key was used for another request")
        case .underWay: throw LoupeError(.conflict, "a request with this Idempotency-Key is under way")
        }
    }

    private func first(_ claim: Claim, _ create: () async throws -> Answer) async throws -> Answer {
        let answer: Answer
        do {
            answer = try await create()
        } catch {
            // The error is what the client must see; a key that stays reserved runs out by itself.
            try? await release(claim)
            throw error
        }
        guard case .json(let bytes) = answer.payload else { return answer }
        let stored = StoredAnswer(
            status: answer.status?.code ?? HTTPResponse.Status.created.code,
            location: answer.location,
            entityTag: answer.entityTag,
            body: bytes
        )
        // Not of the request's task: its client may be gone by now, and its retry must find the answer.
        try await Task { try await keep(claim, stored) }.value
        return answer
    }

    private static func replay(_ stored: StoredAnswer) -> Answer {
        Answer(
            status: HTTPResponse.Status(code: stored.status),
            .json(stored.body),
            entityTag: stored.entityTag,
            location: stored.location,
            headers: [.idempotencyReplayed: "true"]
        )
    }
}
