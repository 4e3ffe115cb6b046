/// How log entries are written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `2026-01-31T09:30:00.000Z info loupe.api: request completed http.status=200`
    case text
    /// For machines: one JSON object a line.
    case json
}
