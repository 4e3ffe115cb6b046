import Foundation
import LoupeStore

/// Holds a lease, or waits until it may take it over.
struct Leadership {
    let name: String
    let holder: String
    let leases: LeaseRepository
    let patience: Duration
    private var token: UUID?
    private var standings = Stillness<String, LeaseRepository.Standing>()

    init(name: String, holder: String, leases: LeaseRepository, patience: Duration) {
        self.name = name
        self.holder = holder
        self.leases = leases
        self.patience = patience
    }

    /// Whether the lease is this process' own, after trying to keep or take it.
    mutating func hold(at now: ContinuousClock.Instant) async throws -> Bool {
        if let token {
            if try await leases.beat(name, token: token) { return true }
            self.token = nil
        }
        let standing = try await leases.find(name)
        // A process of this id that was killed cannot come back: its lease is free at once.
        if let standing, standing.holder == holder { return try await take(over: standing) }
        let isStill = standings.observe(standing.map { [name: $0] } ?? [:], at: now, patience: patience).contains(name)
        guard standing == nil || isStill else { return false }
        return try await take(over: standing)
    }

    private mutating func take(over standing: LeaseRepository.Standing?) async throws -> Bool {
        token = try await leases.take(name, holder: holder, over: standing)
        return token != nil
    }

    mutating func giveUp() async {
        guard let token else { return }
        // The next leader waits the lease out where this does not arrive.
        try? await leases.giveUp(name, token: token)
        self.token = nil
    }
}
