import LoupeCore

/// Values that a reader of the document recognizes: by a field's name, or else by its shape.
enum Example {
    static func of(_ schema: Schema, field: String) -> JSONValue {
        if let known = byField[field], fits(known, schema) { return known }
        switch schema {
        case .text(let length, let format):
            if format == "email" { return "ada@example.org" }
            return .string(String("example".prefix(max(length.lowerBound, min(7, length.upperBound)))))
        case .integer(let range): return .of(min(max(1, range.lowerBound), range.upperBound))
        case .number(let range): return .of(min(max(1, range.lowerBound), range.upperBound))
        case .boolean: return true
        case .oneOf(let words): return .string(words.first ?? "")
        case .format("uuid"): return "0192f0c1-7b1e-7c3a-9d52-3f1f0a6b8c11"
        case .format("date-time"): return "2026-01-31T09:30:00.000Z"
        case .format: return "example"
        case .json: return [:]
        case .any: return "LGA"
        case .array, .map, .object, .nullable, .named: preconditionFailure("has no example of its own")
        }
    }

    private static let byField: [String: JSONValue] = [
        "name": "Flights a day",
        "description": "Departures from the three airports",
        "sql": "SELECT origin, count(*) FROM flights WHERE month = :month GROUP BY origin",
        "email": "ada@example.org",
        "password": "correct horse battery",
        "current_password": "correct horse battery",
        "new_password": "staple the correct horse",
        "connection_string": "postgres://reader@db.example.org/sales",
        "host": "db.example.org",
        "port": 5432,
        "database": "sales",
        "user": "reader",
        "sslmode": "verify-full",
        "time_zone": "Europe/Berlin",
        "timezone": "Europe/Berlin",
        "cron_expression": "0 7 * * MON-FRI",
        "tags": "flights",
        "title": "Flights a day",
        "timeout_seconds": 30,
        "max_rows": 10_000,
        "max_bytes": 268_435_456,
        "max_retries": 2,
        "table": "flights",
        "schema": "public",
        "content": "## Punctuality",
        "token": "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
        "color": "#3b82f6",
        "key": "origin",
        "data_type": "text",
        "search": "flights",
        "q": "flights",
    ]

    private static func fits(_ value: JSONValue, _ schema: Schema) -> Bool {
        switch (value, schema) {
        case (.string(let text), .text(let length, _)): length.contains(text.unicodeScalars.count)
        case (.number(let text), .integer(let range)): Int(text).map(range.contains) ?? false
        default: false
        }
    }
}
