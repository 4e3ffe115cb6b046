import Crypto
import Foundation
import LoupeSecurity
import Testing

/// The base64 of 32 bytes of the same value.
func keyText(_ byte: UInt8) -> String {
    Data(repeating: byte, count: 32).base64EncodedString()
}

func ring(_ text: String) throws -> KeyRing {
    try KeyRing(parsing: text)
}

@Suite("Key ring")
struct KeyRingTests {
    @Test func `the first key is first, and all are found by id`() throws {
        let ring = try ring("new:\(keyText(1)), old:\(keyText(2))\n")
        #expect(ring.first.id == "new")
        #expect(ring.keys.map(\.id) == ["new", "old"])
        #expect(ring["old"]?.secret == SymmetricKey(data: Data(repeating: 2, count: 32)))
        #expect(ring["other"] == nil)
    }

    @Test func `a text that is no ring says which entry is wrong`() {
        let cases: [(String, KeyRing.ParsingError)] = [
            ("", .empty), ("  \n", .empty),
            ("secret", .malformed(entry: 1)),
            ("a:\(keyText(1)),", .malformed(entry: 2)),
            ("a:b:\(keyText(1))", .malformed(entry: 1)),
            (":\(keyText(1))", .invalidID(entry: 1)),
            ("a.b:\(keyText(1))", .invalidID(entry: 1)),
            ("\(String(repeating: "x", count: 33)):\(keyText(1))", .invalidID(entry: 1)),
            ("a:\(keyText(1)),a:\(keyText(2))", .duplicate(id: "a")),
            ("a:\(Data(repeating: 1, count: 31).base64EncodedString())", .wrongLength(id: "a")),
            ("a:not base64", .wrongLength(id: "a")),
        ]
        for (text, expected) in cases {
            #expect(throws: expected) { try KeyRing(parsing: text) }
        }
    }

    @Test func `no message shows a part of the secret`() {
        let secret = Data(repeating: 7, count: 31).base64EncodedString()
        for text in ["a:\(secret)", "\(secret)", "a:a:\(secret)"] {
            let error = #expect(throws: KeyRing.ParsingError.self) { try KeyRing(parsing: text) }
            #expect(error?.description.contains(secret) == false)
        }
    }

    @Test func `each purpose has its own key, and the same each time`() throws {
        let ring = try ring("a:\(keyText(1))")
        let secrets = KeyPurpose.allCases.map { ring.derived(for: $0).first.secret }
        for (index, secret) in secrets.enumerated() {
            #expect(secret == ring.derived(for: KeyPurpose.allCases[index]).first.secret)
            #expect(secret != ring.first.secret)
            #expect(!secrets[..<index].contains(secret))
        }
    }

    @Test func `a derived key stays what it was, as stored secrets depend on it`() throws {
        // HKDF-SHA256 without salt, info "loupe/sealing/v1", computed apart with Python's hmac module.
        let key = try ring("a:\(keyText(1))").derived(for: .sealing).first.secret
        let hex = key.withUnsafeBytes { $0.map { String(UInt16($0) + 256, radix: 16).suffix(2) }.joined() }
        #expect(hex == "1aa3e79f295146090a695dd46ece0a3e0b722d2b999453ed490b052fb3f098f2")
    }

    @Test func `a generated ring is read back from its text and shows only its id`() throws {
        let made = KeyRing.generated()
        let read = try KeyRing(parsing: made.secretText)
        #expect(read.first.id == made.first.id)
        #expect(read.first.secret == made.first.secret)
        #expect("\(made)" == made.first.id)
        #expect(KeyRing.generated().first.secret != made.first.secret)
    }
}
