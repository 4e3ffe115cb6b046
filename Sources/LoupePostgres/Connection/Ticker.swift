import Dispatch
import LoupeCore
import Synchronization

/// Calls a body now and then until it is stopped, on a queue of its own: the shared ones may be busy.
final class Ticker: Sendable {
    private let timer = Mutex<Timer?>(nil)

    /// `@unchecked Sendable`: a dispatch source may be used from every thread.
    private struct Timer: @unchecked Sendable {
        let source: any DispatchSourceTimer
    }

    func start(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "loupe.postgres.ticker"))
        let milliseconds = DispatchTimeInterval.milliseconds(Int(interval.wholeMilliseconds))
        source.schedule(deadline: .now() + milliseconds, repeating: milliseconds, leeway: .milliseconds(1))
        source.setEventHandler(handler: body)
        timer.withLock { $0 = Timer(source: source) }
        source.resume()
    }

    func stop() {
        timer.withLock { timer in
            timer?.source.cancel()
            timer = nil
        }
    }
}
