import Foundation
package import LoupeCore

/// A cron expression on a zone's clocks.
package struct Timetable: Sendable {
    private let cron: CronExpression
    private let zone: TimeZone

    /// Throws `validation_failed` naming `cron_expression`, `timezone` or both.
    package init(_ expression: String, _ zoneName: String) throws {
        var problems: [LoupeError.Detail] = []
        var parsed: CronExpression?
        do throws(CronExpression.Problem) {
            parsed = try CronExpression(parsing: expression)
        } catch {
            problems.append(LoupeError.Detail(field: "cron_expression", message: error.message))
        }
        let zone = TimeZone(named: zoneName)
        if zone == nil {
            problems.append(
                LoupeError.Detail(field: "timezone", message: "is not a time zone such as Europe/Berlin")
            )
        }
        guard let parsed, let zone else {
            let message = problems.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
            throw LoupeError(.validationFailed, message, details: problems)
        }
        cron = parsed
        self.zone = zone
    }

    /// In English.
    package var summary: String { cron.summary }

    package func next(_ count: Int, after time: Timestamp) -> [Timestamp] {
        cron.next(count, after: time, in: zone)
    }
}
