import Foundation

extension String {
    /// The form in which text is compared, sorted and searched: NFC, lower case.
    package var folded: String {
        // Most names are plain ASCII, which needs no tables.
        if utf8.allSatisfy({ $0 < 128 }) {
            return String(decoding: utf8.map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
        return precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
    }
}
