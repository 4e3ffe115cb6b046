import Foundation
import LoupeCore
import LoupeTestSupport
import Testing

/// Against Python, which walks through every minute of the clocks of its own zones: Tests/Process/cron_oracle.py.
@Suite("Cron's next times")
struct CronOracleTests {
    private static let count = 10_000
    /// Changed by hand when something was found and mended, so that a failure is there again at the next run.
    private static let seed = 20_260_131

    private static let oracle = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Process/cron_oracle.py").path

    private struct Case {
        let zone: String
        let start: Int64
        let end: Int64
        let expression: String
        let times: [Int64]

        init(_ line: Substring) throws {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(parts.count == 5)
            zone = String(parts[0])
            start = try #require(Int64(parts[1]))
            end = try #require(Int64(parts[2]))
            expression = String(parts[3]).replacing("\\t", with: "\t")
            times = parts[4].split(separator: ",").compactMap { Int64($0) }
        }

        /// What we say instead of the oracle's times; nil where we agree.
        func disagreement() throws -> String? {
            let zone = try #require(TimeZone(named: zone), "\(zone)")
            let ours = try CronExpression(parsing: expression)
                .next(5, after: Timestamp(milliseconds: start * 1000), in: zone)
                .map { $0.milliseconds / 1000 }
                .filter { $0 < end }
            return ours == times ? nil : "\(self.zone) after \(start): \(expression) is \(times), not \(ours)"
        }
    }

    @Test("are the oracle's for 10,000 random expressions around changes of the clocks in 15 zones")
    func oracle() async throws {
        let output = try await TestProcess.run(["python3", Self.oracle, String(Self.count), String(Self.seed)])
        let cases = try output.split(separator: "\n").map(Case.init)
        #expect(cases.count == Self.count)
        // Most expressions must say something about their window, or nothing would be tested.
        #expect(cases.count { !$0.times.isEmpty } > Self.count / 2)
        let disagreements = try cases.compactMap { try $0.disagreement() }
        #expect(disagreements == [], "\(disagreements.count) of \(cases.count)")
    }
}
