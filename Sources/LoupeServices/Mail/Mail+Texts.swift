import LoupeCore

extension Mail {
    static func invitation(_ invitation: Invitation, to organization: String, link: String) -> Mail {
        let inviter = invitation.invitedByName ?? "An admin"
        return Mail(
            to: invitation.email,
            subject: "\(inviter.oneLine) invites you to \(organization.oneLine) on Loupe",
            text: """
                \(inviter) invites you to the organization \(organization) on Loupe as \(invitation.role.rawValue).

                Open this link within seven days to choose a password and sign in:

                \(link)

                It works once, and for this address only. If you did not expect it, leave it alone.

                """,
            link: link
        )
    }

    static func passwordReset(of user: User, link: String) -> Mail {
        Mail(
            to: user.email,
            subject: "Set a new password for Loupe",
            text: """
                Somebody, perhaps you, asked for a new password for your account on Loupe.

                Open this link within an hour to set one:

                \(link)

                It works once. If it was not you, leave it alone: your password stays as it is.

                """,
            link: link
        )
    }
}

extension String {
    /// Fit for a header: names may hold any character.
    fileprivate var oneLine: String {
        let controls: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map { controls.contains($0.properties.generalCategory) ? " " : $0 }
            )
        )
    }
}
