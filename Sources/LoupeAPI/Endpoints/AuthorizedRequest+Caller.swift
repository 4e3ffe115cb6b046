package import LoupeCore

extension AuthorizedRequest {
    /// Who asks, as services want to know it.
    package var caller: Caller {
        Caller(
            organization: organization,
            user: user,
            name: identity.name,
            role: role,
            key: identity.key,
            address: clientAddress,
            requestID: id
        )
    }

    /// How long the client will wait for something to be final: `?wait=SECONDS`, at most 30.
    func patience() throws(LoupeError) -> Duration? {
        guard let seconds = try query.integer("wait", clampedTo: 0...30), seconds > 0 else { return nil }
        return .seconds(seconds)
    }
}
