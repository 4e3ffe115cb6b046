/// How far a reader of numbered events came, where numbers are drawn before the commit: a lower one may show up after a
/// higher one, and one of a transaction that was rolled back never does.
package struct EventCursor: Sendable {
    /// The highest number seen.
    package private(set) var last: Int64
    /// Lower numbers that were not seen yet, with when they were missed first.
    private var missing: [Int64: ContinuousClock.Instant] = [:]

    /// A transaction that takes longer is taken for rolled back.
    package static let patience = Duration.seconds(60)
    /// More than that in one hole were never drawn one after the other by open transactions.
    package static let widestHole: Int64 = 100

    /// Starts after the events with those numbers, ascending.
    package init(after numbers: [Int64], at now: ContinuousClock.Instant) {
        last = numbers.first ?? 0
        for number in numbers.dropFirst() { _ = take(number, at: now) }
    }

    package var missingNumbers: [Int64] { missing.keys.sorted() }

    /// Every event up to here was seen: who has come so far goes on from here and misses none.
    package var settled: Int64 { missing.keys.min().map { $0 - 1 } ?? last }

    /// Whether the event is new to the reader.
    package mutating func take(_ number: Int64, at now: ContinuousClock.Instant) -> Bool {
        guard number > last else { return missing.removeValue(forKey: number) != nil }
        let hole = (last + 1)..<number
        if last > 0, hole.count <= EventCursor.widestHole {
            for skipped in hole { missing[skipped] = now }
        }
        last = number
        return true
    }

    /// Gives up what was missed for too long.
    package mutating func giveUp(at now: ContinuousClock.Instant) {
        guard !missing.isEmpty else { return }
        missing = missing.filter { now - $0.value < EventCursor.patience }
    }
}
