/// Times on a wall clock, as seconds since 1970-01-01T00:00:00 of that clock: no zone is involved.
extension CronExpression {
    private static let daySeconds: Int64 = 86_400
    /// After 400 years the calendar repeats, weekdays included.
    private static let monthsOfCycle = 4800

    /// The first time that matches and is not before `start`; nil where there is none. Steps over months and days that
    /// do not match, never through them.
    func nextLocal(from start: Int64) -> Int64? {
        let day = start.flooringDivide(CronExpression.daySeconds)
        if matches(day), let second = nextSecond(from: Int(start - day * CronExpression.daySeconds)) {
            return day * CronExpression.daySeconds + Int64(second)
        }
        return nextDay(after: day).map { day in
            day * CronExpression.daySeconds + Int64(hours.first * 3600 + minutes.first * 60 + seconds.first)
        }
    }

    /// The first second of a day that matches and is not before `start`.
    private func nextSecond(from start: Int) -> Int? {
        let (hour, minute, second) = (start / 3600, start / 60 % 60, start % 60)
        if hours.contains(hour) {
            if minutes.contains(minute), let next = seconds.next(from: second) {
                return hour * 3600 + minute * 60 + next
            }
            if let next = minutes.next(from: minute + 1) { return hour * 3600 + next * 60 + seconds.first }
        }
        return hours.next(from: hour + 1).map { $0 * 3600 + minutes.first * 60 + seconds.first }
    }

    private func nextDay(after day: Int64) -> Int64? {
        let next = CivilDate(daysSince1970: day + 1)
        var (year, month, first) = (next.year, next.month, next.day)
        for _ in 0...CronExpression.monthsOfCycle {
            if months.contains(month), let start = CivilDate(year: year, month: month, day: 1) {
                let before = start.daysSince1970 - 1
                for dayOfMonth in first...CivilDate.days(inMonth: month, of: year)
                where matches(dayOfMonth, CronExpression.dayOfWeek(before + Int64(dayOfMonth))) {
                    return before + Int64(dayOfMonth)
                }
            }
            (year, month, first) = month == 12 ? (year + 1, 1, 1) : (year, month + 1, 1)
        }
        return nil
    }

    private func matches(_ day: Int64) -> Bool {
        let date = CivilDate(daysSince1970: day)
        return months.contains(date.month) && matches(date.day, CronExpression.dayOfWeek(day))
    }

    private func matches(_ dayOfMonth: Int, _ dayOfWeek: Int) -> Bool {
        let (isDay, isWeekday) = (daysOfMonth.contains(dayOfMonth), daysOfWeek.contains(dayOfWeek))
        return isEitherDayEnough ? isDay || isWeekday : isDay && isWeekday
    }

    /// 1970-01-01 was a Thursday.
    private static func dayOfWeek(_ day: Int64) -> Int {
        let shifted = day + 4
        return Int(shifted - shifted.flooringDivide(7) * 7)
    }
}
