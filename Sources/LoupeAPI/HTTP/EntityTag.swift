/// Strong entity tags. An object's is its version, which each change raises.
enum EntityTag {
    static func of(version: Int) -> String { "\"v\(version)\"" }

    /// The tag of an object of which a part changes without a new version.
    static func of(version: Int, also part: Int64?) -> String {
        part.map { "\"v\(version)-\($0)\"" } ?? of(version: version)
    }

    /// The version of a tag that `of` made.
    static func version(_ tag: String) -> Int? {
        guard tag.hasPrefix("\"v"), tag.hasSuffix("\""), tag.utf8.count > 3 else { return nil }
        return Int(tag.dropFirst(2).dropLast().prefix { $0 != "-" })
    }

    /// Whether an `If-None-Match` header names the tag; weakly, as RFC 9110 compares there.
    static func matches(_ header: String, _ tag: String) -> Bool {
        if header == tag || header == "*" { return true }
        return header.split(separator: ",").contains { candidate in
            let trimmed = candidate.drop { $0 == " " }
            let strong = trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed
            return strong.prefix { $0 != " " } == tag
        }
    }
}
