import Foundation
import LoupeCore
import Testing

/// Explores every order in which two runners, a reaper, a canceller and an expiring queue can act on one run.
@Suite("The life of a run, explored exhaustively")
struct RunStateModelTests {
    /// A run and what each runner still believes to hold.
    private struct World: Hashable {
        var run: RunState
        /// Leases that were drawn, in order; a runner that was given up still holds its own.
        var leases: [UUID] = []
        var lastWriter: UUID?
    }

    private static func lease(_ number: Int) -> UUID {
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(number)))
    }

    private static func events(in world: World) -> [RunState.Event] {
        var events: [RunState.Event] = [.requestCancel, .expire]
        if world.leases.count < 4 { events.append(.claim(lease: lease(world.leases.count + 1))) }
        for lease in world.leases {
            events += [
                .handBack(lease: lease), .loseRunner(lease: lease), .end(lease: lease, outcome: .completed),
                .end(lease: lease, outcome: .timedOut), .end(lease: lease, outcome: .cancelled),
                .end(lease: lease, outcome: .failed(.mayPass)), .end(lease: lease, outcome: .failed(.final)),
            ]
        }
        return events
    }

    private static func next(_ world: World, _ event: RunState.Event) -> World? {
        guard let run = world.run.after(event) else { return nil }
        var next = world
        next.run = run
        if case .claim(let lease) = event { next.leases.append(lease) }
        if case .end(let lease, _) = event { next.lastWriter = lease }
        return next
    }

    private static let reachable: [World] = {
        let start = World(run: RunState(maxAttempts: 2))
        var seen: Set<World> = [start]
        var open = [start]
        while let world = open.popLast() {
            for event in events(in: world) {
                if let next = next(world, event), seen.insert(next).inserted { open.append(next) }
            }
        }
        return Array(seen)
    }()

    @Test("reaches enough states to mean something")
    func size() {
        #expect(RunStateModelTests.reachable.count > 100)
        for status in RunStatus.allCases {
            #expect(RunStateModelTests.reachable.contains { $0.run.status == status })
        }
    }

    @Test("a final state never changes")
    func finalStatesStay() {
        for world in RunStateModelTests.reachable where world.run.status.isFinal {
            for event in RunStateModelTests.events(in: world) { #expect(world.run.after(event) == nil) }
        }
    }

    @Test("only the lease in force writes an outcome")
    func onlyTheLeaseWrites() {
        for world in RunStateModelTests.reachable {
            for lease in world.leases where lease != world.run.lease {
                for outcome in [RunState.Outcome.completed, .timedOut, .cancelled, .failed(.final), .failed(.mayPass)] {
                    #expect(world.run.after(.end(lease: lease, outcome: outcome)) == nil)
                }
                #expect(world.run.after(.handBack(lease: lease)) == nil)
                #expect(world.run.after(.loseRunner(lease: lease)) == nil)
            }
        }
    }

    @Test("a lease stands exactly while the run is running, and attempts stay in their bound")
    func invariants() {
        for world in RunStateModelTests.reachable {
            #expect((world.run.status == .running) == (world.run.lease != nil))
            #expect((0...world.run.maxAttempts).contains(world.run.attempt))
        }
    }

    @Test("every state can still reach a final one")
    func nothingIsLost() {
        for world in RunStateModelTests.reachable where !world.run.status.isFinal {
            let exit: RunState.Event =
                world.run.lease.map { .end(lease: $0, outcome: .failed(.final)) } ?? .expire
            #expect(world.run.after(exit)?.status.isFinal == true)
        }
    }

    @Test("a run that somebody wants stopped is not tried again")
    func cancelWins() {
        for world in RunStateModelTests.reachable where world.run.isCancelRequested {
            guard let lease = world.run.lease else { continue }
            #expect(world.run.after(.loseRunner(lease: lease))?.status == .cancelled)
            #expect(world.run.after(.handBack(lease: lease))?.status == .cancelled)
        }
    }
}
