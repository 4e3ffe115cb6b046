import LoupeCore
import LoupeSecurity
import LoupeServices

struct SetupBody: JSONEncodableBody {
    let setup: Accounts.Setup

    static let schema = Schema.object(
        "Setup",
        [
            .field("needs_setup", .boolean),
            .field("setup_code_required", .boolean),
            .field("registration", .words(RegistrationRule.self)),
            .field("mail", .boolean),
        ]
    )

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("needs_setup", setup.needsSetup)
            json.field("setup_code_required", setup.needsCode)
            json.field("registration", setup.registration.rawValue)
            json.field("mail", setup.hasMail)
        }
    }
}

/// Tokens, with their user where somebody just signed in.
struct TokensBody: JSONEncodableBody {
    let user: User?
    let tokens: Accounts.Tokens

    static let schema = Schema.object(
        "Tokens",
        [
            .sometimes("user", UserBody.schema),
            .field("token", .string(1...4096)),
            .field("expires_at", .time),
            .field("refresh_token", .string(1...512)),
        ]
    )

    var caching: Answer.Caching { .never }

    func write(to json: inout JSONWriter) {
        json.object { json in
            if let user {
                json.key("user")
                UserBody(user: user).write(to: &json)
            }
            json.field("token", tokens.access)
            json.field("expires_at", tokens.expiresAt)
            json.field("refresh_token", tokens.refresh.text)
        }
    }
}
