extension Migration {
    /// Every migration of a store, in order. The scripts lie in `Migrations/` and are compiled in, as a single binary has
    /// no place to look for them; a test compares this list with the folder.
    package static func all(for dialect: Dialect) -> [Migration] {
        switch dialect {
        case .sqlite: sqlite
        case .postgres: postgres
        }
    }

    private static var sqlite: [Migration] {
        [
            Migration(
                1,
                "accounts",
                up: PackageResources._001_accounts_sqlite_up_sql,
                down: PackageResources._001_accounts_sqlite_down_sql
            ),
            Migration(
                2,
                "objects",
                up: PackageResources._002_objects_sqlite_up_sql,
                down: PackageResources._002_objects_sqlite_down_sql
            ),
            Migration(
                3,
                "work",
                up: PackageResources._003_work_sqlite_up_sql,
                down: PackageResources._003_work_sqlite_down_sql
            ),
            Migration(
                4,
                "search",
                up: PackageResources._004_search_sqlite_up_sql,
                down: PackageResources._004_search_sqlite_down_sql
            ),
            Migration(
                5,
                "turns",
                up: PackageResources._005_turns_sqlite_up_sql,
                down: PackageResources._005_turns_sqlite_down_sql
            ),
        ]
    }

    private static var postgres: [Migration] {
        [
            Migration(
                1,
                "accounts",
                up: PackageResources._001_accounts_postgres_up_sql,
                down: PackageResources._001_accounts_postgres_down_sql
            ),
            Migration(
                2,
                "objects",
                up: PackageResources._002_objects_postgres_up_sql,
                down: PackageResources._002_objects_postgres_down_sql
            ),
            Migration(
                3,
                "work",
                up: PackageResources._003_work_postgres_up_sql,
                down: PackageResources._003_work_postgres_down_sql
            ),
            Migration(
                4,
                "search",
                up: PackageResources._004_search_postgres_up_sql,
                down: PackageResources._004_search_postgres_down_sql
            ),
            Migration(
                5,
                "turns",
                up: PackageResources._005_turns_postgres_up_sql,
                down: PackageResources._005_turns_postgres_down_sql
            ),
        ]
    }

    private init(_ number: Int, _ name: String, up: [UInt8], down: [UInt8]) {
        self.init(
            number: number,
            name: name,
            up: String(decoding: up, as: UTF8.self),
            down: String(decoding: down, as: UTF8.self)
        )
    }
}
