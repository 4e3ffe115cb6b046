import LoupeCore
import NIOCore
import Synchronization

/// One open stream: what waits to be written to it, and who listens.
final class EventStream: Sendable {
    /// A reader who leaves that much unread is dropped.
    static let maximumUnsent = 256 << 10

    let identity: Identity
    let caller: Caller
    /// The one run that it is about; nil for all that its listener may see.
    let run: Run.ID?
    /// Wakes the writer.
    let bell = Bell()
    /// Cuts the connection of a reader who does not read: the writer is stuck then.
    private let cut: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var waiting: [ByteBuffer] = []
        var waitingBytes = 0
        /// Taken by the writer and not known to be sent.
        var writingBytes = 0
        var isEnded = false
    }

    init(identity: Identity, caller: Caller, run: Run.ID?, cut: @escaping @Sendable () -> Void) {
        self.identity = identity
        self.caller = caller
        self.run = run
        self.cut = cut
    }

    func wants(_ event: RunEvent) -> Bool {
        guard event.organization == caller.organization, run == nil || run == event.run else { return false }
        return caller.maySeeRun(query: event.query, trigger: event.trigger, createdBy: event.createdBy)
    }

    /// Gives it something to write. False where its reader is too slow: it has ended then.
    @discardableResult
    func push(_ bytes: ByteBuffer) -> Bool {
        let isTooSlow = state.withLock { state in
            guard !state.isEnded else { return false }
            let unsent = state.waitingBytes + state.writingBytes + bytes.readableBytes
            guard unsent <= EventStream.maximumUnsent else {
                state.isEnded = true
                state.waiting = []
                return true
            }
            state.waiting.append(bytes)
            state.waitingBytes += bytes.readableBytes
            return false
        }
        if isTooSlow { cut() }
        bell.ring()
        return !isTooSlow
    }

    /// Ends it once what waits is written.
    func end() {
        state.withLock { $0.isEnded = true }
        bell.ring()
    }

    /// What waits, in one piece, and whether nothing follows it.
    func take() -> (bytes: ByteBuffer?, isLast: Bool) {
        state.withLock { state in
            var bytes = state.waiting.first
            for more in state.waiting.dropFirst() { bytes?.writeImmutableBuffer(more) }
            state.writingBytes = state.waitingBytes
            state.waiting = []
            state.waitingBytes = 0
            return (bytes, state.isEnded)
        }
    }

    /// What was taken last is on its way.
    func sent() {
        state.withLock { $0.writingBytes = 0 }
    }
}
