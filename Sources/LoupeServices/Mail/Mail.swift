/// A mail to be sent, with the link that it is sent for.
package struct Mail: Hashable, Sendable {
    package var to: String
    package var subject: String
    package var text: String
    package var link: String

    package init(to: String, subject: String, text: String, link: String) {
        self.to = to
        self.subject = subject
        self.text = text
        self.link = link
    }
}
