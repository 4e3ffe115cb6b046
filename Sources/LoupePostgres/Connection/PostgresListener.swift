import CPQ
package import Logging

/// Hears `NOTIFY` on a connection of its own.
package struct PostgresListener: Sendable {
    package enum Event: Sendable, Hashable {
        case notification(channel: String, payload: String)
        /// Listening, for the first time or again. What was sent meanwhile is lost: whoever listens must look once.
        case connected
        /// The connection is lost; a new one is tried until it stands.
        case disconnected
    }

    private let options: PostgresOptions
    private let channels: [String]
    private let logger: Logger
    private let backoff: ClosedRange<Duration>

    /// `backoff` is the pause after the first and the longest pause after further failures.
    package init(
        options: PostgresOptions,
        channels: [String],
        logger: Logger,
        backoff: ClosedRange<Duration> = .milliseconds(100)...(.seconds(10))
    ) {
        self.options = options
        self.channels = channels
        self.logger = logger
        self.backoff = backoff
    }

    /// Events as long as the task that reads them lives; ends when that is cancelled.
    package func events() -> AsyncStream<Event> {
        let ear = Ear(self)
        return AsyncStream { await ear.next() }
    }

    /// The connection and what it has heard and not told yet.
    private actor Ear {
        private let listener: PostgresListener
        private var connection: PostgresConnection?
        private var heard: [Event] = []
        private var pause: Duration

        init(_ listener: PostgresListener) {
            self.listener = listener
            pause = listener.backoff.lowerBound
        }

        func next() async -> Event? {
            while heard.isEmpty {
                guard !Task.isCancelled else { return nil }
                if let connection {
                    await hear(connection)
                } else {
                    await connect()
                }
            }
            return heard.removeFirst()
        }

        private func hear(_ connection: PostgresConnection) async {
            do {
                heard += try await connection.notifications()
            } catch {
                self.connection = nil
                guard !Task.isCancelled else { return }
                listener.logger.notice("listening for notifications was interrupted")
                heard.append(.disconnected)
            }
        }

        private func connect() async {
            do {
                let connection = try await PostgresConnection.connect(listener.options, logger: listener.logger)
                try await connection.listen(to: listener.channels)
                self.connection = connection
                pause = listener.backoff.lowerBound
                heard.append(.connected)
            } catch {
                // Cancelled meanwhile: `next` ends.
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, listener.backoff.upperBound)
            }
        }
    }
}

extension PostgresConnection {
    fileprivate func listen(to channels: [String]) throws {
        try run { session in
            for channel in channels {
                _ = try session.executeText("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
            }
        }
    }

    /// Waits for at least one. Cancelling the task ends the wait and the connection.
    fileprivate nonisolated func notifications() async throws -> [PostgresListener.Event] {
        try await withTaskCancellationHandler {
            try await run { session in try session.awaitNotifications() }
        } onCancel: {
            abandon()
        }
    }
}

extension PostgresSession {
    fileprivate func awaitNotifications() throws -> [PostgresListener.Event] {
        let connection = try connection
        while true {
            let events = takeNotifications(connection)
            if !events.isEmpty { return events }
            let wait = SocketWait(
                socket: PQsocket(connection),
                wake: link.wakeDescriptor,
                reading: true,
                writing: false
            )
            guard case .ready = wait.run(until: nil), PQconsumeInput(connection) == 1 else { throw lost() }
        }
    }

    private func takeNotifications(_ connection: OpaquePointer) -> [PostgresListener.Event] {
        var events: [PostgresListener.Event] = []
        while let notification = PQnotifies(connection) {
            events.append(
                .notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)
                )
            )
            PQfreemem(notification)
        }
        return events
    }
}
