import LoupeCore

extension Migrator {
    /// Waits until the schema is this version's or the next one's, for the roles that do not migrate themselves. A store that cannot be
    /// reached yet is waited for too. Throws `unavailable` when `limit` has passed, `MigrationError` at once.
    package func waitForSchema(
        limit: Duration = .seconds(60),
        interval: Duration = .milliseconds(500),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws {
        try await wait(limit: limit, interval: interval, clock: clock)
    }

    private func wait<C: Clock>(limit: Duration, interval: Duration, clock: C) async throws
    where C.Duration == Duration {
        let deadline = clock.now.advanced(by: limit)
        while true {
            let problem = try await schemaProblem()
            guard let problem else { return }
            guard clock.now.advanced(by: interval) < deadline else { throw problem }
            try await clock.sleep(until: clock.now.advanced(by: interval), tolerance: nil)
        }
    }

    /// What is still missing; nil when nothing is.
    private func schemaProblem() async throws -> LoupeError? {
        do {
            guard let first = try await status(toleratingNext: true).pending.first else { return nil }
            return LoupeError(
                .unavailable,
                "the store's schema lacks migration \(first.number) (\(first.name)): run `loupe migrate up`"
            )
        } catch let error as LoupeError where error.code == .unavailable {
            return error
        }
    }
}
