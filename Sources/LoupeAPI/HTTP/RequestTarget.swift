/// A request line's path and query, cut apart but not yet decoded.
struct RequestTarget: Sendable {
    let path: Substring
    let query: Substring?

    /// Reads the origin form (`/path?query`) and the absolute form (`http://host/path?query`).
    init(_ target: String) {
        var rest = target[...]
        if rest.utf8.first != UInt8(ascii: "/") {
            let parts = rest.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            if parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty {
                rest = parts.count == 4 ? rest[rest.utf8.index(before: parts[3].startIndex)...] : "/"
            }
        }
        if let fragment = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = rest[..<mark]
            query = rest[rest.utf8.index(after: mark)...]
        } else {
            path = rest
            query = nil
        }
    }

    /// Resolves `%XX`, and `+` as a space where forms write it so. Nil for a broken escape, for bytes that are not
    /// UTF-8, and for NUL, which no text of ours holds.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        let utf8 = text.utf8
        let isPlain = !utf8.contains { $0 == UInt8(ascii: "%") || $0 == 0 || plusIsSpace && $0 == UInt8(ascii: "+") }
        if isPlain { return String(text) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var at = utf8.startIndex
        while at < utf8.endIndex {
            switch utf8[at] {
            case UInt8(ascii: "%"):
                guard let end = utf8.index(at, offsetBy: 3, limitedBy: utf8.endIndex),
                    let byte = hexByte(utf8[utf8.index(after: at)..<end])
                else { return nil }
                bytes.append(byte)
                at = end
                continue
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case let byte: bytes.append(byte)
            }
            at = utf8.index(after: at)
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexByte(_ digits: some Collection<UInt8>) -> UInt8? {
        var value: UInt8 = 0
        for digit in digits {
            switch digit {
            case 48...57: value = value << 4 | (digit - 48)
            case 65...70, 97...102: value = value << 4 | ((digit | 0x20) - 87)
            default: return nil
            }
        }
        return value
    }
}
