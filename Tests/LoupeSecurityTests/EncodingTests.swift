import LoupeSecurity
import Testing

@Suite("Encodings of secrets")
struct EncodingTests {
    @Test func `base64url is read back, whatever the length`() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
    }

    @Test(arguments: ["A", "AA==", "AB", "+__-", "a b", "AAA\n", "é"])
    func `what encode does not write is not read`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test func `equal bytes are equal and nothing else is`() {
        #expect(ConstantTime.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(ConstantTime.areEqual([], [UInt8]()))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2]))
        #expect(!ConstantTime.areEqual([0], []))
    }
}

@Suite("Random tokens")
struct RandomTokenTests {
    @Test func `a token is 256 bits, new each time, and is never printed`() {
        let token = RandomToken()
        #expect(Base64URL.decode(token.text)?.count == 32)
        #expect(RandomToken() != token)
        #expect("\(token)" == "•••")
        #expect(String(reflecting: token) == "•••")
        #expect(String(describing: [token]) == "[•••]")
    }

    @Test func `what a client sent is the same token with the same digest`() throws {
        let token = RandomToken()
        let sent = try #require(RandomToken(token.text))
        #expect(sent == token)
        #expect(sent.digest == token.digest)
        #expect(token.digest.count == 32)
        #expect(RandomToken().digest != token.digest)
    }

    @Test(arguments: ["", "short", String(repeating: "!", count: 43), String(repeating: "A", count: 44)])
    func `what cannot be a token is not one`(text: String) {
        #expect(RandomToken(text) == nil)
    }

    @Test func `the same randomness makes the same token`() {
        var first = Counter()
        var second = Counter()
        #expect(RandomToken(using: &first) == RandomToken(using: &second))
    }

    private struct Counter: RandomNumberGenerator {
        var value: UInt64 = 0
        mutating func next() -> UInt64 {
            value += 1
            return value
        }
    }
}
