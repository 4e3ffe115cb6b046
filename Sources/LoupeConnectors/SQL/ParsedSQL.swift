/// SQL as a person wrote it, with its `:name` parameters found.
package struct ParsedSQL: Sendable {
    package let text: String
    package let flavour: SQLFlavour
    package let tokens: [SQLToken]
    /// Without their colons, each once, in order of first appearance.
    package let parameterNames: [String]
    let bytes: [UInt8]
    let lists: InLists

    package init(_ text: String, flavour: SQLFlavour) {
        let bytes = Array(text.utf8)
        let tokens = SQLLexer.tokens(of: bytes, flavour: flavour)
        var names: [String] = []
        var known: Set<String> = []
        for token in tokens where token.kind == .parameter {
            let name = String(decoding: bytes[token.range.dropFirst()], as: UTF8.self)
            if known.insert(name).inserted { names.append(name) }
        }
        self.text = text
        self.flavour = flavour
        self.bytes = bytes
        self.tokens = tokens
        parameterNames = names
        lists = InLists(tokens, bytes: bytes)
    }

    /// The text of a token.
    package func text(of token: SQLToken) -> String {
        String(decoding: bytes[token.range], as: UTF8.self)
    }

    func name(of parameter: SQLToken) -> String {
        String(decoding: bytes[parameter.range.dropFirst()], as: UTF8.self)
    }

    /// The token at a byte, or the next one that means something where that is white space or a comment.
    package func token(atByte offset: Int) -> SQLToken? {
        guard let found = tokens.firstIndex(where: { $0.range.upperBound > offset }) else { return nil }
        return tokens[found...].first(where: \.isSignificant) ?? tokens[found]
    }

    /// Where a byte of the text is for a person; the length is that of the rest of the token there, 0 at the end.
    package func position(ofByte offset: Int) -> SQLPosition {
        let offset = min(max(offset, 0), bytes.count)
        var place = SQLPosition(position: 1, line: 1, column: 1, length: 0)
        for index in 0..<offset where bytes[index] & 0xC0 != 0x80 {
            place.position += 1
            let endsLine =
                bytes[index] == 0x0A
                || bytes[index] == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
            place.line += endsLine ? 1 : 0
            place.column = endsLine ? 1 : place.column + 1
        }
        if let token = tokens.first(where: { $0.range.upperBound > offset }) {
            place.length = bytes[offset..<token.range.upperBound].count { $0 & 0xC0 != 0x80 }
        }
        return place
    }
}
