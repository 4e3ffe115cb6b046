import HTTPTypes
import HummingbirdCore
import LoupeCore
import LoupeSecurity
import LoupeServices

extension APIResponder {
    /// The way of a request: route, host, caller, limit, role, body, handler.
    func answer(
        _ request: Request,
        _ context: ConnectionContext,
        id: String,
        trace: inout Trace
    ) async throws -> Answer {
        let target = RequestTarget(request.head.path ?? "")
        let match = tree.match(target.path)
        let endpoint = match?.endpoints[request.method]
        trace.endpoint = endpoint
        if endpoint?.options.answersAnyHost != true { try rules.check(authority: request.head.authority) }
        if request.method == .options, let preflight = rules.preflight(request.headers) { return preflight }
        guard let match else { throw LoupeError(.notFound, "there is nothing at this path") }
        guard let endpoint else { return methodNotAllowed(match.endpoints.allowed, id: id, log: trace.log) }
        let client = ClientAddress(context: context, headers: request.headers, trustedProxies: rules.trustedProxies)
        let identity = try await caller(of: request, for: endpoint, client: client, trace: &trace)
        let incoming = IncomingRequest(
            method: request.method,
            headers: request.headers,
            id: id,
            endpoint: endpoint,
            parameters: match.parameters,
            authority: request.head.authority,
            client: client,
            query: try QueryItems(target.query)
        )
        guard let body = endpoint.body else {
            guard endpoint.options.isIdempotent else {
                let answer = try await endpoint.handler(incoming, identity, .null)
                noteOpening(incoming, identity)
                return answer
            }
            return try await once(incoming, identity, []) { try await endpoint.handler(incoming, identity, .null) }
        }
        let bytes = try await BodyReader.bytes(of: request, for: body)
        let json = try BodyReader.json(bytes, for: body)
        return try await once(incoming, identity, bytes) { try await endpoint.handler(incoming, identity, json) }
    }

    /// Somebody opened an object, by a route that says so.
    private func noteOpening(_ request: IncomingRequest, _ identity: Identity?) {
        guard let openings, let kind = request.endpoint.options.opens, request.method == .get,
            // What a program reads says nothing of what its owner looked at.
            let identity, identity.key == nil,
            // The handler read it, so it is an id.
            let id = try? request.path("id", as: Identifier<ObjectSummary>.self)
        else { return }
        let object = ObjectReference(kind: kind, id: id.uuid)
        openings.note(object, by: identity.user, in: identity.organization)
    }

    private func methodNotAllowed(_ allowed: String, id: String, log: AccessLog) -> Answer {
        var answer = failure(LoupeError(.methodNotAllowed, "this path takes \(allowed)"), id: id, log: log)
        answer.headers[.allow] = allowed
        return answer
    }

    /// Who asks, after the limits and the role said yes. Nil on a route for everyone.
    private func caller(
        of request: Request,
        for endpoint: Endpoint,
        client: ClientAddress,
        trace: inout Trace
    ) async throws -> Identity? {
        switch endpoint.caller {
        case .everyone:
            guard !endpoint.options.isProbe else { return nil }
            try await limit(.address, client, trace: &trace)
            if let rule = endpoint.options.limit { try await limit(rule, client, trace: &trace) }
            return nil
        case .authorized(let access):
            let identity = try await authenticated(request, client, trace: &trace)
            try await limit(identity.key == nil ? .user : .key, identity, client, trace: &trace)
            try access.check(identity)
            if let rule = endpoint.options.limit { try await limit(rule, identity, client, trace: &trace) }
            return identity
        }
    }

    /// A credential that is not good counts against the address it came from.
    private func authenticated(
        _ request: Request,
        _ client: ClientAddress,
        trace: inout Trace
    ) async throws -> Identity {
        do {
            guard let header = request.headers.first(.authorization) else {
                throw LoupeError(.unauthorized, "sign in: this needs an Authorization header with a Bearer token")
            }
            return try await authenticator.identity(authorization: header, from: client.text)
        } catch let error as LoupeError where error.code == .unauthorized {
            try await limit(.address, client, trace: &trace)
            throw error
        }
    }

    private func limit(_ rule: RateRule, _ client: ClientAddress, trace: inout Trace) async throws {
        let address = client.text
        guard !rates.isExempt(address) else { return }
        try settle(await rates.take(rule, address), rule, trace: &trace)
    }

    private func limit(
        _ rule: RateRule,
        _ identity: Identity,
        _ client: ClientAddress,
        trace: inout Trace
    ) async throws {
        guard !rates.hasExemptions || !rates.isExempt(client.text) else { return }
        try settle(await rates.take(rule, identity.rateKey), rule, trace: &trace)
    }

    private func settle(_ decision: RateLimit.Decision?, _ rule: RateRule, trace: inout Trace) throws {
        guard let decision else { return }
        trace.decision = decision
        guard decision.isAllowed else {
            metrics.refused(by: rule)
            throw LoupeError(.rateLimited, "too many requests; try again later", retryAfter: decision.retryAfter)
        }
    }

    private func once(
        _ request: IncomingRequest,
        _ identity: Identity?,
        _ body: [UInt8],
        create: () async throws -> Answer
    ) async throws -> Answer {
        guard request.endpoint.options.isIdempotent, let idempotency, let identity,
            let key = request.headers.first(.idempotencyKey)
        else { return try await create() }
        return try await idempotency.answer(request, identity, key: key, body: body, create: create)
    }
}
