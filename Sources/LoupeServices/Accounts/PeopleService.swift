package import LoupeCore
package import LoupeStore

/// An organization and who belongs to it, as its admins manage them.
package struct PeopleService: Sendable {
    private let database: any Database
    private let users: UserRepository
    private let organizations: OrganizationRepository
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        users = UserRepository(database)
        organizations = OrganizationRepository(database)
    }

    package func organization(_ id: Organization.ID) async throws -> Organization {
        try await organizations.find(id)
    }

    /// Changes what `change` changes of name and settings. Throws `precondition_failed` where `version` is given and no
    /// longer stands, or where somebody else saved at the same moment.
    package func changeOrganization(
        version: Int?,
        by caller: Caller,
        _ change: (Organization) -> Organization
    ) async throws -> Organization {
        let before = try await organizations.find(caller.organization)
        if let version, version != before.version { throw LoupeError.stale("organization") }
        let wanted = change(before)
        let subject = AuditEntry.Subject(type: "organization", id: before.id.uuid, name: wanted.name)
        let details = JSONValue.object(wanted.auditDetails.filter { before.auditDetails[$0.key] != $0.value })
        let entry = AuditEntry(.organizationUpdate, subject, details: details, by: caller, in: surroundings)
        return try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return try OrganizationRepository.update(wanted, at: entry.at, transaction)
        }
    }

    package func list(_ request: ListRequest, role: Role?, by caller: Caller) async throws -> Page<User> {
        try await users.list(request, role: role, in: caller.organization)
    }

    /// Throws `conflict` where it would take away the last admin.
    package func setRole(_ role: Role, of id: User.ID, by caller: Caller) async throws -> User {
        let surroundings = surroundings
        return try await database.write { transaction in
            let before = try UserRepository.find(id, in: caller.organization, transaction)
            let now = surroundings.now()
            try UserRepository.setRole(role, of: id, in: caller.organization, at: now, transaction)
            if before.role != role {
                let details: JSONValue = ["from": .string(before.role.rawValue), "to": .string(role.rawValue)]
                let entry = AuditEntry(.userRole, .init(before), details: details, by: caller, in: surroundings)
                try AuditRepository.append(entry, in: caller.organization, transaction)
            }
            return try UserRepository.find(id, in: caller.organization, transaction)
        }
    }

    /// Removes a person: their sessions and keys end, and their schedules pass to the caller. Throws `conflict` for the last
    /// admin, and for the caller, who could not take over their own schedules.
    package func remove(_ id: User.ID, by caller: Caller) async throws {
        guard id != caller.user else {
            throw LoupeError(.conflict, "you cannot remove yourself: another admin can")
        }
        let surroundings = surroundings
        try await database.write { transaction in
            let user = try UserRepository.find(id, in: caller.organization, transaction)
            let entry = AuditEntry(.userRemove, .init(user), by: caller, in: surroundings)
            try UserRepository.remove(id, successor: caller.user, in: caller.organization, at: entry.at, transaction)
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
    }
}

extension Organization {
    /// Name and settings under the words of the API.
    fileprivate var auditDetails: [String: JSONValue] {
        [
            "name": .string(name), "time_zone": .string(settings.timeZone), "date_format": .string(settings.dateFormat),
            "first_day_of_week": .number(String(settings.firstDayOfWeek)),
            "run_retention_days": .number(String(settings.runRetentionDays)),
            "result_retention_days": .number(String(settings.resultRetentionDays)),
            "max_concurrent_runs": .number(String(settings.maxConcurrentRuns)),
            "registration": .string(settings.registration.rawValue),
        ]
    }
}
