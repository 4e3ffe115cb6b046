import Foundation
import LoupeCore

extension RunService.LimitChanges {
    /// The limits of a run. Throws `validation_failed` naming each that is out of range.
    func applied(to base: QueryLimits, by role: Role) throws -> QueryLimits {
        var limits = base
        var problems: [LoupeError.Detail] = []
        func apply(_ field: String, _ wanted: Int?, _ range: ClosedRange<Int>, to value: inout Int) {
            guard let wanted else { return }
            if range.contains(wanted) {
                value = role >= .editor ? wanted : min(wanted, value)
            } else {
                let message = "must be \(range.lowerBound) to \(range.upperBound)"
                problems.append(LoupeError.Detail(field: field, message: message))
            }
        }
        apply("timeout_seconds", timeoutSeconds, QueryLimits.timeoutRange, to: &limits.timeoutSeconds)
        apply("max_rows", maxRows, QueryLimits.rowsRange, to: &limits.maxRows)
        apply("max_bytes", maxBytes, QueryLimits.bytesRange, to: &limits.maxBytes)
        guard let first = problems.first else { return limits }
        throw LoupeError(.validationFailed, "\(first.field): \(first.message)", details: problems)
    }
}

extension ParameterResolver {
    /// In an organization's zone and week.
    init(definitions: [ParameterDefinition], now: Timestamp, settings: Organization.Settings) {
        self.init(definitions: definitions, now: now, zone: settings.zone, firstDayOfWeek: settings.firstDayOfWeek)
    }
}

extension Organization.Settings {
    /// The settings hold only zones that were found when they were saved; one that vanished since is UTC.
    var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }
}
