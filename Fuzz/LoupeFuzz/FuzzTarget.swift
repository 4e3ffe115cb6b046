/// A part of Loupe that reads what strangers write, and what must hold whatever they write.
package struct FuzzTarget: Sendable {
    package let name: String
    /// Makes one input out of the random numbers and checks it; throws `FuzzFinding` where something does not hold.
    package let check: @Sendable (inout FuzzRandom) async throws -> Void

    package init(name: String, check: @escaping @Sendable (inout FuzzRandom) async throws -> Void) {
        self.name = name
        self.check = check
    }

    /// A new target is added here.
    package static func all() -> [FuzzTarget] {
        [.lexer, .guard(), .connection, .json, .cursor]
    }
}

/// What did not hold, and the input that showed it.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let what: String
    package let input: String

    init(_ what: String, _ input: String) {
        self.what = what
        self.input = input
    }

    package var description: String { "\(what)\ninput: \(input.debugDescription)" }
}

/// The finding with the seed that makes its input again.
package struct FuzzFailure: Error, CustomStringConvertible {
    package let target: String
    package let seed: UInt64
    package let cause: any Error

    package var description: String { "\(target): \(cause)\nagain with: --target \(target) --seed \(seed) --seconds 0" }
}

extension FuzzTarget {
    /// Checks inputs for a time, at least one; each has a seed of its own, counted up from `seed`. Returns how many
    /// there were; throws `FuzzFailure`.
    package func run(for duration: Duration, seed: UInt64) async throws -> Int {
        let end = ContinuousClock.now + duration
        var count = 0
        repeat {
            let own = seed &+ UInt64(count)
            var random = FuzzRandom(seed: own)
            do {
                try await check(&random)
            } catch {
                throw FuzzFailure(target: name, seed: own, cause: error)
            }
            count += 1
        } while ContinuousClock.now < end
        return count
    }
}
