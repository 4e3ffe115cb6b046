package import LoupeCore
package import LoupeStore

/// Datasources: connecting, changing, testing, and what tables they have.
package struct DatasourceService: Sendable {
    let datasources: DatasourceRepository
    let database: any Database
    let secrets: DatasourceSecrets
    let rules: DatasourceRules
    let errands: ErrandDesk
    let surroundings: Surroundings

    package init(
        database: any Database,
        secrets: DatasourceSecrets,
        rules: DatasourceRules,
        errands: ErrandDesk,
        surroundings: Surroundings
    ) {
        self.database = database
        self.secrets = secrets
        self.rules = rules
        self.errands = errands
        self.surroundings = surroundings
        datasources = DatasourceRepository(database)
    }

    /// A datasource about to be made, or what of one changes: nil leaves a part as it is.
    package struct Changes: Sendable {
        package var name: String?
        package var connectionString: String?
        package var fields: Datasource.Connection?
        package var password: String?
        package var maxConcurrency: Int?
        /// Nil in the middle clears the limit.
        package var maxCost: Double??
        package var allowsUnparsed: Bool?

        package init() {}

        var touchesConnection: Bool { connectionString != nil || fields != nil || password != nil }
    }

    package func create(_ kind: Datasource.Kind, _ changes: Changes, by caller: Caller) async throws -> Datasource {
        let plan = try rules.connect(
            ConnectionInput(
                kind: kind,
                connectionString: changes.connectionString,
                fields: changes.fields,
                password: changes.password
            )
        )
        let now = surroundings.now()
        var datasource = Datasource(
            id: surroundings.newID(),
            organizationID: caller.organization,
            name: changes.name ?? "",
            kind: kind,
            connection: plan.connection,
            createdBy: caller.user,
            createdAt: now,
            updatedAt: now
        )
        datasource.maxConcurrency = changes.maxConcurrency ?? datasource.maxConcurrency
        datasource.maxCost = changes.maxCost ?? nil
        datasource.allowsUnparsed = changes.allowsUnparsed ?? false
        let sealed = try secrets.seal(plan.secret, for: datasource.id, of: caller.organization)
        let entry = auditEntry(.datasourceCreate, datasource, by: caller)
        let new = datasource
        try await database.write { transaction in
            try DatasourceRepository.insert(new, sealed: sealed, in: transaction)
            try AuditRepository.append(entry, in: caller.organization, transaction)
        }
        return try await datasources.find(datasource.id, in: caller.organization)
    }

    /// Throws `precondition_failed` where `version` is given and no longer stands.
    package func update(
        _ id: Datasource.ID,
        _ changes: Changes,
        version: Int?,
        by caller: Caller
    ) async throws -> Datasource {
        let (before, sealed) = try await datasources.connection(of: id, in: caller.organization)
        var datasource = before
        if let version, version != datasource.version { throw LoupeError.stale("datasource") }
        var newSeal: [UInt8]?
        if changes.touchesConnection {
            let plan = try rules.connect(
                ConnectionInput(
                    kind: datasource.kind,
                    connectionString: changes.connectionString,
                    fields: changes.fields,
                    password: changes.password,
                    previous: secrets.open(sealed, of: datasource.handle)
                )
            )
            datasource.connection = plan.connection
            newSeal = try secrets.seal(plan.secret, for: id, of: caller.organization)
        }
        datasource.name = changes.name ?? datasource.name
        datasource.maxConcurrency = changes.maxConcurrency ?? datasource.maxConcurrency
        if let maxCost = changes.maxCost { datasource.maxCost = maxCost }
        datasource.allowsUnparsed = changes.allowsUnparsed ?? datasource.allowsUnparsed
        let entry = auditEntry(.datasourceUpdate, datasource, by: caller)
        let now = surroundings.now()
        return try await database.write { [datasource, newSeal] transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return try DatasourceRepository.update(datasource, sealed: newSeal, at: now, transaction)
        }
    }

    /// Its runs end with it. With `cascade`, what stands on it goes to the bin; else it throws `conflict` with what uses
    /// it. Throws `precondition_failed` where `version` is given and no longer stands.
    package func delete(
        _ id: Datasource.ID,
        version: Int? = nil,
        cascade: Bool = false,
        by caller: Caller
    ) async throws {
        let datasource = try await datasources.find(id, in: caller.organization)
        let entry = auditEntry(.datasourceDelete, datasource, by: caller)
        let now = surroundings.now()
        let orphans = try await database.write { transaction in
            try AuditRepository.append(entry, in: caller.organization, transaction)
            return try DatasourceRepository.delete(
                id,
                version: version,
                cascade: cascade,
                by: caller.user,
                in: caller.organization,
                at: now,
                transaction
            )
        }
        for run in orphans.ended { errands.signals.announce(.run(run)) }
        for run in orphans.stopping { errands.signals.announce(.cancel(run)) }
    }

    private func auditEntry(_ action: AuditAction, _ datasource: Datasource, by caller: Caller) -> AuditEntry {
        let subject = AuditEntry.Subject(.datasource, datasource.id, datasource.name)
        return AuditEntry(action, subject, by: caller, in: surroundings)
    }
}
