package import Crypto
import Foundation

/// The server's master keys: the first seals and signs, all open and verify, so that a key is replaced by putting a new
/// one in front and removing the old one when nothing sealed with it is left.
package struct KeyRing: Sendable {
    /// A key and the name it is known by in whatever it sealed.
    package struct Key: Sendable {
        package let id: String
        package let secret: SymmetricKey

        package init(id: String, secret: SymmetricKey) {
            self.id = id
            self.secret = secret
        }
    }

    /// Never empty; ids are unique.
    package let keys: [Key]

    init(keys: [Key]) {
        precondition(!keys.isEmpty, "a key ring holds at least one key")
        self.keys = keys
    }

    /// A ring of one new random key whose id says nothing but which key it is.
    package static func generated() -> KeyRing {
        let id = UInt32.random(in: .min ... .max)
        return KeyRing(keys: [Key(id: "k" + String(id, radix: 16), secret: SymmetricKey(size: .bits256))])
    }

    package var first: Key { keys[0] }

    /// The keys of one purpose under the same ids in the same order, by HKDF-SHA256 (RFC 5869).
    package func derived(for purpose: KeyPurpose) -> KeyRing {
        KeyRing(
            keys: keys.map { key in
                let secret = HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: key.secret,
                    info: Data("loupe/\(purpose.rawValue)/v1".utf8),
                    outputByteCount: 32
                )
                return Key(id: key.id, secret: secret)
            }
        )
    }

    package subscript(id: some StringProtocol) -> Key? {
        keys.first { $0.id == id }
    }
}

extension KeyRing: CustomStringConvertible {
    /// The ids alone.
    package var description: String { keys.map(\.id).joined(separator: ",") }
}
