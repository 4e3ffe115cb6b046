// Swift cannot call a variadic C function. SQLite's header is not included: GRDBSQLite imports it already.
struct sqlite3;
extern int sqlite3_db_config(struct sqlite3 *, int option, ...);

/// For the options of sqlite3_db_config that take a switch.
static inline int loupe_sqlite_switch(struct sqlite3 *database, int option, int on) {
    return sqlite3_db_config(database, option, on, (int *)0);
}
