import LoupeCore
import Testing

@testable import LoupeStore

@Suite("Signals in a process")
struct SignalHubTests {
    @Test("who waits when the process ends waits no longer")
    func open() async {
        let hub = SignalHub()
        let changes = hub.subscribe(.run(Surroundings.system.newID()))
        hub.endWaiting()
        for await _ in changes { Issue.record("nothing was announced") }
    }

    @Test("who begins to wait after that does not wait at all")
    func late() async {
        let hub = SignalHub()
        hub.endWaiting()
        for await _ in hub.subscribe(.run(Surroundings.system.newID())) { Issue.record("nothing was announced") }
    }

    @Test("work is still heard of: what was taken is finished")
    func work() async {
        let hub = SignalHub()
        hub.endWaiting()
        var work = hub.subscribe(.work).makeAsyncIterator()
        hub.announce(.work)
        #expect(await work.next() == .work)
    }
}
