/// What can be told by its words alone of a text that the grammar cannot read.
enum UnparsedText {
    private static let beginnings: Set<String> = ["select", "with", "values", "table", "explain", "show"]

    /// Whether it begins as a reading statement does and names no refused function, wherever such a name stands.
    static func mayRead(_ sql: ParsedSQL) -> Bool {
        let words = sql.tokens.filter { $0.kind == .word || $0.kind == .quotedIdentifier }
        guard let first = words.first, beginnings.contains(sql.text(of: first).lowercased()) else { return false }
        return words.allSatisfy { FunctionRules.refusal(of: name(sql.text(of: $0)), isCall: true) == nil }
    }

    /// As PostgreSQL knows it: folded, or between its quotes. One with escapes (`U&"…"`) is read as it stands, and is
    /// refused with them.
    private static func name(_ text: String) -> String {
        guard text.contains("\"") else { return text.lowercased() }
        guard text.hasPrefix("\""), text.utf8.count >= 2 else { return "dblink" }
        return String(text.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }
}
