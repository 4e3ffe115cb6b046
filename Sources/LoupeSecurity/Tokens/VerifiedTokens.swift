/// The tokens whose signatures were found good lately: a client sends the same one for a day, and looking it up is far
/// cheaper than verifying it again. Two generations, like the rate limiter's, bound its memory.
struct VerifiedTokens {
    private var young: [String: AccessClaims] = [:]
    private var old: [String: AccessClaims] = [:]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { young.count + old.count }

    /// Only what stood in a genuine token; whether it has expired is for the caller.
    mutating func claims(of token: String) -> AccessClaims? {
        if let claims = young[token] { return claims }
        guard let claims = old.removeValue(forKey: token) else { return nil }
        insert(claims, of: token)
        return claims
    }

    mutating func insert(_ claims: AccessClaims, of token: String) {
        if young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[token] = claims
    }
}
