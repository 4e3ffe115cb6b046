/// Wakes a loop at once and then at an interval, until its task is cancelled.
package struct Ticks: AsyncSequence, Sendable {
    let interval: Duration

    package init(every interval: Duration) {
        self.interval = interval
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let interval: Duration
        var isFirst = true

        package mutating func next() async -> Void? {
            if isFirst {
                isFirst = false
                return ()
            }
            // A cancelled sleep is how the loop ends.
            guard (try? await Task.sleep(for: interval)) != nil else { return nil }
            return ()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(interval: interval)
    }
}
