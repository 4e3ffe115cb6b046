package import LoupeCore
package import LoupeServices
package import LoupeStore

/// Every route of the API, from the services that answer it.
package struct APIRoutes: Sendable {
    package var accounts: Accounts
    package var datasources: DatasourceService
    package var queries: QueryService
    package var runs: RunService
    package var sample: SampleService
    package var probes: HealthRoutes.Probes

    package init(
        accounts: Accounts,
        datasources: DatasourceService,
        queries: QueryService,
        runs: RunService,
        sample: SampleService,
        probes: HealthRoutes.Probes
    ) {
        self.accounts = accounts
        self.datasources = datasources
        self.queries = queries
        self.runs = runs
        self.sample = sample
        self.probes = probes
    }

    package func endpoints(
        _ database: any Database,
        authenticator: Authenticator,
        rules: APIRules,
        surroundings: Surroundings
    ) -> Endpoints {
        let root = Endpoints()
        let api = root.group("api/v1")
        let health = HealthRoutes(probes: probes, authenticator: authenticator)
        health.add(to: root.group("health"))
        health.add(to: api.group("health"))
        AuthRoutes(accounts: accounts, authenticator: authenticator, rules: rules).add(to: api.group("auth"))
        OrganizationRoutes(
            organizations: OrganizationRepository(database),
            sample: sample,
            surroundings: surroundings
        )
        .add(to: api.group("organizations"))
        DatasourceRoutes(datasources: DatasourceRepository(database), service: datasources, runs: runs)
            .add(to: api.group("datasources"))
        QueryRoutes(queries: queries).add(to: api.group("queries"))
        RunRoutes(service: runs).add(to: api.group("runs"))
        ResultRoutes(service: runs).add(to: api.group("runs"))
        return root
    }
}
