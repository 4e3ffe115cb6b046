import Crypto
import Foundation
import LoupeCore
import LoupeSecurity
import Synchronization
import Testing

@testable import LoupeSecurity

@Suite("Access tokens")
struct AccessTokensTests {
    private let user = User.ID(UUID())
    private let session = Session.ID(UUID())
    private let organization = Organization.ID(UUID())
    private let clock = TestTime()

    private func tokens(_ text: String = "a:\(keyText(1))") async throws -> AccessTokens {
        await AccessTokens(try ring(text), now: { clock.now })
    }

    private func token(of tokens: AccessTokens) async throws -> String {
        try await tokens.issue(user: user, session: session, organization: organization).token
    }

    /// A token with any header and body, signed with the key that access tokens of the ring `a` have.
    private func forged(header: String, payload: String, key: SymmetricKey? = nil) throws -> String {
        let signed = Base64URL.encode(header.utf8) + "." + Base64URL.encode(payload.utf8)
        let secret = try key ?? ring("a:\(keyText(1))").derived(for: .accessTokens).first.secret
        let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: secret)
        return signed + "." + Base64URL.encode(Array(signature))
    }

    private func payload(
        issuer: String = "loupe",
        audience: String = "loupe-api",
        expires: Int64? = nil
    ) -> String {
        let seconds = clock.now.milliseconds / 1000
        return """
            {"iss":"\(issuer)","aud":"\(audience)","sub":"\(user)","sid":"\(session)","org":"\(organization)",\
            "iat":\(seconds),"exp":\(expires ?? seconds + 60)}
            """
    }

    private func expectRefused(_ token: String, by tokens: AccessTokens, _ comment: Comment? = nil) async {
        let error = await #expect(throws: LoupeError.self, comment) { try await tokens.verify(token) }
        #expect(error?.code == .unauthorized, comment)
        #expect(error?.message == "the access token is not valid or has expired", comment)
    }

    private static let header = #"{"alg":"HS256","kid":"a","typ":"JWT"}"#

    @Test func `an issued token verifies, first and again, and says who and where`() async throws {
        let tokens = try await tokens()
        let issued = try await tokens.issue(user: user, session: session, organization: organization)
        for _ in 0..<2 {
            let claims = try await tokens.verify(issued.token)
            #expect(claims.user == user)
            #expect(claims.session == session)
            #expect(claims.organization == organization)
            #expect(claims.expiresAt == issued.expiresAt)
        }
        #expect(issued.expiresAt.since(clock.now) <= .seconds(24 * 3600))
        #expect(issued.expiresAt.since(clock.now) > .seconds(24 * 3600 - 1))
        #expect(issued.expiresAt.milliseconds % 1000 == 0)
    }

    @Test func `a token ends at its time, also one that was verified before`() async throws {
        let tokens = try await tokens()
        let seen = try await token(of: tokens)
        _ = try await tokens.verify(seen)
        clock.advance(by: .seconds(24 * 3600 - 2))
        _ = try await tokens.verify(seen)
        clock.advance(by: .seconds(2))
        await expectRefused(seen, by: tokens)
        await expectRefused(seen, by: try await self.tokens())
    }

    @Test func `the builder of forged tokens makes a good one when nothing is wrong`() async throws {
        let good = try forged(header: Self.header, payload: payload())
        #expect(try await tokens().verify(good).user == user)
    }

    @Test(arguments: [
        #"{"alg":"none","kid":"a","typ":"JWT"}"#,
        #"{"alg":"None","kid":"a","typ":"JWT"}"#,
        #"{"alg":"HS384","kid":"a","typ":"JWT"}"#,
        #"{"alg":"RS256","kid":"a","typ":"JWT"}"#,
        #"{"alg":"HS256","typ":"JWT"}"#,
        #"{"alg":"HS256","kid":"other","typ":"JWT"}"#,
        #"{"alg":"HS256","kid":"a","crit":["x"],"typ":"JWT"}"#,
        #"{"kid":"a"}"#,
        "[]",
        "",
    ])
    func `a header that is not ours is refused, even with the right signature`(header: String) async throws {
        await expectRefused(try forged(header: header, payload: payload()), by: try await tokens())
    }

    @Test func `a token without a signature is refused`() async throws {
        let body = Base64URL.encode(payload().utf8)
        for header in [#"{"alg":"none"}"#, #"{"alg":"none","kid":"a"}"#, Self.header] {
            await expectRefused(Base64URL.encode(header.utf8) + "." + body + ".", by: try await tokens())
        }
    }

    @Test func `a token for others, of others or out of date is refused`() async throws {
        let tokens = try await tokens()
        let past = clock.now.milliseconds / 1000
        for body in [
            payload(audience: "other"), payload(issuer: "other"), payload(expires: past), payload(expires: past - 60),
            payload(expires: .min), "{}", "null", "",
        ] {
            await expectRefused(try forged(header: Self.header, payload: body), by: tokens, "\(body)")
        }
    }

    @Test func `a key of another purpose or another server does not sign tokens`() async throws {
        let tokens = try await tokens()
        let master = try ring("a:\(keyText(1))")
        for key in [
            master.first.secret, master.derived(for: .cursors).first.secret,
            try ring("a:\(keyText(2))").derived(for: .accessTokens).first.secret,
        ] {
            await expectRefused(try forged(header: Self.header, payload: payload(), key: key), by: tokens)
        }
    }

    @Test func `every changed character is noticed`() async throws {
        let tokens = try await tokens()
        let good = Array(try await token(of: tokens).utf8)
        for index in good.indices {
            var changed = good
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            await expectRefused(String(decoding: changed, as: UTF8.self), by: tokens, "at \(index)")
        }
    }

    @Test func `what is no token at all is refused`() async throws {
        let long = String(repeating: "A", count: 5000)
        for text in ["", ".", "..", "...", "a.b.c", "\u{0}", "é.é.é", long, "\(long).\(long).\(long)"] {
            await expectRefused(text, by: try await tokens())
        }
    }

    @Test func `after a new key came in front, older tokens still verify`() async throws {
        let old = try await token(of: tokens())
        let both = try await tokens("b:\(keyText(2)),a:\(keyText(1))")
        #expect(try await both.verify(old).user == user)
        await expectRefused(try await token(of: both), by: try await tokens())
    }
}

@Suite("Verified tokens")
struct VerifiedTokensTests {
    @Test func `they are bounded, and what is used stays`() {
        let time = Timestamp(milliseconds: 0)
        let claims = AccessClaims(
            user: User.ID(UUID()),
            session: Session.ID(UUID()),
            organization: Organization.ID(UUID()),
            expiresAt: time
        )
        var tokens = VerifiedTokens(capacity: 100)
        tokens.insert(claims, of: "kept")
        for number in 0..<1000 {
            tokens.insert(claims, of: "\(number)")
            #expect(tokens.claims(of: "kept") == claims)
            #expect(tokens.count <= 100)
        }
        #expect(tokens.claims(of: "0") == nil)
    }
}

/// A wall clock that moves when told.
private final class TestTime: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_123))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }
}
