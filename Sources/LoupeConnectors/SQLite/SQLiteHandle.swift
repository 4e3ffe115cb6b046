import CSQLiteConfig
import GRDBSQLite

/// An open database file, read-only, with every door shut that reading does not need. Not for two threads at once.
final class SQLiteHandle {
    let database: OpaquePointer
    let authorizer = SQLiteAuthorizer()
    private var control: RunControl?

    /// The most that one value may take; SQLite itself would allow 1 GB, in one call of `printf`.
    static let maximumValueBytes: Int32 = 16 << 20

    /// Throws `SQLiteFailure`. The file is not read before the first statement.
    init(_ file: SQLiteFile) throws {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLiteHandle.noFollow
        let code = sqlite3_open_v2(file.path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = SQLiteFailure(code: code, message: String(cString: sqlite3_errstr(code)))
            sqlite3_close_v2(opened)
            throw failure
        }
        database = opened
        sqlite3_extended_result_codes(database, 1)
        try harden()
    }

    deinit {
        sqlite3_close_v2(database)
    }

    /// `SQLITE_OPEN_NOFOLLOW`
    private static let noFollow: Int32 = 0x0100_0000

    private func harden() throws {
        for (option, on) in SQLiteHandle.switches {
            try check(loupe_sqlite_switch(database, option, on))
        }
        for (limit, value) in SQLiteHandle.limits { sqlite3_limit(database, limit, value) }
        // Only such as do not read the file: another program may have locked it.
        let settings = "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY"
        try check(sqlite3_exec(database, settings, nil, nil, nil))
        let context = Unmanaged.passUnretained(authorizer).toOpaque()
        try check(sqlite3_set_authorizer(database, SQLiteAuthorizer.callback, context))
    }

    /// `sqlite3_db_config`: no extensions and tokenizers, no views or triggers that write, defensive, no functions with side
    /// effects out of the schema. https://sqlite.org/c3ref/c_dbconfig_defensive.html
    private static let switches: [(option: Int32, on: Int32)] = [
        (1004, 0), (1005, 0), (1003, 0), (1010, 1), (1011, 0), (1017, 0),
    ]

    private static let limits: [(limit: Int32, value: Int32)] = [
        (SQLITE_LIMIT_LENGTH, maximumValueBytes), (SQLITE_LIMIT_SQL_LENGTH, 1_000_000), (SQLITE_LIMIT_EXPR_DEPTH, 200),
        (SQLITE_LIMIT_ATTACHED, 0), (SQLITE_LIMIT_COMPOUND_SELECT, 100), (SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (SQLITE_LIMIT_WORKER_THREADS, 0), (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    ]

    func check(_ code: Int32) throws {
        guard code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE else { throw failure(code) }
    }

    /// The error of the last call.
    func failure(_ code: Int32) -> SQLiteFailure {
        let offset = Int(sqlite3_error_offset(database))
        return SQLiteFailure(
            code: code,
            message: String(cString: sqlite3_errmsg(database)),
            offset: offset >= 0 ? offset : nil
        )
    }
}

extension SQLiteHandle {
    /// Lets `control` end what runs from here on; nil lets nothing.
    func obey(_ control: RunControl?) {
        self.control = control
        guard let control else {
            sqlite3_progress_handler(database, 0, nil, nil)
            sqlite3_busy_handler(database, nil, nil)
            return
        }
        let context = Unmanaged.passUnretained(control).toOpaque()
        sqlite3_progress_handler(database, 1000, SQLiteHandle.progress, context)
        sqlite3_busy_handler(database, SQLiteHandle.busy, context)
    }

    private static let progress: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
        guard let context else { return 1 }
        let control = Unmanaged<RunControl>.fromOpaque(context).takeUnretainedValue()
        if sqlite3_memory_used() > control.memoryLimit { control.stop(.memory) }
        return control.stop == nil ? 0 : 1
    }

    /// Another program's lock is waited for as long as the statement may run.
    private static let busy: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32 = { context, _ in
        guard let context else { return 0 }
        let control = Unmanaged<RunControl>.fromOpaque(context).takeUnretainedValue()
        guard control.stop == nil else { return 0 }
        sqlite3_sleep(10)
        return 1
    }
}
