/// Which time a canvas looks at: a span that ends now or a while ago, or two fixed moments.
package struct CanvasWindow: Hashable, Sendable {
    package enum Preset: String, CaseIterable, Sendable {
        /// No span: both ends are the same moment.
        case now
        case hour = "1h"
        case threeHours = "3h"
        case sixHours = "6h"
        case twelveHours = "12h"
        case day = "24h"
        case week = "7d"
        case month = "30d"
        case quarter = "90d"
        case custom
    }

    package var preset = Preset.week
    /// How far before now a preset's span ends, in milliseconds.
    package var offset = 0
    package var customStart: Timestamp?
    package var customEnd: Timestamp?

    /// A hundred years: more would leave the times that every database knows.
    package static let offsetRange = 0...3_155_760_000_000

    package init() {}

    /// What is wrong with it, by the API's names of its parts.
    package var problems: [LoupeError.Detail] {
        if let customStart, let customEnd, customStart >= customEnd {
            return [LoupeError.Detail(field: "time_custom_end", message: "must be after time_custom_start")]
        }
        guard preset == .custom else { return [] }
        return [("time_custom_start", customStart), ("time_custom_end", customEnd)].compactMap { name, time in
            time == nil ? LoupeError.Detail(field: name, message: "is required for a custom window") : nil
        }
    }

    /// Its two ends at a moment. Only a custom window without its times has none.
    package func resolved(at now: Timestamp) -> (start: Timestamp, end: Timestamp)? {
        guard let span = preset.span else {
            guard let customStart, let customEnd else { return nil }
            return (customStart, customEnd)
        }
        let end = now - .milliseconds(offset)
        return (end - span, end)
    }
}

extension CanvasWindow.Preset {
    /// Nil for a custom window, which has its own ends.
    fileprivate var span: Duration? {
        let hour = 3600
        return switch self {
        case .now: .zero
        case .hour: .seconds(hour)
        case .threeHours: .seconds(3 * hour)
        case .sixHours: .seconds(6 * hour)
        case .twelveHours: .seconds(12 * hour)
        case .day: .seconds(24 * hour)
        case .week: .seconds(7 * 24 * hour)
        case .month: .seconds(30 * 24 * hour)
        case .quarter: .seconds(90 * 24 * hour)
        case .custom: nil
        }
    }
}
