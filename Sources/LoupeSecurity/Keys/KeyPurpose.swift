/// What a derived key is for. Each purpose has its own key, so that what one part reveals or signs is of no use to another.
package enum KeyPurpose: String, CaseIterable, Sendable {
    /// Connection strings at rest.
    case sealing
    /// Signatures of access tokens.
    case accessTokens = "access-tokens"
    /// Signatures of list cursors.
    case cursors
    /// Signatures of download tickets.
    case tickets
}
