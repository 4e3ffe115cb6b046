import Foundation
import LoupeCore
import LoupeStore

/// One row, or a few, in every table for an organization: for tests that concern the whole schema.
struct FilledStore {
    private let transaction: any Transaction
    private let number: Int
    private let time = SQLValue.timestamp(Timestamp(milliseconds: 1_769_851_800_000))
    private let later = SQLValue.timestamp(Timestamp(milliseconds: 1_769_851_900_000))

    /// Organizations of different numbers share no id.
    static func fill(organization number: Int, in transaction: any Transaction) throws {
        let store = FilledStore(transaction: transaction, number: number)
        try store.fillAccounts()
        try store.fillObjects()
        try store.fillWork()
    }

    static func id(_ name: String, of organization: Int) -> SQLValue {
        // Made of the name, so that rows can refer to each other before they are written.
        var hash: UInt64 = 5381
        for byte in name.utf8 { hash = hash &* 33 ^ UInt64(byte) }
        return .uuid(UUID.version7(at: Timestamp(milliseconds: Int64(organization)), random: (hash, hash)))
    }

    private func id(_ name: String) -> SQLValue { FilledStore.id(name, of: number) }
    private func hash(_ name: String) -> SQLValue {
        .bytes(
            Array("\(name)-\(number)".utf8.prefix(32))
                + Array(repeating: 0, count: 32 - min(32, "\(name)-\(number)".utf8.count))
        )
    }

    private func insert(_ table: String, _ values: KeyValuePairs<String, SQLValue>) throws {
        var sql = SQL(stringLiteral: "INSERT INTO \(table) (\(values.map(\.key).joined(separator: ", "))) VALUES (")
        sql += "\(list: values.map(\.value)))"
        try transaction.execute(sql)
    }

    private func fillAccounts() throws {
        let org = id("org")
        try insert(
            "organizations",
            ["id": org, "name": .text("Org \(number)"), "created_at": time, "updated_at": time]
        )
        try insert("organization_settings", ["org_id": org])
        for name in ["ada", "bob"] {
            try insert(
                "users",
                [
                    "org_id": org, "id": id(name), "email": .text("\(name)\(number)@x.org"),
                    "email_key": .text("\(name)\(number)@x.org"), "name": .text(name), "name_key": .text(name),
                    "role": .text("admin"), "created_at": time, "updated_at": time,
                ]
            )
        }
        try insert(
            "user_preferences",
            ["org_id": org, "user_id": id("ada"), "preferences": .json("{}"), "updated_at": time]
        )
        try insert(
            "sessions",
            [
                "org_id": org, "id": id("session"), "user_id": id("ada"), "user_agent": .text(""), "address": .text(""),
                "created_at": time, "last_seen_at": time, "expires_at": later,
            ]
        )
        try insert(
            "refresh_tokens",
            [
                "token_hash": hash("refresh"), "org_id": org, "session_id": id("session"), "created_at": time,
                "expires_at": later,
            ]
        )
        try insert(
            "login_failures",
            [
                "email_key": .text("x\(number)"), "address": .text("::1"), "failures": .integer(1), "first_at": time,
                "last_at": time,
            ]
        )
        try insert(
            "password_resets",
            [
                "token_hash": hash("reset"), "org_id": org, "user_id": id("ada"), "created_at": time,
                "expires_at": later,
            ]
        )
        try insert(
            "invitations",
            [
                "org_id": org, "id": id("invitation"), "email": .text("e@x.org"), "email_key": .text("e@x.org"),
                "role": .text("viewer"), "token_hash": hash("invitation"), "invited_by": id("ada"), "created_at": time,
                "expires_at": later, "accepted_at": later, "accepted_by": id("bob"),
            ]
        )
        try insert(
            "api_keys",
            [
                "org_id": org, "id": id("key"), "user_id": id("ada"), "name": .text("k"), "prefix": .text("lp_1"),
                "key_hash": hash("key"), "role": .text("viewer"), "created_at": time,
            ]
        )
        try insert(
            "audit_log",
            [
                "org_id": org, "id": id("audit"), "actor_kind": .text("user"), "actor_id": id("ada"),
                "actor_name": .text("ada"), "action": .text("a.b"), "created_at": time,
            ]
        )
        try insert(
            "idempotency_keys",
            [
                "org_id": org, "user_id": id("ada"), "idempotency_key": .text("k"), "request_hash": hash("request"),
                "created_at": time, "expires_at": later,
            ]
        )
        if number == 1 {
            try insert("instance_values", ["name": .text("canary"), "value": .bytes([1]), "updated_at": time])
        }
    }

