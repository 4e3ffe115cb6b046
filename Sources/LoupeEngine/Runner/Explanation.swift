import LoupeConnectors
import LoupeCore

/// A statement as a question to the planner, with the way back to positions in the person's text.
struct Explanation: Hashable, Sendable {
    /// Semicolons before the statement are spaces, so that every position stays where it was.
    let sql: String
    private let prefix: String

    init(of text: String, kind: Datasource.Kind) {
        let parsed = ParsedSQL(text, flavour: kind == .sqlite ? .sqlite : .postgres)
        var bytes = Array(text.utf8)
        var first: SQLToken?
        for token in parsed.tokens where token.isSignificant {
            guard bytes[token.range] == [UInt8(ascii: ";")] else {
                first = token
                break
            }
            bytes[token.range.lowerBound] = UInt8(ascii: " ")
        }
        let isQuestion = first.map { parsed.text(of: $0).lowercased() } == "explain"
        prefix =
            switch kind {
            case .sqlite: isQuestion ? "" : "EXPLAIN QUERY PLAN "
            case .postgres: "EXPLAIN "
            }
        sql = prefix + String(decoding: bytes, as: UTF8.self)
    }

    /// A failure with its position in the text as it was given.
    func placed(_ failure: QueryFailure) -> QueryFailure {
        var placed = failure
        let length = prefix.unicodeScalars.count
        placed.position = failure.position.map { max(1, $0 - length) }
        if failure.line == 1 { placed.column = failure.column.map { max(1, $0 - length) } }
        return placed
    }
}
