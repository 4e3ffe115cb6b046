/// One of the six places of a cron expression.
enum CronField: String, CaseIterable, Sendable {
    case second
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"

    /// Sunday is 0 and 7.
    var range: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// Words for values, the first for the least value.
    var words: [String] {
        switch self {
        case .second, .minute, .hour, .dayOfMonth: []
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        }
    }
}

/// The values of a field, a bit each.
struct CronValues: Hashable, Sendable {
    private(set) var bits: UInt64 = 0

    init() {}

    init(_ range: ClosedRange<Int>, step: Int = 1) {
        for value in stride(from: range.lowerBound, through: range.upperBound, by: step) { insert(value) }
    }

    mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }
    mutating func remove(_ value: Int) { bits &= ~(1 << UInt64(value)) }
    mutating func formUnion(_ other: CronValues) { bits |= other.bits }

    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// The least value that is not below `start`.
    func next(from start: Int) -> Int? {
        let rest = bits >> UInt64(start)
        return rest == 0 ? nil : start + rest.trailingZeroBitCount
    }

    /// The least value; a field has at least one.
    var first: Int { bits.trailingZeroBitCount }
    var count: Int { bits.nonzeroBitCount }
    var list: [Int] { (0..<64).filter(contains) }
}
