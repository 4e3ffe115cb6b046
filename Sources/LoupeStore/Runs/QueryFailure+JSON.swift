package import LoupeCore

extension QueryFailure {
    /// The `error` of a run.
    package var json: JSONValue {
        [
            "code": .string(code), "message": .string(message),
            "detail": detail.map(JSONValue.string) ?? .null, "hint": hint.map(JSONValue.string) ?? .null,
            "position": position.map { .number(String($0)) } ?? .null,
            "line": line.map { .number(String($0)) } ?? .null,
            "column": column.map { .number(String($0)) } ?? .null,
        ]
    }

    init?(json: JSONValue?) {
        guard case .object(let members)? = json, case .string(let code)? = members["code"],
            case .string(let message)? = members["message"]
        else { return nil }
        func text(_ name: String) -> String? {
            guard case .string(let text)? = members[name] else { return nil }
            return text
        }
        func number(_ name: String) -> Int? {
            guard case .number(let text)? = members[name] else { return nil }
            return Int(text)
        }
        self.init(
            code: code,
            message: message,
            detail: text("detail"),
            hint: text("hint"),
            position: number("position"),
            line: number("line"),
            column: number("column")
        )
    }
}