    private func object(_ kind: String, table: String, _ values: KeyValuePairs<String, SQLValue>) throws {
        try insert("objects", ["org_id": id("org"), "id": id(kind), "kind": .text(kind)])
        let common: [(String, SQLValue)] = [
            ("org_id", id("org")), ("id", id(kind)), ("name", .text("A \(kind)")), ("name_key", .text("a \(kind)")),
            ("created_by", id("ada")), ("deleted_by", id("bob")), ("deleted_at", later), ("created_at", time),
            ("updated_at", time),
        ]
        let all = common + values.map { ($0.key, $0.value) }
        var sql = SQL(stringLiteral: "INSERT INTO \(table) (\(all.map(\.0).joined(separator: ", "))) VALUES (")
        sql += "\(list: all.map(\.1)))"
        try transaction.execute(sql)
    }

    private func fillObjects() throws {
        let org = id("org")
        try object("datasource", table: "datasources", ["ds_type": .text("sqlite"), "sealed_connection": .bytes([1])])
        try insert(
            "datasource_schemas",
            [
                "org_id": org, "datasource_id": id("datasource"), "revision": .integer(1), "tables": .json("[]"),
                "fetched_at": time,
            ]
        )
        try object("query", table: "queries", ["datasource_id": id("datasource"), "sql": .text("SELECT 1")])
        try insert(
            "query_drafts",
            [
                "org_id": org, "user_id": id("ada"), "query_id": id("query"), "content": .json("{}"),
                "base_version": .integer(1), "updated_at": time,
            ]
        )
        try insert(
            "revisions",
            [
                "org_id": org, "kind": .text("query"), "object_id": id("query"), "revision": .integer(1),
                "content": .json("{}"), "created_by": id("ada"), "created_at": time,
            ]
        )
        try object(
            "visualization",
            table: "visualizations",
            ["query_id": id("query"), "chart_type": .text("line")]
        )
        try object("dashboard", table: "dashboards", [:])
        try insert(
            "tiles",
            [
                "org_id": org, "id": id("tile"), "dashboard_id": id("dashboard"), "tile_type": .text("visualization"),
                "visualization_id": id("visualization"), "pos_x": .integer(0), "pos_y": .integer(0),
                "created_at": time, "updated_at": time,
            ]
        )
        try object(
            "schedule",
            table: "schedules",
            ["query_id": id("query"), "cron_expression": .text("0 * * * *")]
        )
        try object("canvas", table: "canvases", [:])
        for name in ["from", "to"] {
            try insert(
                "canvas_nodes",
                [
                    "org_id": org, "canvas_id": id("canvas"), "id": id(name), "node_type": .text("note"),
                    "created_at": time, "updated_at": time,
                ]
            )
        }
        try insert(
            "canvas_edges",
            [
                "org_id": org, "canvas_id": id("canvas"), "id": id("edge"), "from_node_id": id("from"),
                "to_node_id": id("to"), "created_at": time, "updated_at": time,
            ]
        )
        try insert(
            "object_tags",
            ["org_id": org, "kind": .text("query"), "object_id": id("query"), "tag": .text("daily")]
        )
        for (table, column) in [("favorites", "created_at"), ("recents", "opened_at")] {
            try insert(
                table,
                [
                    "org_id": org, "user_id": id("ada"), "kind": .text("query"), "object_id": id("query"),
                    column: time,
                ]
            )
        }
        try insert(
            "search_documents",
            [
                "org_id": org, "kind": .text("query"), "object_id": id("query"), "name": .text("a query"),
                "text": .text("a query"), "updated_at": time,
            ]
        )
    }

