import LoupeCore

/// Writes YAML, always the same for the same value: a line a scalar, long texts as they are, and quotes wherever another
/// reader of YAML might take a text for something else.
struct ArchiveWriter {
    private(set) var text = ""

    /// A file's whole text.
    static func text(of members: [ArchiveValue.Member]) -> String {
        var writer = ArchiveWriter()
        writer.write(members, indent: 0)
        return writer.text
    }

    private mutating func write(_ members: [ArchiveValue.Member], indent: Int) {
        for (index, member) in members.enumerated() {
            // After a dash the first member stands on its line.
            if index > 0 || indent == 0 { text += String(repeating: " ", count: indent) }
            let name = Self.scalar(member.name)
            // YAML finds the colon of a name within 1,024 characters; before a longer one it wants a mark.
            text += name.utf8.count < 1000 ? "\(name):" : "? \(name)\n\(String(repeating: " ", count: indent)):"
            write(member.value, indent: indent)
        }
    }

    /// What follows a name and its colon.
    private mutating func write(_ value: ArchiveValue, indent: Int) {
        switch value {
        case .members(let members) where !members.isEmpty:
            text += "\n" + String(repeating: " ", count: indent + 2)
            write(members, indent: indent + 2)
        case .list(let elements) where !elements.isEmpty:
            text += "\n"
            for element in elements { writeElement(element, indent: indent + 2) }
        default: text += " " + Self.leaf(value, indent: indent + 2) + "\n"
        }
    }

    private mutating func writeElement(_ element: ArchiveValue, indent: Int) {
        text += String(repeating: " ", count: indent) + "-"
        switch element {
        case .members(let members) where !members.isEmpty:
            text += " "
            write(members, indent: indent + 2)
        case .list(let elements) where !elements.isEmpty:
            text += "\n"
            for element in elements { writeElement(element, indent: indent + 2) }
        default: text += " " + Self.leaf(element, indent: indent + 2) + "\n"
        }
    }

    private static func leaf(_ value: ArchiveValue, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let digits): digits
        case .text(let text): block(text, indent: indent) ?? scalar(text)
        case .list: "[]"
        case .members: "{}"
        }
    }

    /// Several lines as they are, where YAML keeps them so.
    private static func block(_ text: String, indent: Int) -> String? {
        guard text.unicodeScalars.contains("\n"), !ArchiveText.needsEscapes(text) else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let start = first.unicodeScalars.first, start != " ", start != "\t"
        else { return nil }
        let endsWithLine = lines.last?.isEmpty == true
        if endsWithLine { lines.removeLast() }
        // More than one empty line at the end, or one of spaces, would need another mark.
        guard let last = lines.last, last.unicodeScalars.contains(where: { $0 != " " && $0 != "\t" }) else {
            return nil
        }
        let space = String(repeating: " ", count: indent)
        let body = lines.map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n")
        return (endsWithLine ? "|\n" : "|-\n") + body
    }

    static func scalar(_ text: String) -> String {
        ArchiveText.isPlain(text) ? text : ArchiveText.quoted(text)
    }
}
