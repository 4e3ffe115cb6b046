/// Where the store's file lies and how it is opened.
package struct SQLiteOptions: Sendable {
    /// The file; it is made with mode 0600 where it is missing. Its directory must exist.
    package var path: String
    package var synchronous: Synchronous
    /// How long a statement waits for another process's lock before it fails as `unavailable`.
    package var busyTimeout: Duration
    package var maximumReaders: Int
    /// The file's size limit in pages of 4 KiB; nil is SQLite's own.
    package var maximumPages: Int?

    /// What a commit survives.
    package enum Synchronous: String, CaseIterable, Sendable {
        /// The death of the process.
        case normal
        /// The loss of power too, for an fsync a commit.
        case full
    }

    package init(
        path: String,
        synchronous: Synchronous = .normal,
        busyTimeout: Duration = .seconds(5),
        maximumReaders: Int = 4,
        maximumPages: Int? = nil
    ) {
        self.path = path
        self.synchronous = synchronous
        self.busyTimeout = busyTimeout
        self.maximumReaders = maximumReaders
        self.maximumPages = maximumPages
    }
}
