package import LoupeCore

package struct OrganizationBody: JSONEncodableBody {
    let organization: Organization

    package static let schema = Schema.object(
        "Organization",
        [
            .field("id", .id),
            .field("name", .name),
            .field("settings", settings),
            .field("created_at", .time),
            .field("updated_at", .time),
        ]
    )

    private static let settings = Schema.object(
        "OrganizationSettings",
        [
            .field("time_zone", .string(1...64)),
            .field("date_format", .string(1...64)),
            .field("first_day_of_week", .integer(0...6)),
            .field("run_retention_days", .count),
            .field("result_retention_days", .count),
            .field("max_concurrent_runs", .count),
            .field("registration", .words(RegistrationRule.self)),
        ]
    )

    package var entityTag: String? { EntityTag.of(version: organization.version) }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.field("id", organization.id)
            json.field("name", organization.name)
            json.key("settings")
            json.object { write(organization.settings, to: &$0) }
            json.field("created_at", organization.createdAt)
            json.field("updated_at", organization.updatedAt)
        }
    }

    private func write(_ settings: Organization.Settings, to json: inout JSONWriter) {
        json.field("time_zone", settings.timeZone)
        json.field("date_format", settings.dateFormat)
        json.field("first_day_of_week", settings.firstDayOfWeek)
        json.field("run_retention_days", settings.runRetentionDays)
        json.field("result_retention_days", settings.resultRetentionDays)
        json.field("max_concurrent_runs", settings.maxConcurrentRuns)
        json.field("registration", settings.registration.rawValue)
    }
}
