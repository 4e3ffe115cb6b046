import Foundation
package import LoupeCore
package import LoupeStore

/// What an organization uses, beside what it may.
package struct OrganizationUsageService: Sendable {
    private let database: any Database
    private let surroundings: Surroundings
    private let resultMaximum: Int

    /// `resultMaximum` is the most bytes that one result may have on this installation.
    package init(database: any Database, surroundings: Surroundings, resultMaximum: Int) {
        self.database = database
        self.surroundings = surroundings
        self.resultMaximum = resultMaximum
    }

    package struct Report: Hashable, Sendable {
        package let usage: OrganizationUsageRepository.Usage
        package let settings: Organization.Settings
        package let resultMaximum: Int
    }

    package func report(for caller: Caller) async throws -> Report {
        let settings = try await OrganizationRepository(database).find(caller.organization).settings
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = settings.zone
        let today = Timestamp(calendar.startOfDay(for: surroundings.now().date))
        let usage = try await OrganizationUsageRepository(database).read(of: caller.organization, since: today)
        return Report(usage: usage, settings: settings, resultMaximum: resultMaximum)
    }
}
