package import Foundation

/// A date said relative to now: `today`, `-7d`, `start_of_month`, `start_of_month-1mo`, `now+30min`.
///
/// A base (`now`, `today`, `yesterday`, `tomorrow`, `start_of_…` or `end_of_…` an hour, day, week, month, quarter or
/// year) and steps, each a sign, a number and a unit (`s min h d w mo q y`). Without a base the steps count from now.
package struct RelativeDate: Hashable, Sendable {
    private enum Base: Hashable {
        case now
        case start(of: Period)
        case end(of: Period)
    }

    fileprivate enum Period: String, CaseIterable {
        case hour, day, week, month, quarter, year
    }

    fileprivate enum Unit: String, CaseIterable {
        case second = "s"
        case minute = "min"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "mo"
        case quarter = "q"
        case year = "y"
    }

    private struct Step: Hashable {
        let count: Int
        let unit: Unit
    }

    private let base: Base
    private let steps: [Step]

    /// Nil where the text is not a relative date.
    package init?(_ text: String) {
        let lowered = text.lowercased().replacing(" ", with: "_")
        let end = lowered.firstIndex { $0 == "+" || $0 == "-" } ?? lowered.endIndex
        var steps: [Step] = []
        switch lowered[..<end] {
        case "":
            guard end < lowered.endIndex else { return nil }
            base = .now
        case "now": base = .now
        case "today": base = .start(of: .day)
        case "yesterday":
            base = .start(of: .day)
            steps.append(Step(count: -1, unit: .day))
        case "tomorrow":
            base = .start(of: .day)
            steps.append(Step(count: 1, unit: .day))
        case let word:
            if let period = word.period(after: "start_of_") {
                base = .start(of: period)
            } else if let period = word.period(after: "end_of_") {
                base = .end(of: period)
            } else {
                return nil
            }
        }
        guard let written = RelativeDate.steps(lowered[end...]) else { return nil }
        self.steps = steps + written
    }

    private static func steps(_ text: Substring) -> [Step]? {
        var rest = text
        var steps: [Step] = []
        while let sign = rest.popFirst() {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unitText = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard sign == "+" || sign == "-", let count = Int(digits), count <= 100_000,
                let unit = Unit(rawValue: String(unitText)), steps.count < 10
            else { return nil }
            steps.append(Step(count: sign == "-" ? -count : count, unit: unit))
            rest = rest.dropFirst(digits.count + unitText.count)
        }
        return steps
    }

    /// The moment in a zone's calendar. Days, months and years keep the wall clock across daylight-saving changes.
    package func resolve(now: Timestamp, in zone: TimeZone, firstDayOfWeek: Int = 1) -> Timestamp {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        calendar.firstWeekday = firstDayOfWeek + 1
        var date = now.date
        switch base {
        case .now: break
        case .start(let period): date = start(of: period, at: date, calendar).lowerBound
        case .end(let period): date = start(of: period, at: date, calendar).upperBound
        }
        for step in steps {
            // Foundation answers nil only for components that overflow, which the bound on counts excludes.
            date = calendar.date(byAdding: step.unit.component, value: step.count * step.unit.factor, to: date) ?? date
        }
        return Timestamp(date)
    }

    private func start(of period: Period, at date: Date, _ calendar: Calendar) -> Range<Date> {
        let component: Calendar.Component =
            switch period {
            case .hour: .hour
            case .day: .day
            case .week: .weekOfYear
            case .month: .month
            case .quarter: .quarter
            case .year: .year
            }
        if period == .quarter { return quarter(at: date, calendar) }
        guard let interval = calendar.dateInterval(of: component, for: date) else { return date..<date }
        return interval.start..<interval.end
    }

    /// Foundation on Linux does not know quarters in `dateInterval`.
    private func quarter(at date: Date, _ calendar: Calendar) -> Range<Date> {
        let month = calendar.component(.month, from: date)
        var first = calendar.dateComponents([.year], from: date)
        first.month = (month - 1) / 3 * 3 + 1
        guard let start = calendar.date(from: first), let end = calendar.date(byAdding: .month, value: 3, to: start)
        else { return date..<date }
        return start..<end
    }
}

extension RelativeDate.Unit {
    fileprivate var component: Calendar.Component {
        switch self {
        case .second: .second
        case .minute: .minute
        case .hour: .hour
        case .day, .week: .day
        case .month, .quarter: .month
        case .year: .year
        }
    }

    fileprivate var factor: Int {
        switch self {
        case .week: 7
        case .quarter: 3
        default: 1
        }
    }
}

extension Substring {
    fileprivate func period(after prefix: String) -> RelativeDate.Period? {
        hasPrefix(prefix) ? RelativeDate.Period(rawValue: String(dropFirst(prefix.count))) : nil
    }
}
