import LoupeCore

extension ResultColumn {
    /// As `results.columns` holds them and the API writes them.
    static func json(_ columns: [ResultColumn]) -> JSONValue {
        .array(
            columns.map { column in
                [
                    "name": .string(column.name), "key": .string(column.key), "data_type": .string(column.dataType),
                    "kind": .string(column.kind.rawValue),
                ]
            }
        )
    }

    /// Reads what `json(_:)` wrote; nil for anything else.
    static func columns(from json: JSONValue) -> [ResultColumn]? {
        guard case .array(let elements) = json else { return nil }
        let columns = elements.compactMap(ResultColumn.init(json:))
        return columns.count == elements.count ? columns : nil
    }

    private init?(json: JSONValue) {
        guard case .object(let members) = json, case .string(let name)? = members["name"],
            case .string(let key)? = members["key"], case .string(let dataType)? = members["data_type"],
            case .string(let kindName)? = members["kind"], let kind = ValueKind(rawValue: kindName)
        else { return nil }
        self.init(name: name, key: key, dataType: dataType, kind: kind)
    }
}
