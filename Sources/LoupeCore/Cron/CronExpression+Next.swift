package import Foundation

extension CronExpression {
    /// The first moment after `time` at which the expression is due in a zone.
    ///
    /// A local time that does not exist, as clocks go forward, is due once, just after the gap, together with whatever
    /// else fell into it. One that exists twice, as clocks go back, is due the first time. Nil only for an expression
    /// that never fires, which cannot be made.
    package func next(after time: Timestamp, in zone: TimeZone) -> Timestamp? {
        let after = time.milliseconds.flooringDivide(1000)
        // Clocks never went back by more than a day: where the segment of two days before goes on, nothing repeats.
        var segment = ZoneSegment(containing: after - 2 * 86_400, in: zone)
        // Wall-clock times before it were there already.
        var covered = Int64.min
        var search = LocalSearch(expression: self)
        while true {
            if let end = segment.end, end <= after + 1 {
                covered = max(covered, end + segment.offset)
                segment = segment.following(end, in: zone)
                continue
            }
            var earliest = max(covered, after + 1 + segment.offset)
            if let start = segment.start {
                let opening = start + segment.offset
                if start > after, opening > covered, let missed = search.first(from: covered), missed < opening {
                    return Timestamp(milliseconds: start * 1000)
                }
                earliest = max(earliest, opening)
            }
            guard let found = search.first(from: earliest) else { return nil }
            guard let end = segment.end, found >= end + segment.offset else {
                return Timestamp(milliseconds: (found - segment.offset) * 1000)
            }
            covered = max(covered, end + segment.offset)
            segment = segment.following(end, in: zone)
        }
    }

    /// The next `count` times after `time`.
    package func next(_ count: Int, after time: Timestamp, in zone: TimeZone) -> [Timestamp] {
        var times: [Timestamp] = []
        var last = time
        while times.count < count, let next = next(after: last, in: zone) {
            times.append(next)
            last = next
        }
        return times
    }
}

/// Remembers what it found: a time far ahead is looked for once, not once for each change of the clocks before it.
private struct LocalSearch {
    let expression: CronExpression
    private var from = Int64.max
    private var found: Int64?

    init(expression: CronExpression) {
        self.expression = expression
    }

    mutating func first(from start: Int64) -> Int64? {
        if start >= from, let found, found >= start { return found }
        from = start
        found = expression.nextLocal(from: start)
        return found
    }
}

/// A stretch of time in which a zone keeps its offset; in seconds since 1970 in UTC.
private struct ZoneSegment {
    /// Nil where it began before the first one looked at.
    let start: Int64?
    /// Nil where the offset never changes again.
    let end: Int64?
    /// Seconds east of UTC.
    let offset: Int64

    init(containing time: Int64, start: Int64? = nil, in zone: TimeZone) {
        let date = Date(timeIntervalSince1970: Double(time))
        let change = zone.nextDaylightSavingTimeTransition(after: date)
        let end = change.map { Int64($0.timeIntervalSince1970.rounded()) }
        self.start = start
        self.end = end.flatMap { $0 > time ? $0 : nil }
        offset = Int64(zone.secondsFromGMT(for: date))
    }

    func following(_ end: Int64, in zone: TimeZone) -> ZoneSegment {
        ZoneSegment(containing: end, start: end, in: zone)
    }
}
