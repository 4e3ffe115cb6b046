package import LoupeCore
package import LoupeStore

extension Idempotency {
    /// Answers kept in the store for 24 hours.
    package init(repository: IdempotencyRepository, surroundings: Surroundings) {
        self.init(
            reserve: { claim in
                let now = surroundings.now()
                let outcome = try await repository.claim(
                    claim.row,
                    requestHash: claim.fingerprint,
                    expiresAt: now + .seconds(86_400),
                    at: now
                )
                switch outcome {
                case .new: return .mine
                case .answered(let answer): return .answered(StoredAnswer(answer))
                case .underWay: return .underWay
                case .mismatch: return .otherRequest
                }
            },
            keep: { claim, answer in try await repository.complete(claim.row, with: answer.row) },
            release: { claim in try await repository.abandon(claim.row) }
        )
    }
}

extension Idempotency.Claim {
    fileprivate var row: IdempotencyRepository.Key {
        IdempotencyRepository.Key(organization: organization, user: user, text: key)
    }
}

extension Idempotency.StoredAnswer {
    fileprivate init(_ answer: IdempotencyRepository.Answer) {
        self.init(
            status: answer.status,
            location: answer.header("location"),
            entityTag: answer.header("etag"),
            body: answer.body
        )
    }

    fileprivate var row: IdempotencyRepository.Answer {
        var headers: [String: JSONValue] = [:]
        headers["location"] = location.map(JSONValue.string)
        headers["etag"] = entityTag.map(JSONValue.string)
        return IdempotencyRepository.Answer(status: status, headers: .object(headers), body: body)
    }
}

extension IdempotencyRepository.Answer {
    fileprivate func header(_ name: String) -> String? {
        guard case .object(let headers) = headers, case .string(let text)? = headers[name] else { return nil }
        return text
    }
}
