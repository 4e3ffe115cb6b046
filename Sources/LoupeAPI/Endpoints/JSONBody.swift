import LoupeCore

/// JSON that was made elsewhere.
struct JSONBody: JSONEncodableBody {
    let value: JSONValue

    func write(to json: inout JSONWriter) {
        json.value(value)
    }
}
