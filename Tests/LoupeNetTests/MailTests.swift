import Foundation
import LoupeCore
import LoupeTelemetry
import LoupeTestSupport
import Testing

@testable import LoupeNet

@Suite("Mail")
struct MailTests {
    private func server(_ port: Int, user: String = "", from: String = "loupe@example.com") throws -> SMTPServer {
        try SMTPServer(
            url: "smtp://\(user)127.0.0.1:\(port)",
            from: from,
            timeout: .seconds(10),
            surroundings: .system
        )
    }

    /// The decoded text of a mail whose body is base64.
    private func text(_ mail: String) throws -> String {
        let parts = mail.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
        let data = try #require(Data(base64Encoded: parts[1...].joined(), options: .ignoreUnknownCharacters))
        return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }

    @Test("a mail arrives with its headers and its text, whatever characters they hold")
    func arrives() async throws {
        try await TestMailServer.with { mails in
            let long = String(repeating: "Grüße aus Köln, ", count: 200)
            let message = try MailMessage(
                to: "ada@example.org",
                subject: "Zoë lädt Sie ein, und das in einer Zeile, die länger ist als eine",
                text: ".\nHallo\n.\n\(long)\n"
            )
            try await server(mails.port, from: "Loupe für Köln <loupe@example.com>").send(message)
            let mail = try #require(try mails.mails.first)
            let lines = mail.split(whereSeparator: \.isNewline)
            #expect(lines[0] == "loupe@example.com")
            #expect(lines[1] == "ada@example.org")
            #expect(mail.contains("\nTo: <ada@example.org>"))
            #expect(mail.contains("<loupe@example.com>\r\n"))
            #expect(mail.contains("\r\nSubject: =?utf-8?B?"))
            #expect(mail.contains("@example.com>\r\nAuto-Submitted: auto-generated\r\n"))
            #expect(lines.allSatisfy { $0.utf8.count <= 78 })
            #expect(try text(mail) == message.text)
        }
    }

    @Test("a password is shown to a server that asks for it, and a wrong one is an error")
    func authenticates() async throws {
        try await TestMailServer.with(.authenticating) { mails in
            let message = try MailMessage(to: "ada@example.org", subject: "Hello", text: "Hello")
            try await server(mails.port, user: "loupe:hunter2@").send(message)
            #expect(try mails.mails.count == 1)
            for user in ["loupe:wrong@", ""] {
                let error = await #expect(throws: LoupeError.self) {
                    try await server(mails.port, user: user).send(message)
                }
                #expect(error?.code == .connectionError)
                #expect(error.map { "\($0)" }?.contains("wrong") == false)
            }
        }
    }

    @Test("a refused recipient, a server that is gone and one that says nothing are errors")
    func failures() async throws {
        let message = try MailMessage(to: "ada@example.org", subject: "Hello", text: "Hello")
        let port = try await TestMailServer.with(.refusing) { mails in
            let error = await #expect(throws: LoupeError.self) { try await server(mails.port).send(message) }
            #expect(error?.code == .connectionError)
            let taken = try mails.mails
            #expect(taken == [])
            return mails.port
        }
        let gone = await #expect(throws: LoupeError.self) { try await server(port).send(message) }
        #expect(gone?.code == .connectionError)
        let silent = try LocalListener(answers: [])
        defer { silent.close() }
        let slow = try SMTPServer(
            url: "smtp://127.0.0.1:\(silent.port)",
            from: "a@b",
            timeout: .milliseconds(200),
            surroundings: .system
        )
        let error = await #expect(throws: LoupeError.self) { try await slow.send(message) }
        #expect(error?.code == .timeout)
    }

    @Test("off this machine nothing goes out without TLS")
    func encryption() throws {
        #expect(try server(25).isOnThisMachine)
        let remote = try SMTPServer(url: "smtp://mail.example", from: "a@b", surroundings: .system)
        #expect(!remote.isOnThisMachine)
    }

    @Test(
        "what could become a second header or recipient is refused",
        arguments: [
            ("a@b\r\nBcc: c@d", "s"), ("a@b\nX: y", "s"), ("a@b>,<c@d", "s"), ("a@b,c@d", "s"), ("a b@c", "s"),
            ("a@b", "s\r\nBcc: c@d"), ("a@b", "s\nX: y"), ("a@b", "s\u{2028}X: y"), ("a@b", "s\u{0}"), ("@", "s"),
            ("", "s"),
        ]
    )
    func injection(to: String, subject: String) {
        #expect(throws: LoupeError.self) { try MailMessage(to: to, subject: subject, text: "") }
    }

    @Test("a server's URL and a sender are read or refused")
    func configuration() throws {
        for url in ["http://mail", "smtp://", "smtp://mail/path", "mail:25", "smtp://mail?x=y"] {
            #expect(throws: LoupeError.self) { try SMTPServer(url: url, from: "a@b", surroundings: .system) }
        }
        for from in ["", "a", "Loupe <a>", "Loupe <a@b", "a@b\r\nX: y"] {
            #expect(throws: LoupeError.self) { try SMTPServer(url: "smtp://mail", from: from, surroundings: .system) }
        }
        let server = try SMTPServer(url: "smtps://u%40x:p%2Fw@mail:465", from: "L <a@b>", surroundings: .system)
        #expect(server.url == "smtps://mail:465")
        #expect(server.user == "u@x")
        #expect(server.password?.reveal() == "p/w")
        #expect(server.sender.header == "L <a@b>")
    }
}
