import HTTPTypes

/// Where in a caller's own trace a request stands: the header `traceparent` of https://www.w3.org/TR/trace-context/.
struct TraceParent: Hashable, Sendable {
    /// 32 hexadecimal digits in lower case, not all zero.
    let traceID: String
    /// The caller's span, 16 digits, not all zero.
    let parentID: String
    let flags: String

    /// Nil for anything that is not of the specification's form: it is then as if nothing had been sent. Versions to come
    /// may add parts behind those of the first.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), parts[1].contains(where: { $0 != "0" }),
            Self.isHex(parts[2], 16), parts[2].contains(where: { $0 != "0" }),
            Self.isHex(parts[3], 2)
        else { return nil }
        traceID = String(parts[1])
        parentID = String(parts[2])
        flags = String(parts[3])
    }

    /// Of several, as of none, nothing is taken.
    init?(_ headers: HTTPFields) {
        let sent = headers[values: .traceParent]
        guard sent.count == 1 else { return nil }
        self.init(sent[0])
    }

    private static func isHex(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// `traceresponse`: the caller's trace with the span that this server's answer is.
    func response(span: UInt64) -> String {
        let digits = String(max(1, span), radix: 16)
        return "00-\(traceID)-\(String(repeating: "0", count: 16 - digits.count))\(digits)-\(flags)"
    }
}
