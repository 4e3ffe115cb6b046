/// What each table is for, in the order in which `docs/schema.md` tells it.
enum SchemaPurposes {
    struct Area {
        let title: String
        let tables: [Purpose]
    }

    struct Purpose {
        let table: String
        let text: String

        init(_ table: String, _ text: String) {
            self.table = table
            self.text = text
        }
    }

    static let areas = [accounts, objects, work]

    private static let accounts = Area(
        title: "Accounts",
        tables: [
            Purpose("organizations", "A tenant. The founding one may reach private addresses."),
            Purpose(
                "organization_settings",
                "What an organization's admins set; `other` keeps settings unknown to us."
            ),
            Purpose(
                "users",
                "People. A removed one stays without address and password, as the name on what they made."
            ),
            Purpose("user_preferences", "What a person set for themselves."),
            Purpose("sessions", "A signed-in browser or program; its refresh tokens are one family."),
            Purpose("refresh_tokens", "The tokens of a session's family by their hashes, of which the newest is good."),
            Purpose("login_failures", "Wrong passwords by account and address, for unknown accounts too."),
            Purpose("password_resets", "Links for a forgotten password, by their hashes, of one use."),
            Purpose("invitations", "Invitations to an address, open until accepted or withdrawn."),
            Purpose("api_keys", "Keys of programs, by their hashes, with a role of their own."),
            Purpose("audit_log", "Who did what, when and from where. Refers to nothing that may go."),
            Purpose("idempotency_keys", "First answers to requests with an `Idempotency-Key`, for 24 hours."),
            Purpose("instance_values", "What this installation must remember, such as the sealed canary of its key."),
        ]
    )

    private static let objects = Area(
        title: "Objects",
        tables: [
            Purpose(
                "objects",
                "Every object's place: tags, favourites, revisions and search refer to it and go with it."
            ),
            Purpose("datasources", "Connected databases. The connection string is sealed."),
            Purpose("datasource_schemas", "Tables and columns of a datasource as a runner last read them."),
            Purpose("queries", "Saved queries."),
            Purpose("query_drafts", "A person's own unsaved text of a query."),
            Purpose("revisions", "What queries, dashboards and canvases were at each save."),
            Purpose("visualizations", "Charts of a query."),
            Purpose("dashboards", "Pages of tiles."),
            Purpose("tiles", "A visualization or a text on a dashboard."),
            Purpose("schedules", "When a query runs by itself."),
            Purpose("schedule_outcomes", "What became of each due time of a schedule."),
            Purpose("canvases", "Investigations laid out in a plane."),
            Purpose("canvas_nodes", "A query or a note on a canvas."),
            Purpose("canvas_edges", "How one node of a canvas bears on another of the same."),
            Purpose("object_tags", "The tags of objects."),
            Purpose("favorites", "What a person marked."),
            Purpose("recents", "What a person opened last."),
            Purpose("search_documents", "Folded text by which objects are found."),
        ]
    )

    private static let work = Area(
        title: "Work",
        tables: [
            Purpose("runs", "Executions: where every number on a screen comes from."),
            Purpose("run_attempts", "Each time that a runner took a run."),
            Purpose("run_watchers", "Who waits for a run; it is cancelled when the last leaves."),
            Purpose("run_failures", "Runs that failed for good after retries, for a person to look at."),
            Purpose("run_events", "Changes of status in order, kept for an hour, for event streams."),
            Purpose("sql_texts", "Each SQL text once, by its SHA-256."),
            Purpose("results", "Results, which many runs may share. No foreign key leads to its run."),
            Purpose(
                "result_chunks",
                "A result's rows in compressed pieces; `data` is missing where they lie elsewhere."
            ),
            Purpose("work", "What runners do beside runs: test a connection, read a schema, explain."),
            Purpose("runners", "Runners and their beats."),
            Purpose("leases", "Who leads, such as the scheduler's leader."),
            Purpose("download_tickets", "A browser's right to one download, by its hash, of one use."),
        ]
    )
}
