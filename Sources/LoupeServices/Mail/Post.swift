package import Logging
package import LoupeCore

/// Sends mails off the request path: they are queued in memory, written and sent one after another, and tried again while
/// the mail server does not take them.
///
/// A mail that is queued when the process dies is lost. Nothing hangs on it: an invitation's link is shown to the admin
/// too, and who waits for a new password asks again.
package actor Post {
    /// Hands a mail on. Throws where it was not taken; `validation_failed` where it never will be.
    package typealias Deliver = @Sendable (Mail) async throws -> Void
    /// Makes the mail when its turn comes; nil where there is none to send.
    package typealias Write = @Sendable () async throws -> Mail?

    private struct Letter {
        var write: Write
        var attempts = 0
    }

    private let deliver: Deliver
    private let logger: Logger
    private let surroundings: Surroundings
    private let backoff: Backoff
    private let maximumAttempts: Int
    private let maximumWaiting: Int
    private var waiting: [Letter] = []
    private let bell = Bell()

    package init(
        deliver: @escaping Deliver,
        logger: Logger,
        surroundings: Surroundings,
        backoff: Backoff = Backoff(base: .seconds(2), cap: .seconds(120)),
        maximumAttempts: Int = 6,
        maximumWaiting: Int = 1000
    ) {
        self.deliver = deliver
        self.logger = logger
        self.surroundings = surroundings
        self.backoff = backoff
        self.maximumAttempts = maximumAttempts
        self.maximumWaiting = maximumWaiting
    }

    /// Queues a mail; one that finds no room is logged and lost.
    package func send(_ write: @escaping Write) {
        guard waiting.count < maximumWaiting else {
            logger.error("A mail was not sent: too many wait for the mail server")
            return
        }
        waiting.append(Letter(write: write))
        bell.ring()
    }

    /// Sends until the task is cancelled.
    package func run() async {
        for await _ in bell.rings { await sendWaiting() }
    }

    /// At the end of the process: what still waits is tried once more.
    package func finish() async {
        while !waiting.isEmpty { await sendNext(isLast: true) }
    }

    /// Sends what waits, and what is tried again.
    package func sendWaiting() async {
        while !waiting.isEmpty, !Task.isCancelled { await sendNext() }
    }

    private func sendNext(isLast: Bool = false) async {
        var letter = waiting.removeFirst()
        letter.attempts += 1
        do {
            guard let mail = try await letter.write() else { return }
            letter.write = { mail }
            try await deliver(mail)
        } catch {
            let isHopeless = (error as? LoupeError)?.code == .validationFailed
            guard !isLast, !isHopeless, letter.attempts < maximumAttempts else {
                logger.error("A mail was given up", metadata: ["error": "\(error)"])
                return
            }
            logger.warning("A mail will be tried again", metadata: ["error": "\(error)"])
            waiting.append(letter)
            let fraction = Double(surroundings.random().0 >> 11) / Double(1 << 53)
            // Cancelled, it goes on at once: the loop is about to end.
            try? await Task.sleep(for: backoff.delay(afterAttempt: letter.attempts, fraction: fraction))
        }
    }
}
