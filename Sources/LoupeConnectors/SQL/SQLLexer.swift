/// Cuts SQL into tokens without ever failing: what does not end goes on to the end of the text, and the database says so.
///
/// Source for PostgreSQL: `src/backend/parser/scan.l` of version 15; for SQLite: `src/tokenize.c` of 3.40.
package struct SQLLexer {
    let bytes: [UInt8]
    let flavour: SQLFlavour
    var at = 0
    /// The brackets that are open, the innermost last.
    private var openers: [UInt8] = []
    /// Whether a value stands just before, so that a colon inside `[…]` parts the bounds of a slice.
    private var followsOperand = false

    package init(_ bytes: [UInt8], flavour: SQLFlavour) {
        self.bytes = bytes
        self.flavour = flavour
    }

    package static func tokens(of bytes: [UInt8], flavour: SQLFlavour) -> [SQLToken] {
        var lexer = SQLLexer(bytes, flavour: flavour)
        var tokens: [SQLToken] = []
        while let token = lexer.next() { tokens.append(token) }
        return tokens
    }

    package mutating func next() -> SQLToken? {
        guard at < bytes.count else { return nil }
        let start = at
        let kind = scan()
        let token = SQLToken(kind: kind, range: start..<at)
        if token.isSignificant { note(token) }
        return token
    }

    private mutating func scan() -> SQLToken.Kind {
        let byte = bytes[at]
        if SQLLexer.isSpace(byte) {
            skip(while: SQLLexer.isSpace)
            return .space
        }
        if let kind = comment() ?? quoted() { return kind }
        if SQLLexer.startsWord(byte) {
            skip(while: SQLLexer.continuesWord)
            return .word
        }
        if SQLLexer.isDigit(byte) || (byte == UInt8(ascii: ".") && SQLLexer.isDigit(peek(1))) {
            skip { SQLLexer.isDigit($0) || SQLLexer.startsWord($0) || $0 == UInt8(ascii: ".") }
            return .number
        }
        if byte == UInt8(ascii: ":") { return colon() }
        if let kind = foreignParameter() { return kind }
        at += 1
        return .symbol
    }

    /// `::` and `:=` are one token. `[:name]` is a subscript by a parameter; a colon after an operand inside brackets,
    /// as in `a[1:n]`, parts a slice. A slice without its lower bound is written `a[: n]`, with the space.
    private mutating func colon() -> SQLToken.Kind {
        let following = peek(1)
        if following == UInt8(ascii: ":") || following == UInt8(ascii: "=") {
            at += 2
            return .symbol
        }
        let isSlice = flavour == .postgres && openers.last == UInt8(ascii: "[") && followsOperand
        guard SQLLexer.startsWord(following), !isSlice else {
            if flavour == .sqlite, SQLLexer.isDigit(following) {
                at += 1
                skip(while: SQLLexer.continuesWord)
                return .foreignParameter
            }
            at += 1
            return .symbol
        }
        at += 1
        skip { SQLLexer.continuesWord($0) && $0 != UInt8(ascii: "$") }
        return .parameter
    }

    private mutating func foreignParameter() -> SQLToken.Kind? {
        switch (flavour, bytes[at]) {
        case (.postgres, UInt8(ascii: "$")):
            guard SQLLexer.isDigit(peek(1)) else { return nil }
            at += 1
            skip(while: SQLLexer.isDigit)
        case (.sqlite, UInt8(ascii: "?")):
            at += 1
            skip(while: SQLLexer.isDigit)
        case (.sqlite, UInt8(ascii: "$")), (.sqlite, UInt8(ascii: "@")), (.sqlite, UInt8(ascii: "#")):
            at += 1
            skip(while: SQLLexer.continuesWord)
        default: return nil
        }
        return .foreignParameter
    }

    /// Keeps what `colon` needs to know of the tokens before.
    private mutating func note(_ token: SQLToken) {
        switch token.kind {
        case .string, .quotedIdentifier, .number, .parameter, .foreignParameter: followsOperand = true
        case .word: followsOperand = !SQLLexer.expectsOperand.contains(folded(token.range))
        case .symbol:
            let byte = bytes[token.range.lowerBound]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["): openers.append(byte)
            case UInt8(ascii: ")"), UInt8(ascii: "]"): _ = openers.popLast()
            default: break
            }
            followsOperand = byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]")
        case .space, .comment: break
        }
    }

    /// Keywords after which a value begins, as inside `a[CASE WHEN :flag THEN :first ELSE :second END]`.
    private static let expectsOperand: Set<String> = [
        "and", "between", "by", "case", "distinct", "else", "from", "having", "ilike", "in", "is", "like", "limit",
        "not", "offset", "on", "or", "select", "similar", "then", "to", "when", "where",
    ]

    private func folded(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self).lowercased()
    }
}

extension SQLLexer {
    /// The byte `distance` ahead, or NUL past the end.
    func peek(_ distance: Int) -> UInt8 {
        at + distance < bytes.count ? bytes[at + distance] : 0
    }

    mutating func skip(while matches: (UInt8) -> Bool) {
        while at < bytes.count, matches(bytes[at]) { at += 1 }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte)
    }

    static func startsWord(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    static func continuesWord(_ byte: UInt8) -> Bool {
        startsWord(byte) || isDigit(byte) || byte == UInt8(ascii: "$")
    }
}
