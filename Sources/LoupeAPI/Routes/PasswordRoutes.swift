import HTTPTypes
import LoupeCore
package import LoupeServices

/// `/api/v1/auth/password`
package struct PasswordRoutes: Sendable {
    let accounts: Accounts
    let authenticator: Authenticator

    package init(accounts: Accounts, authenticator: Authenticator) {
        self.accounts = accounts
        self.authenticator = authenticator
    }

    package func add(to api: Endpoints) {
        api.post(
            "change",
            permission: .person(.view),
            summary: "Changes the caller's password and ends their other sessions",
            status: .noContent,
            options: EndpointOptions.limited(.login).with { $0.fails = [.accountLocked] },
            handler: change
        )
        api.post(
            "forgot",
            permission: .everyone,
            summary: "Has a link mailed by which a new password is set",
            status: .accepted,
            options: .limited(.login),
            handler: forgot
        )
        api.post(
            "reset",
            permission: .everyone,
            summary: "Sets a new password by a mailed link's token, and ends every session",
            status: .noContent,
            options: .limited(.login),
            handler: reset
        )
    }

    func change(_ request: AuthorizedRequest, _ body: PasswordChange) async throws -> NoContent {
        try await accounts.changePassword(
            from: body.current,
            to: body.new,
            keeping: request.identity.session,
            by: request.caller
        )
        authenticator.forget(user: request.user)
        return NoContent()
    }

    func forgot(_ request: IncomingRequest, _ body: PasswordForgotten) async throws -> AcceptedBody {
        await accounts.forgotPassword(email: body.email, from: request.accountsClient)
        return AcceptedBody(message: "If the address has an account and mail can be sent, a link is on its way.")
    }

    func reset(_ request: IncomingRequest, _ body: PasswordReset) async throws -> NoContent {
        let user = try await accounts.resetPassword(
            token: body.token,
            to: body.password,
            from: request.accountsClient
        )
        authenticator.forget(user: user.id)
        return NoContent()
    }
}

/// `POST /auth/password/change`
package struct PasswordChange: RequestBody {
    let current: String
    let new: String

    package init(_ fields: Fields) {
        current = fields.required("current_password", .text(0...1024))
        new = fields.required("new_password", .newPassword)
    }
}

/// `POST /auth/password/forgot`
package struct PasswordForgotten: RequestBody {
    let email: String

    package init(_ fields: Fields) {
        email = fields.required("email", .email)
    }
}

/// `POST /auth/password/reset`
package struct PasswordReset: RequestBody {
    let token: String
    let password: String

    package init(_ fields: Fields) {
        token = fields.required("token", .text(1...200))
        password = fields.required("password", .newPassword)
    }
}

/// What is said of work that goes on after the answer.
struct AcceptedBody: JSONEncodableBody {
    let message: String

    static let schema = Schema.object("Accepted", [.field("message", .string(1...500))])

    func write(to json: inout JSONWriter) {
        json.object { $0.field("message", message) }
    }
}

extension IncomingRequest {
    /// From where somebody signs in.
    var accountsClient: Accounts.Client {
        Accounts.Client(address: clientAddress, userAgent: userAgent, requestID: id)
    }
}
