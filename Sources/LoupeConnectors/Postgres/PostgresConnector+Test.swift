import LoupeCore
import LoupePostgres

extension PostgresConnector {
    /// In all; the phrases are `PostgresRefusal`'s and `HostPolicy.Refusal`'s.
    private static let testLimit = Duration.seconds(10)

    package func test() async -> ConnectionTest {
        let start = ContinuousClock.now
        let deadline = start + Self.testLimit - .milliseconds(500)
        do {
            let connection = try await dialer.connect(within: .seconds(8))
            let latency = ContinuousClock.now - start
            let warnings = try await connection.run { session in
                session.deadline = deadline
                return try PostgresPowers.beyondReading(session)
            }
            await connection.close()
            return ConnectionTest(success: true, message: "Connected", latency: latency, warnings: warnings)
        } catch {
            return ConnectionTest(
                success: false,
                message: PostgresRefusal.phrase(error),
                latency: ContinuousClock.now - start
            )
        }
    }
}
