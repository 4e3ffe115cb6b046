import LoupeCore

/// Search in an object's folded name and text: anywhere from three characters, by the trigram index; below that the
/// beginning of a word of the name, as two characters match half of everything.
struct TextSearch {
    let folded: String

    /// Nil where there is nothing to search for.
    init?(_ text: String?) {
        guard let folded = text?.folded, !folded.isEmpty else { return nil }
        self.folded = folded
    }

    /// Over `search_documents AS d`.
    func condition(_ dialect: Dialect) -> SQL {
        guard folded.unicodeScalars.count >= 3 else {
            let start = SQLValue.text("\(escaped)%")
            let inside = SQLValue.text("% \(escaped)%")
            return #"(d.name LIKE \#(start) ESCAPE '\' OR d.name LIKE \#(inside) ESCAPE '\')"#
        }
        switch dialect {
        case .sqlite:
            return "d.n IN (SELECT rowid FROM search_documents_fts WHERE search_documents_fts MATCH \(phrase))"
        case .postgres:
            let pattern = SQLValue.text("%\(escaped)%")
            return #"d.text LIKE \#(pattern) ESCAPE '\'"#
        }
    }

    /// Anywhere in the text of `sql_texts AS x`: by the trigram index, or by looking at all of the organization's for a
    /// text without three characters.
    func condition(onSQL dialect: Dialect) -> SQL {
        let pattern = SQLValue.text("%\(escaped)%")
        guard dialect == .sqlite, folded.unicodeScalars.count >= 3 else {
            return #"x.folded LIKE \#(pattern) ESCAPE '\'"#
        }
        return "x.n IN (SELECT rowid FROM sql_texts_fts WHERE sql_texts_fts MATCH \(phrase))"
    }

    /// A quoted phrase of trigrams is the text itself.
    private var phrase: SQLValue {
        .text("\"\(folded.replacing("\"", with: "\"\""))\"")
    }

    var escaped: String { TextSearch.escaped(folded) }

    /// A LIKE pattern for folded text anywhere, with `ESCAPE '\'`.
    static func pattern(containing folded: String) -> String {
        "%\(escaped(folded))%"
    }

    private static func escaped(_ folded: String) -> String {
        folded.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
