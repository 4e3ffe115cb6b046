/// After how many wrong passwords sign-ins must wait, and how long.
///
/// Failures of an account from one address make that address wait; only very many from anywhere make everybody wait, so
/// that nobody can keep the owner out with a few wrong guesses. Whoever is signed in stays so.
package enum Lockout {
    package static let failuresFromAddress = 10
    package static let failuresOfAccount = 100
    /// Failures this far apart are no series.
    package static let memory = Duration.seconds(15 * 60)
    /// A series that locked is remembered longer, so that the next failure after the longest wait still belongs to it.
    package static let longMemory = memory + longestWait

    private static let firstWait = Duration.seconds(60)
    private static let longestWait = Duration.seconds(3600)

    /// How long the last of so many failures makes the address wait; nil where it need not.
    package static func wait(fromAddress failures: Int) -> Duration? {
        wait(over: failures - failuresFromAddress)
    }

    /// How long the last of so many failures from anywhere makes everybody wait; nil where they need not.
    package static func wait(ofAccount failures: Int) -> Duration? {
        wait(over: failures - failuresOfAccount)
    }

    private static func wait(over count: Int) -> Duration? {
        guard count >= 0 else { return nil }
        return min(firstWait * (1 << min(count, 6)), longestWait)
    }
}
