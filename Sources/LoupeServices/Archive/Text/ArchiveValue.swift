import LoupeCore

/// What a file of an export holds: JSON's values, with members in the order in which a person wants to read them.
indirect enum ArchiveValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([ArchiveValue])
    case members([Member])

    struct Member: Hashable, Sendable {
        let name: String
        let value: ArchiveValue

        init(_ name: String, _ value: ArchiveValue) {
            self.name = name
            self.value = value
        }
    }

    static func integer(_ number: Int) -> ArchiveValue { .number(String(number)) }

    static func optional(_ text: String?) -> ArchiveValue { text.map(ArchiveValue.text) ?? .null }

    /// `first` names members that come first; the others follow by name.
    init(_ json: JSONValue, first: [String] = []) {
        switch json {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let digits): self = .number(digits)
        case .string(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map { ArchiveValue($0) })
        case .object(let members):
            let others = members.keys.filter { !first.contains($0) }.sorted()
            let names = first.filter { members[$0] != nil } + others
            self = .members(names.map { Member($0, ArchiveValue(members[$0] ?? .null)) })
        }
    }

    var json: JSONValue {
        switch self {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .number(let digits): .number(digits)
        case .text(let text): .string(text)
        case .list(let elements): .array(elements.map(\.json))
        case .members(let members): .object(Dictionary(members.map { ($0.name, $0.value.json) }) { _, last in last })
        }
    }
}
