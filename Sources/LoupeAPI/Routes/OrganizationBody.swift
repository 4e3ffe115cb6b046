package import LoupeCore

package struct OrganizationBody: JSONEncodableBody {
    let organization: Organization

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
