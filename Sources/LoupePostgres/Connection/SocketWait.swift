import Foundation

/// Waits for a socket, for a wake from another thread and for a deadline, whichever comes first.
struct SocketWait {
    enum Outcome {
        case ready
        case woken
        case deadline
    }

    let socket: Int32
    let wake: Int32
    let reading: Bool
    let writing: Bool

    func run(until deadline: ContinuousClock.Instant?) -> Outcome {
        let events = (reading ? POLLIN : 0) | (writing ? POLLOUT : 0)
        var descriptors = [
            pollfd(fd: socket, events: Int16(events), revents: 0), pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            // First, as a socket that always has something would never come to it.
            if let deadline, ContinuousClock.now >= deadline { return .deadline }
            let count = poll(&descriptors, 2, Self.milliseconds(until: deadline))
            if count < 0, errno == EINTR { continue }
            if descriptors[1].revents != 0 { return .woken }
            // An error too: the read that follows says which.
            if count != 0 { return .ready }
        }
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { return 0 }
        // Rounded up: rounded down it would spin through the last millisecond.
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
        return Int32(clamping: milliseconds)
    }

    /// Whether something, or the end, can be read at once.
    static func isReadable(_ socket: Int32) -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }
}
