/// Whom mails come from: `loupe@example.com` or `Loupe <loupe@example.com>`.
struct MailSender: Hashable, Sendable {
    let name: String?
    let address: String

    /// Nil for what is neither form.
    init?(_ text: String) {
        if text.hasSuffix(">"), let start = text.lastIndex(of: "<") {
            let words = text[..<start].split(separator: " ").joined(separator: " ")
            name = words.isEmpty ? nil : words
            address = String(text[text.index(after: start)...].dropLast())
        } else {
            name = nil
            address = text
        }
        guard MailMessage.isAddress(address), MailMessage.isHeader(name ?? "") else { return nil }
    }

    /// As a header has it.
    var header: String {
        guard let name else { return "<\(address)>" }
        let isPlain = name.unicodeScalars.allSatisfy { $0.isASCII && ($0 == " " || $0.properties.isAlphabetic) }
        return "\(isPlain ? name : MailMessage.encodedWords(name)) <\(address)>"
    }

    var domain: Substring { address.drop { $0 != "@" }.dropFirst() }
}
