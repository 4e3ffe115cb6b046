import Foundation
import LoupeSecurity
import Testing

@Suite("Sealer")
struct SealerTests {
    private let context = ["organization", "datasource"]

    private func sealer(_ id: String, _ byte: UInt8, older: String = "") throws -> Sealer {
        Sealer(try ring("\(id):\(keyText(byte))\(older)"))
    }

    @Test(arguments: ["", "postgres://me:secret@host/db", String(repeating: "ä", count: 5000)])
    func `what was sealed opens again and cannot be read`(text: String) throws {
        let sealer = try sealer("a", 1)
        let sealed = try sealer.seal(text, context: context)
        #expect(try sealer.openText(sealed, context: context) == text)
        #expect(sealed.hasPrefix("v1.a."))
        #expect(text.isEmpty || !sealed.contains(text))
        #expect(try sealer.seal(text, context: context) != sealed)
    }

    @Test func `a value copied to another place stays shut`() throws {
        let sealer = try sealer("a", 1)
        let sealed = try sealer.seal("secret", context: context)
        for other in [["organization", "other"], ["organization"], ["organizationdatasource"], context + [""]] {
            #expect(throws: SealingError.notAuthentic) { try sealer.open(sealed, context: other) }
        }
    }

    @Test func `every changed character is noticed`() throws {
        let sealer = try sealer("a", 1)
        let sealed = Array(try sealer.seal("secret", context: context).utf8)
        for index in sealed.indices {
            var changed = sealed
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            #expect(throws: SealingError.self) { try sealer.open(text, context: context) }
        }
    }

    @Test(arguments: ["", "v1", "v1.a", "v1.a.", "v2.a.AAAA", "v1.a.AAAA", "v1.a.!!!!", "v1.a.b.c"])
    func `what is not in the format is malformed`(text: String) throws {
        #expect(throws: SealingError.malformed) { try sealer("a", 1).open(text, context: []) }
    }

    @Test func `a new key in front seals, the old one still opens`() throws {
        let old = try sealer("a", 1)
        let both = try sealer("b", 2, older: ",a:\(keyText(1))")
        let sealed = try old.seal("secret", context: context)
        #expect(try both.openText(sealed, context: context) == "secret")
        #expect(try both.isOutdated(sealed))
        let renewed = try both.seal("secret", context: context)
        #expect(renewed.hasPrefix("v1.b."))
        #expect(try !both.isOutdated(renewed))
        #expect(throws: SealingError.unknownKey(id: "b")) { try old.open(renewed, context: context) }
    }

    @Test func `the canary tells a wrong key from an unknown one`() throws {
        let canary = try sealer("a", 1).canary()
        #expect(throws: Never.self) { try sealer("a", 1).check(canary: canary) }
        #expect(throws: Never.self) { try sealer("b", 2, older: ",a:\(keyText(1))").check(canary: canary) }
        #expect(throws: SealingError.wrongKey(id: "a")) { try sealer("a", 2).check(canary: canary) }
        #expect(throws: SealingError.unknownKey(id: "a")) { try sealer("b", 1).check(canary: canary) }
    }
}
