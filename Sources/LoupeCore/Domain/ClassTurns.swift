/// Shares slots among the classes of runs 8 : 3 : 1; within a class organizations take turns, within an organization its
/// people, and each one's runs go by age.
///
/// Smooth weighted round-robin: a class that has nothing to run leaves its share to the others and gets no credit.
package struct ClassTurns: Sendable {
    /// A queued run that could start now.
    package struct Candidate: Hashable, Sendable {
        package let run: Run.ID
        package let organization: Organization.ID
        /// Whose it is; nil where nobody's, which is one more person.
        package let person: User.ID?
        package let datasource: Datasource.ID
        package let priority: RunPriority

        package init(
            run: Run.ID,
            organization: Organization.ID,
            person: User.ID?,
            datasource: Datasource.ID,
            priority: RunPriority
        ) {
            self.run = run
            self.organization = organization
            self.person = person
            self.datasource = datasource
            self.priority = priority
        }
    }

    /// How many more may start.
    package struct Rooms: Sendable {
        package var datasources: [Datasource.ID: Int]
        package var organizations: [Organization.ID: Int]

        package init(datasources: [Datasource.ID: Int], organizations: [Organization.ID: Int]) {
            self.datasources = datasources
            self.organizations = organizations
        }

        /// Takes a place for the candidate; false where there is none.
        mutating func take(_ candidate: Candidate) -> Bool {
            guard let here = datasources[candidate.datasource], here > 0,
                let inAll = organizations[candidate.organization], inAll > 0
            else { return false }
            datasources[candidate.datasource] = here - 1
            organizations[candidate.organization] = inAll - 1
            return true
        }
    }

    private struct Person: Hashable {
        let organization: Organization.ID
        let id: User.ID?
    }

    private struct Queue: Hashable {
        let datasource: Datasource.ID
        let priority: RunPriority
    }

    private var credit: [RunPriority: Int] = [:]
    private var lastTurns: [Organization.ID: UInt64] = [:]
    private var lastTurnsOfPeople: [Person: UInt64] = [:]
    private var lastPeople: [Queue: (person: User.ID, turn: UInt64)] = [:]
    private var turn: UInt64 = 0

    package init() {}

    /// Who was served last of those who wait at a datasource. Looking for candidates begins with the next, so that it need
    /// not look at everybody.
    package func lastPerson(at datasource: Datasource.ID, _ priority: RunPriority) -> User.ID? {
        lastPeople[Queue(datasource: datasource, priority: priority)]?.person
    }

    /// At most `slots` of the candidates, which stand in order of age, and no more than there is room for.
    package mutating func choose(_ slots: Int, from candidates: [Candidate], rooms: Rooms) -> [Candidate] {
        var waiting = Dictionary(grouping: candidates, by: \.priority)
        var rooms = rooms
        var chosen: [Candidate] = []
        while chosen.count < slots, let priority = nextClass(among: waiting.keys) {
            guard var queue = waiting[priority], let index = nextIndex(in: queue) else { break }
            let candidate = queue.remove(at: index)
            waiting[priority] = queue.isEmpty ? nil : queue
            guard rooms.take(candidate) else { continue }
            remember(candidate)
            chosen.append(candidate)
        }
        forgetLongUnserved()
        return chosen
    }

    private mutating func nextClass(among classes: some Collection<RunPriority>) -> RunPriority? {
        let present = RunPriority.allCases.filter(classes.contains)
        for priority in present { credit[priority, default: 0] += priority.share }
        guard let best = present.max(by: { credit[$0, default: 0] < credit[$1, default: 0] }) else { return nil }
        credit[best, default: 0] -= present.reduce(0) { $0 + $1.share }
        return best
    }

    private func nextIndex(in queue: [Candidate]) -> Int? {
        queue.indices.min { left, right in key(queue[left], left) < key(queue[right], right) }
    }

    private func key(_ candidate: Candidate, _ index: Int) -> (UInt64, UInt64, Int) {
        let person = Person(organization: candidate.organization, id: candidate.person)
        return (lastTurns[candidate.organization, default: 0], lastTurnsOfPeople[person, default: 0], index)
    }

    private mutating func remember(_ candidate: Candidate) {
        turn += 1
        lastTurns[candidate.organization] = turn
        lastTurnsOfPeople[Person(organization: candidate.organization, id: candidate.person)] = turn
        guard let person = candidate.person else { return }
        lastPeople[Queue(datasource: candidate.datasource, priority: candidate.priority)] = (person, turn)
    }

    private mutating func forgetLongUnserved() {
        if lastTurns.count > 10_000 { lastTurns = lastTurns.filter { $0.value + 1000 > turn } }
        if lastTurnsOfPeople.count > 10_000 { lastTurnsOfPeople = lastTurnsOfPeople.filter { $0.value + 1000 > turn } }
        if lastPeople.count > 10_000 { lastPeople = lastPeople.filter { $0.value.turn + 1000 > turn } }
    }
}

extension RunPriority {
    /// Of twelve slots.
    fileprivate var share: Int {
        switch self {
        case .interactive: 8
        case .scheduled: 3
        case .background: 1
        }
    }
}
