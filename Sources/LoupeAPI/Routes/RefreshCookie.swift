import HTTPTypes
import LoupeCore
import LoupeSecurity
import LoupeServices

/// The cookie that keeps a browser signed in: out of its scripts' reach, and sent to the routes below `/auth` only.
struct RefreshCookie: Sendable {
    static let name = "loupe_refresh"
    private static let lifetimeSeconds = 30 * 86_400

    let rules: APIRules

    func setting(_ token: String) -> String {
        header(token, maxAge: RefreshCookie.lifetimeSeconds)
    }

    /// What somebody gets who signed in, with the cookie.
    func answer(_ tokens: Accounts.Tokens, user: User?) -> Answer {
        var answer = TokensBody(user: user, tokens: tokens).answer()
        answer.headers.append(HTTPField(name: .setCookie, value: setting(tokens.refresh.text)))
        return answer
    }

    var clearing: String { header("", maxAge: 0) }

    private func header(_ value: String, maxAge: Int) -> String {
        let attributes = "Path=/api/v1/auth; HttpOnly; SameSite=Strict; Max-Age=\(maxAge)"
        return "\(RefreshCookie.name)=\(value); \(attributes)\(rules.isSecure ? "; Secure" : "")"
    }

    /// The token of a request's cookie. Throws `forbidden` where the request does not come from a page of this server:
    /// another site's page could make a browser send it.
    func token(in headers: HTTPFields) throws(LoupeError) -> String? {
        guard let token = value(in: headers), !token.isEmpty else { return nil }
        let isSameOrigin =
            headers.first(.fetchSite) == "same-origin"
            || rules.publicOrigin.map { headers.first(.origin) == $0 } ?? false
        guard isSameOrigin else {
            throw LoupeError(.forbidden, "the cookie is taken from this server's own pages only")
        }
        return token
    }

    private func value(in headers: HTTPFields) -> String? {
        for field in headers where field.name == .cookie {
            for pair in field.value.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                if pair.hasPrefix("\(RefreshCookie.name)=") {
                    return String(pair.dropFirst(RefreshCookie.name.count + 1))
                }
            }
        }
        return nil
    }
}
