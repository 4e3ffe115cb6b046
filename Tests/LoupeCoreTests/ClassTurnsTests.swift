import Foundation
import LoupeCore
import Testing

@Suite("Turns")
struct ClassTurnsTests {
    private func candidates(
        _ count: Int,
        _ priority: RunPriority,
        _ organization: Organization.ID = Identifier(UUID()),
        _ datasource: Datasource.ID = Identifier(UUID()),
        of person: User.ID? = nil
    ) -> [ClassTurns.Candidate] {
        (0..<count).map { _ in
            ClassTurns.Candidate(
                run: Identifier(UUID()),
                organization: organization,
                person: person,
                datasource: datasource,
                priority: priority
            )
        }
    }

    private func rooms(_ candidates: [ClassTurns.Candidate]) -> ClassTurns.Rooms {
        ClassTurns.Rooms(
            datasources: Dictionary(candidates.map { ($0.datasource, 1000) }) { first, _ in first },
            organizations: Dictionary(candidates.map { ($0.organization, 1000) }) { first, _ in first }
        )
    }

    @Test("share slots 8 : 3 : 1 among the classes")
    func shares() {
        let all = candidates(100, .interactive) + candidates(100, .scheduled) + candidates(100, .background)
        var turns = ClassTurns()
        let chosen = turns.choose(120, from: all, rooms: rooms(all))
        #expect(chosen.count { $0.priority == .interactive } == 80)
        #expect(chosen.count { $0.priority == .scheduled } == 30)
        #expect(chosen.count { $0.priority == .background } == 10)
    }

    @Test("leave no slot idle when a class has nothing to run")
    func noIdleSlot() {
        let all = candidates(5, .background)
        var turns = ClassTurns()
        #expect(turns.choose(10, from: all, rooms: rooms(all)).count == 5)
    }

    @Test("go round the organizations, oldest first within each")
    func organizations() {
        let loud = candidates(50, .interactive)
        let quiet = candidates(2, .interactive)
        var turns = ClassTurns()
        let chosen = turns.choose(4, from: loud + quiet, rooms: rooms(loud + quiet))
        #expect(chosen.map(\.run) == [loud[0].run, quiet[0].run, loud[1].run, quiet[1].run])
    }

    @Test("keep to a datasource's room")
    func room() {
        let all = candidates(10, .interactive)
        var rooms = rooms(all)
        rooms.datasources[all[0].datasource] = 3
        var turns = ClassTurns()
        #expect(turns.choose(10, from: all, rooms: rooms).count == 3)
    }

    @Test("keep to an organization's room, over all its datasources")
    func organizationRoom() {
        let acme = Organization.ID(UUID())
        let all = candidates(10, .interactive, acme) + candidates(10, .scheduled, acme)
        var rooms = rooms(all)
        rooms.organizations[acme] = 3
        var turns = ClassTurns()
        #expect(turns.choose(10, from: all, rooms: rooms).count == 3)
    }

    @Test("go round the people of an organization, oldest first for each, whichever the datasource")
    func people() {
        let (acme, ana, ben) = (Organization.ID(UUID()), User.ID(UUID()), User.ID(UUID()))
        let anas = candidates(50, .interactive, acme, of: ana) + candidates(50, .interactive, acme, of: ana)
        let bens = candidates(2, .interactive, acme, of: ben)
        var turns = ClassTurns()
        let chosen = turns.choose(5, from: anas + bens, rooms: rooms(anas + bens))
        #expect(chosen.map(\.run) == [anas[0], bens[0], anas[1], bens[1], anas[2]].map(\.run))
    }

    @Test("remember between two claims who was served last")
    func remembers() {
        let (acme, ana, ben) = (Organization.ID(UUID()), User.ID(UUID()), User.ID(UUID()))
        let source = Datasource.ID(UUID())
        let all =
            candidates(9, .interactive, acme, source, of: ana) + candidates(9, .interactive, acme, source, of: ben)
        var turns = ClassTurns()
        #expect(turns.choose(1, from: all, rooms: rooms(all)).map(\.person) == [ana])
        #expect(turns.lastPerson(at: source, .interactive) == ana)
        #expect(turns.choose(1, from: all, rooms: rooms(all)).map(\.person) == [ben])
        #expect(turns.lastPerson(at: source, .interactive) == ben)
    }
}
