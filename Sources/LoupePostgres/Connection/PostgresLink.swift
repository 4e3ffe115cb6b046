import CPQ
import Foundation
import LoupeCore
import Synchronization

/// What may be reached from outside a connection's executor: its socket, its cancel key, a way to wake it and a few
/// flags.
///
/// `@unchecked Sendable`: `PQcancel` reads its immutable `PGcancel` and is made for other threads; `deinit` frees it
/// when nobody can call any more. Descriptors are constant, flags are atomic.
final class PostgresLink: @unchecked Sendable {
    /// Why a wait was ended from outside.
    private let isAbandonedFlag = Atomic<Bool>(false)
    private let isCancelRequestedFlag = Atomic<Bool>(false)
    private let isCallPendingFlag = Atomic<Bool>(false)
    private let isBrokenFlag = Atomic<Bool>(false)
    private let isInTransactionFlag = Atomic<Bool>(false)
    private let cancelKey = Mutex<Key?>(nil)
    private let cancelQueue = BlockingExecutor(label: "loupe.postgres.cancel")
    /// Readable once somebody wants the waiting connection's attention.
    let wakeDescriptor: Int32

    private struct Key: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    init() throws {
        wakeDescriptor = loupe_bell_make()
        guard wakeDescriptor >= 0 else { throw PostgresConnectError(.other) }
    }

    deinit {
        cancelKey.withLock { key in
            if let key { PQfreeCancel(key.pointer) }
        }
        close(wakeDescriptor)
    }

    func setCancelKey(of connection: OpaquePointer) {
        let key = PQgetCancel(connection).map(Key.init)
        cancelKey.withLock { $0 = key }
    }

    var isAbandoned: Bool { isAbandonedFlag.load(ordering: .acquiring) }

    /// Whether somebody outside has something to say that the session may not have heard yet.
    var isCalled: Bool { isCallPendingFlag.load(ordering: .acquiring) }

    /// The session has heard it.
    func hush() {
        isCallPendingFlag.store(false, ordering: .releasing)
        loupe_bell_hush(wakeDescriptor)
    }

    private func ring() {
        isCallPendingFlag.store(true, ordering: .releasing)
        loupe_bell_ring(wakeDescriptor)
    }

    var isCancelRequested: Bool { isCancelRequestedFlag.load(ordering: .acquiring) }

    /// Starts a cancel from outside and tells the waiting session, whose patience begins now.
    func requestCancel() {
        isCancelRequestedFlag.store(true, ordering: .releasing)
        startCancel()
        ring()
    }

    /// For the connection's next user.
    func clearCancelRequest() {
        isCancelRequestedFlag.store(false, ordering: .releasing)
        if !isAbandoned { hush() }
    }

    var isBroken: Bool {
        get { isBrokenFlag.load(ordering: .acquiring) }
        set { isBrokenFlag.store(newValue, ordering: .releasing) }
    }

    var isInTransaction: Bool {
        get { isInTransactionFlag.load(ordering: .acquiring) }
        set { isInTransactionFlag.store(newValue, ordering: .releasing) }
    }

    /// Ends what the connection waits for at once; it cannot be used after.
    func abandon() {
        isAbandonedFlag.store(true, ordering: .releasing)
        isBroken = true
        ring()
    }

    /// Asks the server over a connection of its own to end the running statement; returns once the server read that.
    func cancel() async {
        _ = try? await cancelQueue.perform { self.cancelBlocking() }  // the statement then ends by its own means
    }

    /// As `cancel`, for a thread that goes on waiting for the statement; `awaitCancels` must follow.
    func startCancel() {
        cancelQueue.enqueue { self.cancelBlocking() }
    }

    /// Waits until the cancels that were started are over, as one that comes late would hit the next statement.
    func awaitCancels() {
        cancelQueue.drain()
    }

    /// As `cancel`, on a thread that may block.
    func cancelBlocking() {
        guard let key = cancelKey.withLock({ $0 }) else { return }
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(key.pointer, &message, 256)
    }
}
