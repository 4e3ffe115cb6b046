import LoupeCore

/// Which texts may stand in YAML as they are.
enum ArchiveText {
    /// Words that some reader takes for no text.
    private static let words: Set<String> = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity",
    ]

    /// Letters first, then what means nothing to YAML; or an id.
    static func isPlain(_ text: String) -> Bool {
        if Identifier<Void>(text)?.description == text { return true }
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, text.unicodeScalars.last != " ",
            text.utf8.count <= 200, !words.contains(text.lowercased())
        else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "0"..."9", " ", "_", "-", ".", "/", "(", ")", "+", "%", "=", "@", ",": true
            default: scalar.properties.isAlphabetic
            }
        }
    }

    /// Whether it holds what YAML changes or forbids, or what could be taken for an anchor: readers of exports refuse
    /// those.
    static func needsEscapes(_ text: String) -> Bool {
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t": break
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                return true
            case "&", "*": if isBoundary(before) { return true }
            default: break
            }
            before = scalar
        }
        return false
    }

    /// Whether what follows begins a value, as far as a glance can tell.
    static func isBoundary(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\n", "\t", "\r", "[", "{", ",": true
        default: false
        }
    }

    /// In double quotes, on one line, with JSON's escapes, which are YAML's too. A byte order mark at the start is left
    /// out: the reader takes it away however it is written (Foundation does, where it makes a text of UTF-8).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars.drop(while: { $0 == "\u{FEFF}" }) {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
                quoted += escape(scalar)
            case "&", "*": quoted += isBoundary(before) ? escape(scalar) : String(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
            before = scalar
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
