/// The text of an API key, `loupe_` and 256 random bits: shown once, and known to the store by its SHA-256 only.
package struct APIKeyText: Hashable, Sendable {
    package static let mark = "loupe_"

    private let token: RandomToken

    package init() {
        token = RandomToken()
    }

    /// What a client sent; nil where it cannot be a key, which spares the store the question.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix(APIKeyText.mark), let token = RandomToken(String(text.dropFirst(APIKeyText.mark.count)))
        else { return nil }
        self.token = token
    }

    package var text: String { APIKeyText.mark + token.text }
    /// By which a person tells it from others: six of its 43 characters.
    package var prefix: String { String(text.prefix(APIKeyText.mark.count + 6)) }
    /// What the store keeps and finds it by.
    package var digest: [UInt8] { token.digest }
}

extension APIKeyText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret.
    package var description: String { "•••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
