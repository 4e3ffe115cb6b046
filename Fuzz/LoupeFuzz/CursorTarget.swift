import Foundation
import LoupeCore
import LoupeStore

extension FuzzTarget {
    /// A list's cursor comes back as it was made; any other text is a bad request or a cursor of that very order.
    static let cursor = FuzzTarget(name: "cursor") { random in
        let made = cursor(&random)
        let sort = sorts.first { $0.name == made.sort } ?? sorts[0]
        guard try ListCursor(made.text, sort: sort, direction: made.direction) == made else {
            throw FuzzFinding("a cursor does not come back", made.text)
        }
        let bytes = Mutation.damage(Array(made.text.utf8), with: ["=", "-", "_", "W10", "bnVsbA", "\0", "é"], &random)
        let text = String(decoding: bytes, as: UTF8.self)
        let (other, direction) = (random.pick(sorts), random.pick(SortDirection.allCases))
        do {
            let read = try ListCursor(text, sort: other, direction: direction)
            guard read.sort == other.name, read.direction == direction else {
                throw FuzzFinding("a cursor of another order is taken", text)
            }
        } catch let error as LoupeError {
            guard error.code == .badRequest else { throw FuzzFinding("it is refused as \(error.code)", text) }
        }
    }

    private static let sorts = [
        ListSort("name", "o.name_key", .text), ListSort("created_at", "o.created_at", .time),
        ListSort("started_at", "o.started_at", .time, isNullable: true),
        ListSort("revision", "r.revision", .number),
    ]

    private static func cursor(_ random: inout FuzzRandom) -> ListCursor {
        let sort = random.pick(sorts)
        let value: ListCursor.Value =
            switch sort.kind {
            case _ where sort.isNullable && random.chance(30): .null
            case .text: .text(random.pick(["", "a", "o'clock \"x\"", "späte flüge 🧭", "\\u0000", "%_", "[1]"]))
            case .number: .number(Int64(random.below(1 << 31)))
            case .time: .time(Timestamp(milliseconds: Int64(random.below(1 << 46)) - 1 << 45))
            }
        return ListCursor(
            sort: sort.name,
            direction: random.pick(SortDirection.allCases),
            value: value,
            id: UUID.version7(at: Timestamp(milliseconds: 0), random: (random.next(), random.next()))
        )
    }
}
