/// How long something took, so many times.
package struct Histogram: Hashable, Sendable {
    /// Upper bounds in seconds.
    package static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// What is over the last bound is in `count` alone.
    package private(set) var counts: [Int] = Array(repeating: 0, count: bounds.count)
    package private(set) var count = 0
    package private(set) var secondsTotal = 0.0

    package init() {}

    package mutating func record(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        count += 1
        secondsTotal += seconds
        if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
    }
}
