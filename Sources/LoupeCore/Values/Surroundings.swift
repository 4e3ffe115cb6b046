import Foundation

/// What code takes from outside and tests must control: the wall clock and new ids.
package struct Surroundings: Sendable {
    package var now: @Sendable () -> Timestamp
    package var random: @Sendable () -> (UInt64, UInt64)

    package init(
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> (UInt64, UInt64)
    ) {
        self.now = now
        self.random = random
    }

    /// The system's clock and its cryptographic random numbers.
    package static let system = Surroundings(
        now: { Timestamp(Date()) },
        random: { (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)) }
    )

    /// A new time-ordered id.
    package func newID<Entity>(_: Entity.Type = Entity.self) -> Identifier<Entity> {
        Identifier(UUID.version7(at: now(), random: random()))
    }
}
