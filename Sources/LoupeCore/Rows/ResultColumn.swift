/// A column of a result.
package struct ResultColumn: Hashable, Sendable {
    /// As the database named it; two columns may share a name.
    package let name: String
    /// Unique within the result: `id`, `id_2`.
    package let key: String
    /// The database's own type name, such as `numeric` or `_int4`.
    package let dataType: String
    package let kind: ValueKind

    package init(name: String, key: String, dataType: String, kind: ValueKind) {
        self.name = name
        self.key = key
        self.dataType = dataType
        self.kind = kind
    }

    /// Gives columns their keys in order: a name that is taken gets `_2`, `_3` … until it is free.
    package static func keyed(_ columns: [(name: String, dataType: String, kind: ValueKind)]) -> [ResultColumn] {
        let names = Set(columns.map(\.name))
        var taken: Set<String> = []
        return columns.map { column in
            var key = column.name
            var number = 2
            while taken.contains(key) || (number > 2 && names.contains(key)) {
                key = "\(column.name)_\(number)"
                number += 1
            }
            taken.insert(key)
            return ResultColumn(name: column.name, key: key, dataType: column.dataType, kind: column.kind)
        }
    }
}

/// What a column's values are, across database kinds; says how a cell stands in JSON.
package enum ValueKind: String, CaseIterable, Sendable {
    case integer
    case decimal
    case float
    case boolean
    case text
    case timestamp
    case timestamptz
    case date
    case time
    case interval
    case json
    case bytes
    case array
    case uuid
}
