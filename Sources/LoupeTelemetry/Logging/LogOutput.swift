import Glibc
import Synchronization

/// Where log entries go: a file descriptor, one entry at a time and each in one `write`.
package final class LogOutput: Sendable {
    private let descriptor: Int32
    /// Keeps two long entries from mixing; a pipe keeps only short ones whole.
    private let turn = Mutex(())

    /// The descriptor stays the caller's: it is not closed here.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package static let standardError = LogOutput(descriptor: STDERR_FILENO)

    func write(_ entry: [UInt8]) {
        turn.withLock { _ in
            var rest = entry[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    // Nobody can be told that the log is gone, and a server does not stop for it.
                    return
                }
            }
        }
    }
}
