/// A tenant: everything belongs to exactly one.
package struct Organization: Hashable, Sendable {
    package typealias ID = Identifier<Organization>

    package let id: ID
    package var name: String
    package var settings: Settings
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var version: Int

    package init(
        id: ID,
        name: String,
        settings: Settings = Settings(),
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1
    ) {
        self.id = id
        self.name = name
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    package struct Settings: Hashable, Sendable {
        /// IANA name; sessions on datasources run in it, and relative dates are resolved in it.
        package var timeZone = "UTC"
        package var dateFormat = "iso"
        /// 0 Sunday … 6 Saturday.
        package var firstDayOfWeek = 1
        package var runRetentionDays = 90
        package var resultRetentionDays = 30
        package var maxConcurrentRuns = 20
        package var registration = RegistrationRule.invite

        package init() {}
    }
}

/// Who may register after the founder.
package enum RegistrationRule: String, CaseIterable, Sendable {
    case invite
    case open
    case closed
}
