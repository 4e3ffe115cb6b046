extension SQLLexer {
    /// Passes `-- …` or `/* … */`; PostgreSQL's block comments nest, SQLite's do not.
    mutating func comment() -> SQLToken.Kind? {
        if bytes[at] == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
            skipLine()
            return .comment
        }
        guard bytes[at] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") else { return nil }
        at += 2
        var depth = 1
        while at < bytes.count, depth > 0 {
            if bytes[at] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                at += 2
            } else if flavour == .postgres, bytes[at] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                at += 2
            } else {
                at += 1
            }
        }
        return .comment
    }

    /// Passes a string or a quoted identifier with its prefix, if one begins here.
    mutating func quoted() -> SQLToken.Kind? {
        switch bytes[at] {
        case UInt8(ascii: "'"):
            string(escapes: false)
            return .string
        case UInt8(ascii: "\""):
            delimited(by: UInt8(ascii: "\""), escapes: false)
            return .quotedIdentifier
        default: return flavour == .postgres ? postgresQuoted() : sqliteQuoted()
        }
    }

    private mutating func sqliteQuoted() -> SQLToken.Kind? {
        switch bytes[at] {
        case UInt8(ascii: "`"):
            delimited(by: UInt8(ascii: "`"), escapes: false)
            return .quotedIdentifier
        case UInt8(ascii: "["):
            skip { $0 != UInt8(ascii: "]") }
            at = min(at + 1, bytes.count)
            return .quotedIdentifier
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard peek(1) == UInt8(ascii: "'") else { return nil }
            at += 1
            string(escapes: false)
            return .string
        default: return nil
        }
    }

    private mutating func postgresQuoted() -> SQLToken.Kind? {
        switch bytes[at] | 0x20 {
        case UInt8(ascii: "e"), UInt8(ascii: "b"), UInt8(ascii: "x"), UInt8(ascii: "n"):
            guard peek(1) == UInt8(ascii: "'") else { break }
            let escapes = bytes[at] | 0x20 == UInt8(ascii: "e")
            at += 1
            string(escapes: escapes)
            return .string
        case UInt8(ascii: "u"):
            guard peek(1) == UInt8(ascii: "&") else { break }
            if peek(2) == UInt8(ascii: "'") {
                at += 2
                string(escapes: false)
                return .string
            }
            guard peek(2) == UInt8(ascii: "\"") else { break }
            at += 2
            delimited(by: UInt8(ascii: "\""), escapes: false)
            return .quotedIdentifier
        default: break
        }
        return dollarQuoted()
    }

    /// Passes a string at its opening quote. PostgreSQL joins strings parted by white space with a line feed, and a
    /// continuation follows the rules of the first: after `E'a'` and a new line, `'b\''` is escaped as well.
    private mutating func string(escapes: Bool) {
        repeat {
            delimited(by: UInt8(ascii: "'"), escapes: escapes)
        } while flavour == .postgres && continueString()
    }

    /// Moves to the opening quote of a continuation and says true, or stays.
    private mutating func continueString() -> Bool {
        let end = at
        var sawNewline = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x0A || byte == 0x0D {
                sawNewline = true
                at += 1
            } else if SQLLexer.isSpace(byte) {
                at += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
                skipLine()
            } else {
                break
            }
        }
        if sawNewline, at < bytes.count, bytes[at] == UInt8(ascii: "'") { return true }
        at = end
        return false
    }

    /// From an opening quote past the closing one; a doubled quote stands for itself.
    private mutating func delimited(by quote: UInt8, escapes: Bool) {
        at += 1
        while at < bytes.count {
            if escapes, bytes[at] == UInt8(ascii: "\\") {
                at = min(at + 2, bytes.count)
            } else if bytes[at] != quote {
                at += 1
            } else if peek(1) == quote {
                at += 2
            } else {
                at += 1
                return
            }
        }
    }

    /// `$$…$$` or `$tag$…$tag$`; nothing inside means anything.
    private mutating func dollarQuoted() -> SQLToken.Kind? {
        guard bytes[at] == UInt8(ascii: "$") else { return nil }
        var close = at + 1
        if close < bytes.count, SQLLexer.startsWord(bytes[close]) {
            while close < bytes.count, SQLLexer.startsWord(bytes[close]) || SQLLexer.isDigit(bytes[close]) {
                close += 1
            }
        }
        guard close < bytes.count, bytes[close] == UInt8(ascii: "$") else { return nil }
        let tag = bytes[at...close]
        at = close + 1
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "$"), bytes[at...].starts(with: tag) {
                at += tag.count
                return .string
            }
            at += 1
        }
        return .string
    }

    /// To the end of the line, before its line feed; SQLite does not end a comment at a carriage return.
    private mutating func skipLine() {
        let endsAtReturn = flavour == .postgres
        skip { $0 != 0x0A && !(endsAtReturn && $0 == 0x0D) }
    }
}
