import Foundation
import GRDBSQLite
import LoupeCore

extension SQLiteCursor {
    /// `SQLITE_TRANSIENT`: SQLite copies the text.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Binds each placeholder of `sql`, times as the clocks of `zone` show them. Throws `QueryFailure` where a value is
    /// missing.
    func bind(_ parameters: [BoundParameter], of sql: PlaceholderSQL, zone: TimeZone) throws {
        let values = Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first }
        for (index, placeholder) in sql.placeholders.enumerated() {
            guard let value = values[placeholder.name] else {
                throw QueryFailure(code: "rejected", message: "The parameter :\(placeholder.name) has no value")
            }
            let bound =
                if let element = placeholder.element { SQLiteCursor.elements(of: value)[element] } else { value }
            try handle.check(bind(bound, at: Int32(index + 1), zone))
        }
    }

    /// The values of a `multiple` parameter; one alone counts as a list of one.
    static func elements(of value: ParameterValue) -> [ParameterValue] {
        switch value {
        case .list(let values): values
        case .null: []
        default: [value]
        }
    }

    private func bind(_ value: ParameterValue, at index: Int32, _ zone: TimeZone) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .boolean(let flag): sqlite3_bind_int64(statement, index, flag ? 1 : 0)
        case .number(let text):
            if let integer = Int64(text) {
                sqlite3_bind_int64(statement, index, integer)
            } else {
                sqlite3_bind_double(statement, index, Double(text) ?? .nan)
            }
        case .string(let text), .date(let text): bind(text, at: index)
        case .datetime(let text): bind(SQLiteCursor.dateTime(text, in: zone), at: index)
        case .list: bind(SQLiteCursor.json(value, zone).canonicalText, at: index)
        }
    }

    private func bind(_ text: String, at index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_bind_text64(
                    statement,
                    index,
                    characters.baseAddress,
                    UInt64(characters.count),
                    SQLiteCursor.transient,
                    UInt8(SQLITE_UTF8)
                )
            }
        }
    }

    /// `2026-01-31 09:30:00` as the clocks of the statement's zone show it, written as SQLite's own functions write times:
    /// text with a `T` sorts after any of that day without. A SQLite file's times have no zone, like PostgreSQL's
    /// `timestamp`, which the server compares in the session's; and so a date, a time with an offset and one without mean
    /// the same day.
    static func dateTime(_ text: String, in zone: TimeZone) -> String {
        guard let time = Timestamp(rfc3339: text) else {
            return String(text.map { $0 == "T" || $0 == "t" ? " " : $0 })
        }
        var written = (time + .seconds(zone.secondsFromGMT(for: time.date))).description
        written.removeLast()
        if written.hasSuffix(".000") { written.removeLast(4) }
        return String(written.map { $0 == "T" ? " " : $0 })
    }

    /// For `json_each(:list)`, which is how SQLite takes a list anywhere but in `IN (:list)`.
    private static func json(_ value: ParameterValue, _ zone: TimeZone) -> JSONValue {
        switch value {
        case .null: .null
        case .boolean(let flag): .number(flag ? "1" : "0")
        case .number(let text): .number(text)
        case .string(let text), .date(let text): .string(text)
        case .datetime(let text): .string(dateTime(text, in: zone))
        case .list(let values): .array(values.map { json($0, zone) })
        }
    }
}
