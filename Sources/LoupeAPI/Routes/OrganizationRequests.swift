import Foundation
import LoupeCore

/// `PUT /organizations/current`
package struct OrganizationChange: RequestBody {
    struct Settings: RequestBody {
        let timeZone: Change<String>
        let dateFormat: Change<String>
        let firstDayOfWeek: Change<Int>
        let runRetentionDays: Change<Int>
        let resultRetentionDays: Change<Int>
        let maxConcurrentRuns: Change<Int>
        let registration: Change<RegistrationRule>

        init(_ fields: Fields) {
            timeZone = fields.change("time_zone", .timeZone)
            dateFormat = fields.change("date_format", .text(1...64))
            firstDayOfWeek = fields.change("first_day_of_week", .integer(0...6))
            runRetentionDays = fields.change("run_retention_days", .integer(1...3650))
            resultRetentionDays = fields.change("result_retention_days", .integer(1...3650))
            maxConcurrentRuns = fields.change("max_concurrent_runs", .integer(1...1000))
            registration = fields.change("registration", .oneOf())
        }

        func applied(to settings: Organization.Settings) -> Organization.Settings {
            var settings = settings
            settings.timeZone = timeZone.applied(to: settings.timeZone)
            settings.dateFormat = dateFormat.applied(to: settings.dateFormat)
            settings.firstDayOfWeek = firstDayOfWeek.applied(to: settings.firstDayOfWeek)
            settings.runRetentionDays = runRetentionDays.applied(to: settings.runRetentionDays)
            settings.resultRetentionDays = resultRetentionDays.applied(to: settings.resultRetentionDays)
            settings.maxConcurrentRuns = maxConcurrentRuns.applied(to: settings.maxConcurrentRuns)
            settings.registration = registration.applied(to: settings.registration)
            return settings
        }
    }

    let name: Change<String>
    let settings: Change<Settings>

    package init(_ fields: Fields) {
        name = fields.change("name", .name)
        settings = fields.change("settings", .object())
    }

    func applied(to organization: Organization) -> Organization {
        var organization = organization
        organization.name = name.applied(to: organization.name)
        organization.settings = settings.value?.applied(to: organization.settings) ?? organization.settings
        return organization
    }
}

extension FieldRule where Value == String {
    /// An IANA name that this machine knows.
    static var timeZone: FieldRule {
        text(1...64).checked { name in
            TimeZone(named: name) == nil ? "is not a time zone such as Europe/Berlin" : nil
        }
    }
}
