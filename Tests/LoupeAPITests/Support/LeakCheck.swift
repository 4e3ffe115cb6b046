import Testing

/// Words of the inside that no error body may hold: SQL, paths, hosts, Swift's own names.
private let forbidden = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM", "WHERE ", "sqlite3", "SQLITE_", "libpq", "pq_", "relation \"",
    "/var/", "/tmp/", "/home/", "/usr/", ".swift", "Sources/", "127.0.0.1", "localhost", "db.internal", ":5432",
    ":54399",
    "LoupeError", "Loupe.", "Optional(", "Swift.", "Error Domain", "NIO", "GRDB", "JWT", "Failure(", "fatal", "0x",
    "StoreDecodingError", "InnerFailure", "Identifier<", "(code:", "underlying",
]

func expectNoLeak(_ body: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for word in forbidden where body.contains(word) {
        Issue.record("the error body tells \(word): \(body)", sourceLocation: sourceLocation)
    }
}
