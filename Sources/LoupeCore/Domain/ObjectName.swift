/// The names that people give to objects.
package enum ObjectName {
    /// In Unicode code points.
    package static let maximumLength = 255

    /// What a duplicate is called: cut where it would be too long.
    package static func copy(of name: String) -> String {
        let suffix = " (copy)"
        let kept = name.unicodeScalars.prefix(maximumLength - suffix.unicodeScalars.count)
        return String(String.UnicodeScalarView(kept)) + suffix
    }
}
