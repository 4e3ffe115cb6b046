package import LoupeCore
package import LoupeStore

/// `/api/v1/auth/me/preferences`: what a person set for themselves, kept as it is.
package struct PreferenceRoutes: Sendable {
    let preferences: PreferencesRepository
    let surroundings: Surroundings

    package init(preferences: PreferencesRepository, surroundings: Surroundings) {
        self.preferences = preferences
        self.surroundings = surroundings
    }

    package func add(to api: Endpoints) {
        api.get(permission: .person(.view), summary: "The caller's preferences", handler: show)
        api.change(
            permission: .person(.view),
            summary: "Changes the preferences that the body names; null removes one",
            handler: change
        )
    }

    func show(_ request: AuthorizedRequest) async throws -> PreferencesBody {
        PreferencesBody(preferences: try await preferences.find(request.user, in: request.organization))
    }

    func change(_ request: AuthorizedRequest, _ body: PreferencesChange) async throws -> PreferencesBody {
        let changed = try await preferences.merge(
            body.members,
            of: request.user,
            in: request.organization,
            at: surroundings.now()
        )
        return PreferencesBody(preferences: changed)
    }
}

/// `PUT /auth/me/preferences`: an object of any members.
package struct PreferencesChange: RequestBody {
    let members: [String: JSONValue]

    package static let schema = Schema.named(
        "PreferencesChange",
        .json(maximumBytes: PreferencesRepository.maximumBytes)
    )

    package init(_ fields: Fields) {
        members = fields.everything(upTo: PreferencesRepository.maximumBytes)
    }
}

struct PreferencesBody: JSONEncodableBody {
    let preferences: JSONValue

    static let schema = Schema.named("Preferences", .json(maximumBytes: PreferencesRepository.maximumBytes))

    func write(to json: inout JSONWriter) {
        json.value(preferences)
    }
}
