import LoupeCore

/// What uses an object: how many in all, and of each kind the first hundred by name.
struct UsageBody: JSONEncodableBody {
    let usage: ObjectUsage

    func write(to json: inout JSONWriter) {
        json.value(.object(usage.members))
    }
}
