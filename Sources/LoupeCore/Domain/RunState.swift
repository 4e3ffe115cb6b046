package import Foundation

/// The part of a run that its transitions read and change.
package struct RunState: Hashable, Sendable {
    package var status: RunStatus
    /// Attempts begun so far.
    package var attempt: Int
    package var maxAttempts: Int
    /// Who may write the outcome: drawn anew by each claim, so that a runner that was given up cannot.
    package var lease: UUID?
    package var isCancelRequested: Bool

    package init(
        status: RunStatus = .queued,
        attempt: Int = 0,
        maxAttempts: Int,
        lease: UUID? = nil,
        isCancelRequested: Bool = false
    ) {
        self.status = status
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.lease = lease
        self.isCancelRequested = isCancelRequested
    }

    /// What may happen to a run.
    package enum Event: Hashable, Sendable {
        /// A runner takes it, with a lease it drew.
        case claim(lease: UUID)
        /// The attempt of this lease ended so.
        case end(lease: UUID, outcome: Outcome)
        /// A runner that shuts down gives it back; the attempt does not count.
        case handBack(lease: UUID)
        /// The reaper found the runner of this lease dead.
        case loseRunner(lease: UUID)
        /// A person wants it to stop.
        case requestCancel
        /// It waited in the queue too long.
        case expire
    }

    package enum Outcome: Hashable, Sendable {
        case completed
        case timedOut
        case cancelled
        case failed(QueryFailure.Recovery)
    }

    /// The state after an event, or nil where the event has no say: another lease holds the run, or it is final.
    package func after(_ event: Event) -> RunState? {
        switch (status, event) {
        case (.queued, .claim(let lease)):
            var next = self
            next.status = .running
            next.attempt += 1
            next.lease = lease
            return next
        case (.queued, .requestCancel): return ended(.cancelled)
        case (.queued, .expire): return ended(.failed)
        case (.running, .requestCancel):
            var next = self
            next.isCancelRequested = true
            return next
        case (.running, .end(let lease, let outcome)) where lease == self.lease: return after(outcome)
        case (.running, .handBack(let lease)) where lease == self.lease:
            return isCancelRequested ? ended(.cancelled) : requeued(countingAttempt: false)
        case (.running, .loseRunner(let lease)) where lease == self.lease: return after(.failed(.mayPass))
        default: return nil
        }
    }

    private func after(_ outcome: Outcome) -> RunState {
        switch outcome {
        case .completed: ended(.completed)
        case .cancelled: ended(.cancelled)
        case .timedOut: ended(.timeout)
        case .failed(.final): ended(.failed)
        case .failed(.mayPass) where isCancelRequested: ended(.cancelled)
        case .failed(.mayPass): attempt < maxAttempts ? requeued(countingAttempt: true) : ended(.failed)
        }
    }

    private func ended(_ status: RunStatus) -> RunState {
        var next = self
        next.status = status
        next.lease = nil
        return next
    }

    private func requeued(countingAttempt: Bool) -> RunState {
        var next = self
        next.status = .queued
        next.lease = nil
        if !countingAttempt { next.attempt -= 1 }
        return next
    }
}
