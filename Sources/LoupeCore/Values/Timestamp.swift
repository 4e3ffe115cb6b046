package import Foundation

/// A moment in milliseconds since 1970-01-01T00:00:00Z, the precision in which Loupe stores its own times.
///
/// Wall time is for display, cron and retention only; what must measure uses a monotonic clock.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + duration.wholeMilliseconds)
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds - duration.wholeMilliseconds)
    }

    /// The time from `start` to this moment.
    package func since(_ start: Timestamp) -> Duration {
        .milliseconds(milliseconds - start.milliseconds)
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    package init(_ date: Date) {
        milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-01-31T09:30:00.000Z`.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the RFC 3339 form; years outside 0…9999 are written as they are, with as many digits as they need.
    package func append(to bytes: inout [UInt8]) {
        let day = milliseconds.flooringDivide(86_400_000)
        let inDay = milliseconds - day * 86_400_000
        let date = CivilDate(daysSince1970: day)
        bytes.appendDigits(date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(Int64(date.month), width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(Int64(date.day), width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendDigits(inDay / 3_600_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(inDay / 60_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(inDay / 1000 % 60, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.appendDigits(inDay % 1000, width: 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads RFC 3339 with `Z` or an offset and any number of fraction digits (finer than milliseconds is cut).
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), let date = CivilDate(year: Int64(year), month: month, day: day),
            reader.skip("T") || reader.skip("t") || reader.skip(" "), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let read = reader.fractionMilliseconds() else { return nil }
            fraction = read
        }
        guard let offset = reader.offsetMinutes(), reader.isAtEnd else { return nil }
        let minutes = Int64(hour * 60 + minute - offset)
        milliseconds = date.daysSince1970 * 86_400_000 + minutes * 60_000 + Int64(second) * 1000 + fraction
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity.
    package func flooringDivide(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// Appends a number in decimal, padded with zeros to `width`.
    package mutating func appendDigits(_ number: Int64, width: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let digits = String(number.magnitude).utf8
        for _ in 0..<Swift.max(0, width - digits.count) { append(UInt8(ascii: "0")) }
        append(contentsOf: digits)
    }
}
