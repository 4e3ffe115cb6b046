import Foundation
package import LoupeCore

/// A plain text mail to one person.
package struct MailMessage: Hashable, Sendable {
    package let to: String
    package let subject: String
    /// Lines end in `\n`; any characters.
    package let text: String

    /// Throws `validation_failed` for an address or a subject that could become a second header or a second recipient.
    package init(to: String, subject: String, text: String) throws(LoupeError) {
        guard MailMessage.isAddress(to) else {
            throw LoupeError.invalid("email", "is not an address that mail can be sent to")
        }
        guard MailMessage.isHeader(subject) else {
            throw LoupeError.invalid("subject", "must not contain control characters")
        }
        self.to = to
        self.subject = subject
        self.text = text
    }

    /// Whether mail can be sent to it as it stands: one `@`, and nothing that means something in a header or a command.
    package static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let special = Set("<>()[],;:\\\"".unicodeScalars)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && isHeader(text)
            && text.unicodeScalars.allSatisfy { $0 != " " && !special.contains($0) }
    }

    static func isHeader(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0.value != 0x2028 && $0.value != 0x2029
        }
    }

    /// The mail as SMTP carries it (RFC 5322, MIME): lines of at most 76 characters that end in CR LF, all ASCII but for
    /// an address that is not.
    func bytes(from sender: MailSender, id: String, at time: Timestamp) -> [UInt8] {
        let head = [
            "From: \(sender.header)", "To: <\(to)>", "Subject: \(MailMessage.encoded(subject))",
            "Date: \(MailMessage.date(time))", "Message-ID: <\(id)@\(sender.domain)>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64", "",
        ]
        let body = Data(text.replacingOccurrences(of: "\n", with: "\r\n").utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        return Array((head.joined(separator: "\r\n") + "\r\n" + body + "\r\n").utf8)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.allSatisfy { $0 < 0x80 } && text.utf8.count <= 60 ? text : encodedWords(text)
    }

    /// Encoded words (RFC 2047), each of at most 75 characters and on a line of its own.
    static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text {
            if part.utf8.count + character.utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.append(character)
        }
        return (words + [part]).map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func date(_ time: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
    }
}
