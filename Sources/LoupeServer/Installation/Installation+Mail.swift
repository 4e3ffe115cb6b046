import Logging
import LoupeCore
import LoupeNet
import LoupeServices

extension Installation {
    /// What sends mails, and how links get to people. Throws `ExitError` for a mail server that cannot be used.
    func post() throws -> (Post, Accounts.Rules.Delivery) {
        let logger = logger
        if let mail = configuration.mail {
            let server: SMTPServer
            do {
                server = try SMTPServer(url: mail.server.text, from: mail.from, surroundings: surroundings)
            } catch {
                throw ExitError(.configuration, error.message)
            }
            let deliver: Post.Deliver = { mail in
                try await server.send(MailMessage(to: mail.to, subject: mail.subject, text: mail.text))
            }
            return (Post(deliver: deliver, logger: logger, surroundings: surroundings), .mail)
        }
        let log: Post.Deliver = { mail in
            logger.notice("There is no mail server: this link was not sent", metadata: ["link": "\(mail.link)"])
        }
        let delivery: Accounts.Rules.Delivery = configuration.environment == .development ? .log : .none
        return (Post(deliver: log, logger: logger, surroundings: surroundings), delivery)
    }
}
