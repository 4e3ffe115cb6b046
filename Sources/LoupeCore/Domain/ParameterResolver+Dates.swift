import Foundation

extension ParameterResolver {
    /// `2026-01-31` or a relative date, whose day in the zone counts.
    func date(_ text: String) throws(Problem) -> ParameterValue {
        if let relative = RelativeDate(text) {
            let moment = relative.resolve(now: now, in: zone, firstDayOfWeek: firstDayOfWeek)
            return .date(String(local(moment).prefix(10)))
        }
        var reader = DigitReader(Array(text.utf8))
        guard readDate(&reader), reader.isAtEnd else {
            throw Problem(message: "must be a date such as 2026-01-31, or relative such as today or -7d")
        }
        return .date(text)
    }

    /// RFC 3339, the same without an offset (then in the zone), or a relative date.
    func datetime(_ text: String) throws(Problem) -> ParameterValue {
        if let relative = RelativeDate(text) {
            return .datetime(local(relative.resolve(now: now, in: zone, firstDayOfWeek: firstDayOfWeek)))
        }
        var reader = DigitReader(Array(text.utf8))
        guard readDate(&reader), readTime(&reader), reader.isAtEnd || reader.offsetMinutes() != nil, reader.isAtEnd
        else {
            throw Problem(message: "must be a time such as 2026-01-31T09:30:00Z, or relative such as now or -6h")
        }
        return .datetime(text)
    }

    private func readDate(_ reader: inout DigitReader) -> Bool {
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2)
        else { return false }
        return year > 0 && CivilDate(year: Int64(year), month: month, day: day) != nil
    }

    /// `T09:30`, `T09:30:00` or `T09:30:00.5`; nothing is midnight.
    private func readTime(_ reader: inout DigitReader) -> Bool {
        guard !reader.isAtEnd else { return true }
        guard reader.skip("T") || reader.skip(" "), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), hour < 24, minute < 60
        else { return false }
        guard reader.skip(":") else { return true }
        guard let second = reader.number(2), second < 60 else { return false }
        return !reader.skip(".") || reader.fractionMilliseconds() != nil
    }

    /// RFC 3339 with the zone's offset at that moment.
    private func local(_ moment: Timestamp) -> String {
        let offset = zone.secondsFromGMT(for: moment.date)
        let shifted = moment + .seconds(offset)
        let minutes = abs(offset) / 60
        var bytes = Array(shifted.description.utf8.dropLast())
        bytes.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        bytes.appendDigits(Int64(minutes / 60), width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(Int64(minutes % 60), width: 2)
        return String(decoding: bytes, as: UTF8.self)
    }
}
