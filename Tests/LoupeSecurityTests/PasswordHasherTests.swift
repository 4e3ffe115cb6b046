import Foundation
import LoupeCore
import LoupeSecurity
import Synchronization
import Testing

@testable import LoupeSecurity

@Suite("Password hasher")
struct PasswordHasherTests {
    private let quick = PasswordHasher.Cost(memoryKiB: 64, iterations: 1, lanes: 1)

    @Test func `the standard cost is in the hash, and the password verifies`() async throws {
        let hasher = PasswordHasher()
        let hash = try await hasher.hash("correct horse battery staple")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.verify("correct horse battery staple", against: hash))
        #expect(try await !hasher.verify("correct horse battery stapl", against: hash))
        #expect(!hasher.isOutdated(hash))
        #expect(PasswordHasher(cost: quick).isOutdated(hash))
    }

    @Test func `another program's Argon2id hash verifies`() async throws {
        // Of the reference implementation's own tests (argon2 test.c): "password", salt "somesalt", m=256, t=2, p=1.
        let hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        let hasher = PasswordHasher(cost: quick)
        #expect(try await hasher.verify("password", against: hash))
        #expect(try await !hasher.verify("Password", against: hash))
    }

    @Test func `the salt is new each time, and every byte of a password counts`() async throws {
        let hasher = PasswordHasher(cost: quick)
        let password = "päss\u{0}word, with a NUL"
        let hash = try await hasher.hash(password)
        #expect(try await hasher.hash(password) != hash)
        #expect(try await hasher.verify(password, against: hash))
        #expect(try await !hasher.verify("päss", against: hash))
    }

    @Test func `a damaged hash is an error, not a wrong password`() async throws {
        await #expect(throws: Argon2.Failure.self) {
            try await PasswordHasher(cost: quick).verify("x", against: "rubbish")
        }
    }

    @Test func `without a hash it is false and takes as long`() async throws {
        let hasher = PasswordHasher()
        let hash = try await hasher.hash("password")
        func fastest(_ hash: String?) async throws -> Duration {
            var best = Duration.seconds(60)
            for _ in 0..<5 {
                let clock = ContinuousClock()
                let start = clock.now
                #expect(try await !hasher.verify("wrong", against: hash))
                best = min(best, clock.now - start)
            }
            return best
        }
        let (known, unknown) = (try await fastest(hash), try await fastest(nil))
        #expect(known / unknown < 4 && unknown / known < 4)
    }
}

@Suite("Bounded workers")
struct BoundedWorkersTests {
    @Test func `two work, so many wait, and the next is told to come back`() async throws {
        let workers = BoundedWorkers(label: "test", concurrency: 2, maximumWaiting: 3)
        let gate = Gate()
        let order = Recorder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { try await workers.run { gate.pass() } } }
            await gate.waitForArrivals(2)
            for number in 0..<3 {
                group.addTask { try await workers.run { order.add(number) } }
                while workers.waitingCount <= number { await Task.yield() }
            }
            let refused = await #expect(throws: LoupeError.self) { try await workers.run {} }
            #expect(refused?.code == .unavailable)
            #expect(refused?.retryAfter == .seconds(1))
            gate.open()
            try await group.waitForAll()
        }
        #expect(Set(order.numbers) == [0, 1, 2])
        #expect(workers.waitingCount == 0)
        #expect(try await workers.run { 5 } == 5)
    }
}

/// Numbers in the order in which they came.
private final class Recorder: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func add(_ number: Int) {
        state.withLock { $0.append(number) }
    }
}

/// Holds threads until it is opened, and tells when they have come.
private final class Gate: Sendable {
    private let arrived = AsyncStream.makeStream(of: Void.self)
    private let semaphore = DispatchSemaphore(value: 0)

    func pass() {
        arrived.continuation.yield()
        semaphore.wait()
        semaphore.signal()
    }

    func open() {
        semaphore.signal()
    }

    func waitForArrivals(_ count: Int) async {
        var iterator = arrived.stream.makeAsyncIterator()
        for _ in 0..<count { await iterator.next() }
    }
}
