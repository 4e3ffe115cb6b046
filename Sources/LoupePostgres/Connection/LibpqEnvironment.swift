import Foundation
import Synchronization

/// libpq takes what a caller leaves out from `PG*` variables, and a service (`PGSERVICE`) from nowhere else, so that
/// no parameter can override it. Loupe is configured by its own names only, so the process forgets these.
enum LibpqEnvironment {
    private static let lock = Mutex(())

    private static let names = [
        "PGAPPNAME", "PGCHANNELBINDING", "PGCLIENTENCODING", "PGCONNECT_TIMEOUT", "PGDATABASE", "PGDATESTYLE",
        "PGGEQO", "PGGSSENCMODE", "PGGSSLIB", "PGHOST", "PGHOSTADDR", "PGKRBSRVNAME", "PGOPTIONS", "PGPASSFILE",
        "PGPASSWORD", "PGPORT", "PGREQUIREPEER", "PGREQUIRESSL", "PGSERVICE", "PGSERVICEFILE", "PGSSLCERT",
        "PGSSLCOMPRESSION", "PGSSLCRL", "PGSSLCRLDIR", "PGSSLKEY", "PGSSLMAXPROTOCOLVERSION",
        "PGSSLMINPROTOCOLVERSION", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLSNI", "PGSYSCONFDIR", "PGTARGETSESSIONATTRS",
        "PGTZ", "PGUSER",
    ]

    static func remove() {
        lock.withLock { _ in
            for name in names where getenv(name) != nil { unsetenv(name) }
        }
    }
}
