extension ParsedSQL {
    /// Puts `$1` or `?1` for each `:name`, one placeholder a name.
    ///
    /// A name in `counts` is a list of so many values: as an element of `IN (…)` it becomes a placeholder a value, anywhere
    /// else, as in `= ANY(:x)`, it stays one for the whole list. An empty list leaves `IN` nothing to match and `NOT IN`
    /// everything: SQLite knows `IN ()`, PostgreSQL gets `OPERATOR(=) ANY ('{}')` and `OPERATOR(<>) ALL ('{}')`. Those are
    /// false and true whatever stands before them, as `IN ()` would be, and an operator written so binds as `IN` does to
    /// what stands around it, where `=` would not.
    package func placeholders(expanding counts: [String: Int] = [:]) -> PlaceholderSQL {
        var writer = PlaceholderWriter(sql: self, counts: counts)
        for (index, token) in tokens.enumerated() { writer.write(token, index: index) }
        return writer.result
    }
}

private struct PlaceholderWriter {
    let sql: ParsedSQL
    let counts: [String: Int]
    private var output: [UInt8] = []
    private var segments: [PlaceholderSQL.Segment] = []
    private var placeholders: [PlaceholderSQL.Placeholder] = []
    private var numbers: [PlaceholderSQL.Placeholder: Int] = [:]

    init(sql: ParsedSQL, counts: [String: Int]) {
        self.sql = sql
        self.counts = counts
        output.reserveCapacity(sql.bytes.count + 64)
    }

    var result: PlaceholderSQL {
        PlaceholderSQL(
            source: sql,
            text: String(decoding: output, as: UTF8.self),
            placeholders: placeholders,
            segments: segments
        )
    }

    mutating func write(_ token: SQLToken, index: Int) {
        if token.kind == .parameter {
            parameter(token, index: index)
        } else if let place = sql.lists.commas[index] {
            if keepsComma(place) { verbatim(token) } else { mark(token, isVerbatim: false) }
        } else if let list = sql.lists.closes[index] {
            if needsArray(list) { insert("'{}'", for: token) }
            verbatim(token)
        } else if let list = sql.lists.words[index], needsArray(list) {
            comparison(token, isWord: sql.lists.lists[list].word == index, in: list)
        } else {
            verbatim(token)
        }
    }

    private func needsArray(_ list: Int) -> Bool {
        sql.flavour == .postgres && sql.lists.lists[list].close != nil && isEmpty(list)
    }

    /// In place of `IN`; its `NOT` vanishes.
    private mutating func comparison(_ token: SQLToken, isWord: Bool, in list: Int) {
        guard isWord else { return mark(token, isVerbatim: false) }
        let isNegated = sql.lists.lists[list].negation != nil
        insert(isNegated ? "OPERATOR(<>) ALL " : "OPERATOR(=) ANY ", for: token)
    }

    private mutating func parameter(_ token: SQLToken, index: Int) {
        let name = sql.name(of: token)
        guard sql.lists.elements[index] != nil, let count = counts[name] else {
            insert(placeholder(PlaceholderSQL.Placeholder(name: name)), for: token)
            return
        }
        var list: [String] = []
        for element in 0..<count {
            list.append(placeholder(PlaceholderSQL.Placeholder(name: name, element: element)))
        }
        insert(list.joined(separator: ", "), for: token)
    }

    private mutating func placeholder(_ wanted: PlaceholderSQL.Placeholder) -> String {
        let number: Int
        if let known = numbers[wanted] {
            number = known
        } else {
            placeholders.append(wanted)
            number = placeholders.count
            numbers[wanted] = number
        }
        return (sql.flavour == .postgres ? "$" : "?") + String(number)
    }

    private func isKept(_ element: Int?) -> Bool {
        element.map { counts[sql.name(of: sql.tokens[$0])] != 0 } ?? true
    }

    /// Whether every element of a list with a parameter in it vanishes.
    private func isEmpty(_ list: Int) -> Bool {
        let elements = sql.lists.lists[list].elements
        return elements.contains { $0 != nil } && !elements.contains(where: isKept)
    }

    /// An element that vanishes takes the comma before it along, or the one after it where it comes first.
    private func keepsComma(_ place: InLists.Place) -> Bool {
        let elements = sql.lists.lists[place.list].elements
        guard place.index + 1 < elements.count else { return true }
        return isKept(elements[place.index + 1]) && elements[...place.index].contains(where: isKept)
    }

    private mutating func verbatim(_ token: SQLToken) {
        if segments.last?.isVerbatim != true { mark(token, isVerbatim: true) }
        output.append(contentsOf: sql.bytes[token.range])
    }

    /// A space keeps `LIMIT:n` from becoming `LIMIT$1`, which PostgreSQL reads as one word, and `:a$b` apart.
    private mutating func insert(_ text: String, for token: SQLToken) {
        mark(token, isVerbatim: false)
        if let last = output.last, SQLLexer.continuesWord(last), !text.isEmpty { output.append(UInt8(ascii: " ")) }
        output.append(contentsOf: text.utf8)
        let next = token.range.upperBound
        if token.kind == .parameter, next < sql.bytes.count, SQLLexer.continuesWord(sql.bytes[next]) {
            output.append(UInt8(ascii: " "))
        }
    }

    private mutating func mark(_ token: SQLToken, isVerbatim: Bool) {
        segments.append(
            PlaceholderSQL.Segment(start: output.count, source: token.range.lowerBound, isVerbatim: isVerbatim)
        )
    }
}
