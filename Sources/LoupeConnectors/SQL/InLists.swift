/// Where a `multiple` parameter stands as an element of `IN (…)` and becomes as many placeholders as it has values.
struct InLists: Sendable {
    struct List: Sendable {
        /// The token `IN`.
        var word: Int
        /// The token `NOT` before it.
        var negation: Int?
        /// The token of a parameter that is a whole element; nil for any other element.
        var elements: [Int?] = []
        var commas: [Int] = []
        /// The closing parenthesis, nil where it is missing.
        var close: Int?
    }

    struct Place: Sendable {
        var list: Int
        var index: Int
    }

    private(set) var lists: [List] = []
    /// By token.
    private(set) var elements: [Int: Place] = [:]
    private(set) var commas: [Int: Place] = [:]
    private(set) var closes: [Int: Int] = [:]
    /// `IN`, and the `NOT` before it.
    private(set) var words: [Int: Int] = [:]

    init(_ tokens: [SQLToken], bytes: [UInt8]) {
        var reader = InListReader(bytes: bytes)
        for (index, token) in tokens.enumerated() where token.isSignificant { reader.read(token, index: index) }
        lists = reader.lists
        for (list, found) in lists.enumerated() {
            for (index, token) in found.elements.enumerated() {
                if let token { elements[token] = Place(list: list, index: index) }
            }
            for (index, token) in found.commas.enumerated() { commas[token] = Place(list: list, index: index) }
            if let close = found.close { closes[close] = list }
            words[found.word] = list
            if let negation = found.negation { words[negation] = list }
        }
    }
}

/// Follows the parentheses of a text and keeps the lists after `IN`.
private struct InListReader {
    let bytes: [UInt8]
    var lists: [InLists.List] = []
    /// An entry an open parenthesis or bracket: the list that it began, if any.
    private var open: [Int?] = []
    /// The tokens of the element under way in each open list: a parameter alone, or something else.
    private var element: [(tokens: Int, parameter: Int?)] = []
    private var last = Word()
    private var before = Word()

    private struct Word {
        var text = ""
        var index = 0
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read(_ token: SQLToken, index: Int) {
        let isSymbol = token.kind == .symbol && token.range.count == 1
        let byte = bytes[token.range.lowerBound]
        if isSymbol, byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") {
            begin(isList: byte == UInt8(ascii: "(") && last.text == "in")
        } else if isSymbol, byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") {
            end(index: index)
        } else if isSymbol, byte == UInt8(ascii: ","), let last = open.last, let list = last {
            endElement(of: list)
            lists[list].commas.append(index)
        } else if !element.isEmpty {
            element[element.count - 1].tokens += 1
            element[element.count - 1].parameter = token.kind == .parameter ? index : nil
        }
        before = last
        let text = token.kind == .word ? String(decoding: bytes[token.range], as: UTF8.self).lowercased() : ""
        last = Word(text: text, index: index)
    }

    private mutating func begin(isList: Bool) {
        if !element.isEmpty { element[element.count - 1].tokens += 1 }
        if isList {
            lists.append(InLists.List(word: last.index, negation: before.text == "not" ? before.index : nil))
        }
        open.append(isList ? lists.count - 1 : nil)
        element.append((0, nil))
    }

    private mutating func end(index: Int) {
        if let last = open.popLast(), let list = last {
            endElement(of: list)
            lists[list].close = index
        }
        _ = element.popLast()
        if !element.isEmpty { element[element.count - 1].tokens += 1 }
    }

    private mutating func endElement(of list: Int) {
        guard let (tokens, parameter) = element.popLast() else { return }
        lists[list].elements.append(tokens == 1 ? parameter : nil)
        element.append((0, nil))
    }
}
