import Dispatch
import Foundation
package import LoupeCore
import LoupeTelemetry

/// The mail server that an installation sends through.
package struct SMTPServer: Sendable {
    /// `smtp://host:port` or `smtps://host:port`.
    let url: String
    let user: String?
    let password: Secret<String>?
    let sender: MailSender
    let timeout: Duration
    /// Whether what is sent leaves the machine.
    let isOnThisMachine: Bool
    private let surroundings: Surroundings

    /// `url` may hold user and password, percent-encoded. Throws `validation_failed` for what is no such URL or address.
    package init(
        url text: String,
        from: String,
        timeout: Duration = .seconds(30),
        surroundings: Surroundings
    ) throws(LoupeError) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme, ["smtp", "smtps"].contains(scheme),
            parts.host?.isEmpty == false, parts.path.isEmpty || parts.path == "/", parts.query == nil
        else { throw LoupeError.invalid("SMTP_URL", "is not smtp://user:password@host:port") }
        guard let sender = MailSender(from) else { throw LoupeError.invalid("MAIL_FROM", "is not a mail address") }
        user = parts.user
        password = parts.password.map(Secret.init)
        parts.user = nil
        parts.password = nil
        parts.path = ""
        guard let url = parts.string else { throw LoupeError.invalid("SMTP_URL", "is not a URL") }
        self.url = url
        isOnThisMachine = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(parts.host ?? "")
        self.sender = sender
        self.timeout = timeout
        self.surroundings = surroundings
    }

    /// Hands a mail over. Throws `timeout`, or `connection_error` where the server is not reached or takes it not;
    /// `underlying` tells the log why.
    package func send(_ message: MailMessage) async throws {
        let id = surroundings.newID(MailMessage.self).description
        let transfer = MailTransfer(
            server: self,
            to: message.to,
            bytes: message.bytes(from: sender, id: id, at: surroundings.now())
        )
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try transfer.perform() }.mapError(MailTransfer.translate))
            }
        }
    }
}
