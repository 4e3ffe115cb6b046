/// Shares slots among the classes of runs 8 : 3 : 1 and, within a class, takes organizations in turn.
///
/// Smooth weighted round-robin: a class that has nothing to run leaves its share to the others and gets no credit.
package struct ClassTurns: Sendable {
    /// A queued run that could start now.
    package struct Candidate: Hashable, Sendable {
        package let run: Run.ID
        package let organization: Organization.ID
        package let datasource: Datasource.ID
        package let priority: RunPriority

        package init(run: Run.ID, organization: Organization.ID, datasource: Datasource.ID, priority: RunPriority) {
            self.run = run
            self.organization = organization
            self.datasource = datasource
            self.priority = priority
        }
    }

    private var credit: [RunPriority: Int] = [:]
    private var lastServed: [Organization.ID: UInt64] = [:]
    private var turn: UInt64 = 0

    package init() {}

    /// At most `slots` of the candidates, which stand in order of age, and at most `rooms` of each datasource.
    package mutating func choose(
        _ slots: Int,
        from candidates: [Candidate],
        rooms: [Datasource.ID: Int]
    ) -> [Candidate] {
        var waiting = Dictionary(grouping: candidates, by: \.priority)
        var rooms = rooms
        var chosen: [Candidate] = []
        while chosen.count < slots, let priority = nextClass(among: waiting.keys) {
            guard var queue = waiting[priority], let index = nextIndex(in: queue) else { break }
            let candidate = queue.remove(at: index)
            waiting[priority] = queue.isEmpty ? nil : queue
            guard let room = rooms[candidate.datasource], room > 0 else { continue }
            rooms[candidate.datasource] = room - 1
            turn += 1
            lastServed[candidate.organization] = turn
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
        queue.indices.min { left, right in
            let leftTurn = lastServed[queue[left].organization, default: 0]
            let rightTurn = lastServed[queue[right].organization, default: 0]
            return (leftTurn, left) < (rightTurn, right)
        }
    }

    private mutating func forgetLongUnserved() {
        guard lastServed.count > 10_000 else { return }
        lastServed = lastServed.filter { $0.value + 1000 > turn }
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
