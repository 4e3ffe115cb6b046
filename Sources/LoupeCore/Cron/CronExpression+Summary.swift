extension CronExpression {
    /// In English: "at 09:30, Monday through Friday", "every 15 minutes from 09:00 to 17:59".
    package var summary: String {
        let moments = hours.count * minutes.count * seconds.count
        let isMoment = moments <= CronExpression.momentsListed
        let time = isMoment ? "at \(clockTimes.joinedInWords)" : CronPattern(expression: self).text
        let days = dayPhrase ?? (isMoment && months.count == 12 ? "every day" : nil)
        return [time, days, monthPhrase].compactMap(\.self).joined(separator: ", ")
    }

    /// More moments than this are told by their pattern.
    private static let momentsListed = 6

    private var clockTimes: [String] {
        hours.list.flatMap { hour in
            minutes.list.flatMap { minute in
                seconds.list.map { second in
                    let clock = "\(hour.asClock):\(minute.asClock)"
                    return second == 0 && seconds.count == 1 ? clock : "\(clock):\(second.asClock)"
                }
            }
        }
    }

    /// Nil where every day is one.
    private var dayPhrase: String? {
        let days = daysOfMonth.shape(of: .dayOfMonth) == .all ? nil : dayOfMonthPhrase
        let weekdays = daysOfWeek.shape(of: .dayOfWeek) == .all ? nil : weekdayPhrase
        guard let days else { return isEitherDayEnough ? nil : weekdays }
        guard let weekdays else { return isEitherDayEnough ? nil : "on \(days)" }
        return isEitherDayEnough ? "on \(days), or \(weekdays)" : "on \(days), but only \(weekdays)"
    }

    private var dayOfMonthPhrase: String {
        switch daysOfMonth.shape(of: .dayOfMonth) {
        case .range(let first, let last): "days \(first) through \(last) of the month"
        case .step(2): "odd days of the month"
        case .all, .step, .list:
            "\(daysOfMonth.count == 1 ? "day" : "days") \(daysOfMonth.list.map(String.init).joinedInWords) of the month"
        }
    }

    private var weekdayPhrase: String {
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        // A weekend that goes into Sunday is told in its order.
        let isWrapped = daysOfWeek.contains(6) && daysOfWeek.contains(0) && !daysOfWeek.contains(1)
        let days = isWrapped ? Array(daysOfWeek.list.dropFirst()) + [7] : daysOfWeek.list
        guard days.count > 2, let first = days.first, let last = days.last, last - first == days.count - 1 else {
            return "on \(days.map { names[$0 % 7] }.joinedInWords)"
        }
        return "\(names[first]) through \(names[last % 7])"
    }

    private var monthPhrase: String? {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        return switch months.shape(of: .month) {
        case .all: nil
        case .range(let first, let last): "\(names[first - 1]) through \(names[last - 1])"
        case .step, .list: "in \(months.list.map { names[$0 - 1] }.joinedInWords)"
        }
    }
}

/// The words for times of day that are too many to be listed.
private struct CronPattern {
    let expression: CronExpression

    private var seconds: CronValues { expression.seconds }
    private var minutes: CronValues { expression.minutes }
    private var hours: CronValues { expression.hours }

    var text: String {
        let everyHour = hours.shape(of: .hour) == .all
        if seconds.isZeroAlone, minutes.isZeroAlone { return wholeHours }
        var parts = [finest]
        if !seconds.isZeroAlone, minutes.shape(of: .minute) != .all {
            parts.append("of \(CronPattern.numbers("minute", minutes))")
        } else if !seconds.isZeroAlone, CronPattern.isListed(seconds) {
            parts.append("of every minute")
        }
        if !everyHour {
            parts.append(hourPhrase)
        } else if minutes.shape(of: .minute) != .all, CronPattern.isListed(minutes) || !seconds.isZeroAlone {
            parts.append("of every hour")
        }
        return parts.joined(separator: " ")
    }

    private var wholeHours: String {
        switch hours.shape(of: .hour) {
        case .all: "every hour"
        case .step(let step) where 24 % step == 0: "every \(step) hours"
        case .range(let first, let last): "every hour from \(first.asClock):00 to \(last.asClock):00"
        case .step, .list: "at \(hours.list.map { "\($0.asClock):00" }.joinedInWords)"
        }
    }

    /// The seconds, or the minutes where second 0 alone is meant.
    private var finest: String {
        let (unit, values) = seconds.isZeroAlone ? ("minute", minutes) : ("second", seconds)
        return switch values.shape(of: .minute) {
        case .all: "every \(unit)"
        case .step(let step) where 60 % step == 0: "every \(step) \(unit)s"
        case .range, .step, .list: "at \(CronPattern.numbers(unit, values))"
        }
    }

    private var hourPhrase: String {
        switch hours.shape(of: .hour) {
        case .range(let first, let last): "from \(first.asClock):00 to \(last.asClock):59"
        case .all, .step, .list:
            "of the \(hours.count == 1 ? "hour" : "hours") of \(hours.list.map { "\($0.asClock):00" }.joinedInWords)"
        }
    }

    private static func numbers(_ unit: String, _ values: CronValues) -> String {
        switch values.shape(of: .minute) {
        case .range(let first, let last): "\(unit)s \(first) through \(last)"
        case .all, .step, .list:
            "\(unit)\(values.count == 1 ? "" : "s") \(values.list.map(String.init).joinedInWords)"
        }
    }

    /// Whether `finest` names numbers instead of "every".
    private static func isListed(_ values: CronValues) -> Bool {
        switch values.shape(of: .minute) {
        case .all: false
        case .step(let step): 60 % step != 0
        case .range, .list: true
        }
    }
}

extension CronValues {
    fileprivate var isZeroAlone: Bool { bits == 1 }
}

extension Int {
    /// Two digits.
    fileprivate var asClock: String { self < 10 ? "0\(self)" : "\(self)" }
}

extension [String] {
    /// "a", "a and b", "a, b and c".
    fileprivate var joinedInWords: String {
        guard count > 1, let last else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) and \(last)"
    }
}
