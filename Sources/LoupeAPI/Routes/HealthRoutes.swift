import HTTPTypes
import LoupeCore

/// `/health` and `/api/v1/health`: for people, load balancers and orchestrators.
package struct HealthRoutes: Sendable {
    /// What the server knows of itself.
    package struct Probes: Sendable {
        package var version: String
        /// Throws where the metadata store cannot be reached.
        package var checkDatabase: @Sendable () async throws -> Void
        /// Whether the start is over: the schema is there and work is taken.
        package var isStarted: @Sendable () -> Bool

        package init(
            version: String,
            checkDatabase: @escaping @Sendable () async throws -> Void,
            isStarted: @escaping @Sendable () -> Bool
        ) {
            self.version = version
            self.checkDatabase = checkDatabase
            self.isStarted = isStarted
        }
    }

    let probes: Probes
    let authenticator: Authenticator

    package init(probes: Probes, authenticator: Authenticator) {
        self.probes = probes
        self.authenticator = authenticator
    }

    package func add(to api: Endpoints) {
        var options = EndpointOptions()
        options.isProbe = true
        api.get(permission: .everyone, summary: "Whether the server works", options: options, handler: show)
        api.get("live", permission: .everyone, summary: "Whether the process answers", options: options, handler: live)
        api.get("ready", permission: .everyone, summary: "Whether to send requests", options: options, handler: ready)
        api.get(
            "startup",
            permission: .everyone,
            summary: "Whether the start is over",
            options: options,
            handler: startup
        )
    }

    func show(_ request: IncomingRequest) async -> HealthBody {
        var body = await ready(request)
        if await mayKnow(request) {
            body.details = HealthBody.Details(database: body.isWell ? "up" : "down", version: probes.version)
        }
        return body
    }

    func live(_ request: IncomingRequest) -> HealthBody {
        HealthBody(isWell: true)
    }

    func ready(_ request: IncomingRequest) async -> HealthBody {
        do {
            try await probes.checkDatabase()
            return HealthBody(isWell: true)
        } catch {
            return HealthBody(isWell: false)
        }
    }

    func startup(_ request: IncomingRequest) -> HealthBody {
        HealthBody(isWell: probes.isStarted())
    }

    /// Details are for the signed-in and for this machine itself; what a proxy on this machine passes on is not from here.
    private func mayKnow(_ request: IncomingRequest) async -> Bool {
        if request.isFromThisMachine { return true }
        guard let header = request.headers.first(.authorization) else { return false }
        // A credential that is not good knows as much as none.
        return (try? await authenticator.identity(authorization: header)) != nil
    }
}

struct HealthBody: Answering {
    struct Details {
        let database: String
        let version: String
    }

    static let content = AnswerContent.json {
        .object(
            "Health",
            [
                .field("status", .oneOf(["ok", "unavailable"])),
                .sometimes("database", .oneOf(["up", "down"])),
                .sometimes("version", .string(1...64)),
            ]
        )
    }

    let isWell: Bool
    var details: Details?

    func answer() -> Answer {
        var json = JSONWriter(reserving: 64)
        json.object { json in
            json.field("status", isWell ? "ok" : "unavailable")
            if let details {
                json.field("database", details.database)
                json.field("version", details.version)
            }
        }
        return Answer(status: isWell ? .ok : .serviceUnavailable, .json(json.bytes), caching: .never)
    }
}
