/// Which functions a statement may not call, by the last part of their names: PostgreSQL finds a function under any schema,
/// quoting and case, and as a field of a value (`('/etc/hostname'::text).pg_read_file` reads that file).
///
/// A name on no list is a function of the person's own database: the read-only session and the role judge that one.
package enum FunctionRules {
    /// Completes "… is refused: it …".
    package enum Reason: String, Sendable {
        case files = "reaches files of the database server"
        case network = "reaches other servers"
        case sessions = "acts on other sessions"
        case settings = "changes settings or the state of the session"
        case largeObjects = "works on large objects"
        case sequences = "moves or reads sequences"
        case locks = "takes or releases locks"
        case wal = "works on the write-ahead log"
        case replication = "works on replication"
        case sqlText = "runs SQL given as text"
        case control = "steers the database server"
        case transactions = "assigns a transaction number"
        case storage = "works on storage beneath the tables"
        case internalUse = "is for the database's own use"
    }

    package static let samplingMethods: Set<String> = ["bernoulli", "system", "system_rows", "system_time"]

    /// Nil where the name is not refused. What is for internal use cannot be called anyway, so it may name a column. Names that only begin like a refused one are refused as calls alone: a column
    /// may well be called `lo_revenue`.
    package static func refusal(of name: String, isCall: Bool) -> Reason? {
        if let reason = refused[name] { return isCall || reason != .internalUse ? reason : nil }
        if name.contains("_to_xml") { return .sqlText }
        if let (_, reason) = families.first(where: { name.hasPrefix($0.prefix) }) { return reason }
        return isCall && name.hasPrefix("lo_") ? .largeObjects : nil
    }

    /// Beginnings of names whose every bearer does the same kind of thing, in versions and extensions to come as well.
    private static let families: [(prefix: String, reason: Reason)] = [
        ("pg_read_", .files), ("pg_ls_", .files), ("pg_file_", .files), ("pg_advisory_", .locks),
        ("pg_try_advisory_", .locks), ("dblink", .network), ("postgres_fdw_disconnect", .network),
        ("run_command_on_", .network), ("crosstab", .sqlText), ("connectby", .sqlText),
        ("pg_replication_", .replication),
        ("pg_logical_", .replication), ("pg_stat_reset", .control), ("binary_upgrade_", .control),
        ("pg_get_wal_", .wal), ("pg_wal_replay_", .wal), ("pg_restore_", .control),
        ("pg_sync_replication_", .replication),
    ]

    private static let refused: [String: Reason] = {
        var all: [String: Reason] = [:]
        for (reason, names) in refusedNames {
            for name in names { all[name] = reason }
        }
        return all
    }()
}
