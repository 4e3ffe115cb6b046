import LoupeCore
import LoupeSecurity
import LoupeServices
import LoupeStore
import LoupeTestSupport
import Testing

@testable import LoupeAPI

@Suite("The time of a sign-in")
struct SignInTimingTests {
    /// The middle of how long each of many tries took, the two kinds in turns so that whatever else the machine does
    /// slows both.
    private func medians(of tries: Int, _ accounts: Accounts, _ clock: TestClock) async throws -> (Double, Double) {
        var known: [Double] = []
        var unknown: [Double] = []
        for number in 0..<tries {
            // Far enough apart that no series of failures locks.
            clock.advance(by: .seconds(1000))
            let client = Accounts.Client(address: "10.0.\(number / 250).\(number % 250)", userAgent: "")
            known.append(try await time(of: "ada@example.com", accounts, client))
            unknown.append(try await time(of: "eve@example.com", accounts, client))
        }
        return (known.sorted()[tries / 2], unknown.sorted()[tries / 2])
    }

    private func time(of email: String, _ accounts: Accounts, _ client: Accounts.Client) async throws -> Double {
        let start = ContinuousClock.now
        await #expect(throws: LoupeError.self) {
            try await accounts.signIn(email: email, password: "wrong password", from: client)
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }

    @Test("does not tell whether an address has an account: medians of 200 tries are within a tenth")
    func medians() async throws {
        let cost = PasswordHasher.Cost(memoryKiB: 8192, iterations: 2, lanes: 1)
        try await TestServer.with(cost: cost) { server, call in
            _ = try await server.found("ada", call)
            var ratios: [Double] = []
            // A neighbour that wakes up in the middle of one round does not do so in three.
            for _ in 0..<3 {
                let (known, unknown) = try await medians(of: 200, server.accounts, server.clock)
                ratios.append(known / unknown)
                if (0.9...1.1).contains(known / unknown) { break }
            }
            #expect(ratios.contains { (0.9...1.1).contains($0) }, "\(ratios)")
        }
    }
}
