import Crypto
import Foundation

/// A secret of 256 random bits that a client keeps and the store knows only by its SHA-256: refresh tokens, invitations,
/// password resets, set-up codes, tickets. A hash without salt is enough, as nobody can guess 256 bits.
package struct RandomToken: Hashable, Sendable {
    /// 43 characters of base64url: what the client is given, once.
    package let text: String

    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    package init(using generator: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        for _ in 0..<4 {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        text = Base64URL.encode(bytes)
    }

    /// What a client sent; nil where it cannot be a token, which spares the store the question.
    package init?(_ text: String) {
        guard text.utf8.count == 43, Base64URL.decode(text) != nil else { return nil }
        self.text = text
    }

    /// What the store keeps and finds it by: the SHA-256 of its text, 32 bytes.
    package var digest: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}

extension RandomToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret.
    package var description: String { "•••" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
