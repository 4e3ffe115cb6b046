import HTTPTypes
import LoupeCore
import LoupeSecurity
package import LoupeServices

/// `/api/v1/auth`
package struct AuthRoutes: Sendable {
    let accounts: Accounts
    let authenticator: Authenticator
    let cookie: RefreshCookie

    package init(accounts: Accounts, authenticator: Authenticator, rules: APIRules) {
        self.accounts = accounts
        self.authenticator = authenticator
        cookie = RefreshCookie(rules: rules)
    }

    package func add(to api: Endpoints) {
        api.get("setup", permission: .everyone, summary: "What a first visitor must know", handler: setup)
        api.post(
            "register",
            permission: .everyone,
            summary: "Founds the first organization; later as the setting says",
            options: EndpointOptions.limited(.register).with {
                $0.content = .of(TokensBody.self)
                $0.fails = [.conflict, .forbidden]
            },
            handler: register
        )
        api.post(
            "login",
            permission: .everyone,
            summary: "Signs in",
            status: .ok,
            options: EndpointOptions.limited(.login).with {
                $0.content = .of(TokensBody.self)
                $0.fails = [.unauthorized, .accountLocked]
            },
            handler: login
        )
        let refreshing = EndpointOptions().with {
            $0.bodyMayBeEmpty = true
            $0.content = .of(TokensBody.self)
            $0.fails = [.unauthorized]
        }
        api.post(
            "refresh",
            permission: .everyone,
            summary: "New tokens for a refresh token or the browser's cookie",
            status: .ok,
            options: refreshing,
            handler: refresh
        )
        api.post(
            "logout",
            permission: .everyone,
            summary: "Ends the session of the access token or of the browser's cookie",
            status: .noContent,
            options: EndpointOptions().with {
                $0.content = .nothing
                $0.fails = [.unauthorized]
            },
            handler: logout
        )
        api.get("me", permission: .person(.view), summary: "The signed-in user", handler: me)
        api.change("me", permission: .person(.view), summary: "Changes the signed-in user's name", handler: changeMe)
    }

    func setup(_ request: IncomingRequest) async throws -> SetupBody {
        SetupBody(setup: try await accounts.setup())
    }

    func register(_ request: IncomingRequest, _ body: RegistrationRequest) async throws -> Answer {
        let registration = Accounts.Registration(
            email: body.email,
            password: body.password,
            name: body.name,
            organizationName: body.organizationName,
            setupCode: body.setupCode
        )
        let signedIn = try await accounts.register(registration, from: request.accountsClient)
        return cookie.answer(signedIn.tokens, user: signedIn.user)
    }

    func login(_ request: IncomingRequest, _ body: LoginRequest) async throws -> Answer {
        let signedIn = try await accounts.signIn(
            email: body.email,
            password: body.password,
            from: request.accountsClient
        )
        return cookie.answer(signedIn.tokens, user: signedIn.user)
    }

    func refresh(_ request: IncomingRequest, _ body: RefreshRequest) async throws -> Answer {
        guard let token = try body.refreshToken ?? cookie.token(in: request.headers) else {
            throw LoupeError(.unauthorized, "a refresh token is needed: sign in again")
        }
        return cookie.answer(try await accounts.refresh(token, from: request.accountsClient), user: nil)
    }

    /// A good access token says which session ends; else the cookie does, as a browser's token may have run out.
    func logout(_ request: IncomingRequest) async throws -> Answer {
        if let header = request.headers.first(.authorization) {
            let identity = try await authenticator.identity(authorization: header)
            guard let session = identity.session else {
                throw LoupeError(.forbidden, "an API key has no session to end")
            }
            try await accounts.signOut(
                session,
                of: identity.user,
                in: identity.organization,
                by: AuditActor(
                    kind: .user,
                    id: identity.user,
                    name: identity.name,
                    address: request.clientAddress,
                    requestID: request.id
                )
            )
            authenticator.forget(session)
        } else if let token = try cookie.token(in: request.headers) {
            try await accounts.signOut(refreshToken: token, from: request.accountsClient)
        } else {
            throw LoupeError(.unauthorized, "sign in: this needs an Authorization header with a Bearer token")
        }
        return Answer(caching: .never, headers: [.setCookie: cookie.clearing])
    }

    func me(_ request: AuthorizedRequest) async throws -> UserBody {
        UserBody(user: try await accounts.user(request.user, in: request.organization))
    }

    func changeMe(_ request: AuthorizedRequest, _ body: UserChange) async throws -> UserBody {
        guard let name = body.name.value else { return try await me(request) }
        let user = try await accounts.rename(to: name, by: request.caller)
        authenticator.forget(user: user.id)
        return UserBody(user: user)
    }
}
