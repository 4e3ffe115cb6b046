extension ParsedSQL {
    /// In bytes of the person's text: what the API accepts, and what a 64 MiB stack parses with a wide margin.
    package static let maximumBytes = 100_000

    static let tooLong = [
        SQLProblem(
            .tooLong,
            "SQL is longer than 100,000 bytes",
            at: SQLPosition(position: 1, line: 1, column: 1, length: 0)
        )
    ]

    /// What no database needs to be asked about.
    package var problems: [SQLProblem] {
        guard bytes.count <= ParsedSQL.maximumBytes else { return ParsedSQL.tooLong }
        var found: [SQLProblem] = []
        if let nul = bytes.firstIndex(of: 0) {
            // C libraries end the text there: what follows would go unread.
            found.append(SQLProblem(.nulCharacter, "SQL has a NUL character", at: position(ofByte: nul)))
        }
        for token in tokens.lazy.filter({ $0.kind == .foreignParameter }).prefix(100) {
            let message = "\(text(of: token)) is not a parameter of Loupe: write :name"
            found.append(SQLProblem(.positionalParameter, message, at: position(ofByte: token.range.lowerBound)))
        }
        if !tokens.contains(where: { $0.isSignificant && !isSemicolon($0) }) {
            found.append(SQLProblem(.empty, "There is no statement", at: position(ofByte: bytes.count)))
        }
        return found
    }

    private func isSemicolon(_ token: SQLToken) -> Bool {
        token.kind == .symbol && bytes[token.range.lowerBound] == UInt8(ascii: ";")
    }
}
