import Crypto
import Foundation

/// Seals secrets at rest with AES-256-GCM.
///
/// A sealed value is the text `v1.<key id>.<base64url of nonce, ciphertext and tag>`. It opens only with the same context,
/// such as the ids of its organization and row, so that a row copied elsewhere stays shut.
package struct Sealer: Sendable {
    private let keys: KeyRing

    package init(_ ring: KeyRing) {
        keys = ring.derived(for: .sealing)
    }

    /// Seals with the ring's first key. The same plaintext gives another text each time: the nonce is random.
    package func seal(_ plaintext: some Collection<UInt8>, context: [String]) throws -> String {
        let key = keys.first
        let box = try AES.GCM.seal(
            Data(plaintext),
            using: key.secret,
            authenticating: Self.associatedData(keyID: key.id, context: context)
        )
        guard let combined = box.combined else { preconditionFailure("a nonce of 12 bytes always combines") }
        return "v1.\(key.id).\(Base64URL.encode(combined))"
    }

    package func seal(_ plaintext: String, context: [String]) throws -> String {
        try seal(plaintext.utf8, context: context)
    }

    package func open(_ sealed: String, context: [String]) throws(SealingError) -> [UInt8] {
        let (id, combined) = try Self.parse(sealed)
        guard let key = keys[id] else { throw .unknownKey(id: id) }
        do {
            let box = try AES.GCM.SealedBox(combined: combined)
            let data = Self.associatedData(keyID: key.id, context: context)
            return [UInt8](try AES.GCM.open(box, using: key.secret, authenticating: data))
        } catch {
            throw .notAuthentic
        }
    }

    package func openText(_ sealed: String, context: [String]) throws(SealingError) -> String {
        guard let text = String(validating: try open(sealed, context: context), as: UTF8.self) else { throw .malformed }
        return text
    }

    /// Whether an older key sealed this, so that it should be opened and sealed again.
    package func isOutdated(_ sealed: String) throws(SealingError) -> Bool {
        try Self.parse(sealed).id != keys.first.id
    }

    private static func parse(_ sealed: String) throws(SealingError) -> (id: String, combined: [UInt8]) {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false)
        // 12 bytes of nonce and 16 of tag are there even around nothing.
        guard parts.count == 3, parts[0] == "v1", let combined = Base64URL.decode(parts[2]), combined.count >= 28 else {
            throw .malformed
        }
        return (String(parts[1]), combined)
    }

    /// Every part with its length before it: ("a", "bc") and ("ab", "c") differ.
    private static func associatedData(keyID: String, context: [String]) -> Data {
        var data = Data()
        for part in ["loupe.v1", keyID] + context {
            withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { data.append(contentsOf: $0) }
            data.append(contentsOf: part.utf8)
        }
        return data
    }
}

extension Sealer {
    private static let canaryContext = ["canary"]

    /// A known value, sealed: kept in the store, it tells at start whether the key is still the right one.
    package func canary() throws -> String {
        try seal("loupe", context: Self.canaryContext)
    }

    /// Throws `unknownKey` or `wrongKey` where this ring cannot open what the store holds.
    package func check(canary: String) throws(SealingError) {
        do {
            _ = try open(canary, context: Self.canaryContext)
        } catch .notAuthentic {
            throw .wrongKey(id: try Self.parse(canary).id)
        }
    }
}
