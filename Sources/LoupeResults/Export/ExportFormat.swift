/// The forms in which a whole result is downloaded.
package enum ExportFormat: Hashable, Sendable {
    /// One JSON array of rows, each an array.
    case json
    /// RFC 4180 with a header of column names. NULL is nothing, empty text is `""`, every other value the database's
    /// own text. `spreadsheet` adds a byte order mark and a `'` before text that a spreadsheet would run as a formula.
    case csv(spreadsheet: Bool)
    /// An object by column keys a line.
    case ndjson
}