    private func fillWork() throws {
        let org = id("org")
        try insert(
            "sql_texts",
            [
                "org_id": org, "hash": hash("sql"), "sql": .text("SELECT 1"), "folded": .text("select 1"),
                "created_at": time,
            ]
        )
        try insert(
            "results",
            [
                "org_id": org, "id": id("result"), "run_id": id("run"), "attempt": .integer(1), "columns": .json("[]"),
                "complete": .boolean(true), "storage": .text("store"), "created_at": time,
            ]
        )
        try insert(
            "result_chunks",
            [
                "org_id": org, "result_id": id("result"), "n": .integer(0), "first_row": .integer(0),
                "row_count": .integer(1), "raw_bytes": .integer(4), "stored_bytes": .integer(4),
                "checksum": .bytes([1, 2, 3, 4]), "data": .bytes([1, 2, 3, 4]),
            ]
        )
        try insert(
            "runs",
            [
                "org_id": org, "id": id("run"), "query_id": id("query"), "datasource_id": id("datasource"),
                "datasource_revision": .integer(1), "sql_hash": hash("sql"), "time_zone": .text("UTC"),
                "fingerprint": hash("print"), "trigger": .text("schedule"), "schedule_id": id("schedule"),
                "scheduled_for": time, "priority": .text("scheduled"), "timeout_seconds": .integer(30),
                "max_rows": .integer(10), "max_bytes": .integer(10), "status": .text("completed"),
                "max_attempts": .integer(3), "completed_at": later, "result_id": id("result"),
                "created_by": id("ada"), "created_at": time,
            ]
        )
        try insert(
            "run_attempts",
            [
                "org_id": org, "run_id": id("run"), "attempt": .integer(1), "runner_id": .text("r"),
                "started_at": time,
            ]
        )
        try insert("run_watchers", ["org_id": org, "run_id": id("run"), "user_id": id("ada"), "created_at": time])
        try insert(
            "run_failures",
            [
                "org_id": org, "run_id": id("run"), "attempts": .integer(1), "error": .json("{}"), "failed_at": time,
            ]
        )
        try insert(
            "run_events",
            ["org_id": org, "run_id": id("run"), "status": .text("queued"), "created_at": time]
        )
        try insert(
            "schedule_outcomes",
            [
                "org_id": org, "schedule_id": id("schedule"), "scheduled_for": time, "outcome": .text("completed"),
                "run_id": id("run"), "created_at": time,
            ]
        )
        try insert(
            "work",
            [
                "org_id": org, "id": id("work"), "kind": .text("test"), "datasource_id": id("datasource"),
                "created_by": id("ada"), "created_at": time, "expires_at": later,
            ]
        )
        try insert(
            "download_tickets",
            [
                "token_hash": hash("ticket"), "org_id": org, "user_id": id("ada"), "run_id": id("run"),
                "session_id": id("session"), "format": .text("csv"), "created_at": time, "expires_at": later,
            ]
        )
        if number == 1 {
            try insert(
                "runners",
                [
                    "id": .text("r"), "incarnation": id("r"), "concurrency": .integer(1), "host": .text("h"),
                    "version": .text("1"), "started_at": time, "beat_at": time,
                ]
            )
            try insert(
                "leases",
                [
                    "name": .text("scheduler"), "holder": .text("s"), "token": id("lease"), "acquired_at": time,
                    "beat_at": time,
                ]
            )
        }
    }
}
