/// What a pool does to a connection between its users.
extension PostgresConnection {
    /// Whether the socket has something, which on an idle connection is mostly its end.
    nonisolated var hasInput: Bool { SocketWait.isReadable(socket) }

    nonisolated var isInTransaction: Bool { link.isInTransaction }

    /// Asks the server for a sign of life. Throws `PostgresError`; the connection is lost then.
    func ping(within limit: Duration) throws {
        try run { session in
            session.deadline = .now + limit
            defer { session.deadline = nil }
            do {
                _ = try session.executeText("")
            } catch {
                session.close()
                throw error
            }
        }
    }

    /// After a body that left a transaction or rows open.
    func rollBackOrClose() {
        do {
            try run { session in
                guard !session.isStreaming, session.transactionStatus != .busy else { return session.close() }
                session.deadline = .now + PostgresSession.cancelGrace
                defer { session.deadline = nil }
                _ = try session.executeText("ROLLBACK")
            }
        } catch {
            closeSoon()
        }
    }
}

extension PostgresConnection {
    /// Makes the server forget all that the session set up. The connection is closed where it does not within `limit`.
    package func discard(within limit: Duration) {
        do {
            try run { session in
                session.deadline = .now + limit
                defer { session.deadline = nil }
                try session.discardAll()
            }
        } catch {
            close()
        }
    }
}
