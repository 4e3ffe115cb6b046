/// SQL with the driver's own placeholders in place of `:name`, and the way back to the person's text.
package struct PlaceholderSQL: Sendable {
    /// What a placeholder stands for; the first of `placeholders` is `$1` or `?1`.
    package struct Placeholder: Hashable, Sendable {
        package let name: String
        /// Which value of a list in `IN (:name)`; nil for the whole value.
        package let element: Int?

        package init(name: String, element: Int? = nil) {
            self.name = name
            self.element = element
        }
    }

    /// A stretch of the rewritten text: the person's own, or put in place of what began at `source`.
    struct Segment: Hashable, Sendable {
        var start: Int
        var source: Int
        var isVerbatim: Bool
    }

    package let source: ParsedSQL
    package let text: String
    package let placeholders: [Placeholder]
    let segments: [Segment]

    /// The byte of the person's text that a byte of the rewritten text came from.
    package func sourceByte(ofByte offset: Int) -> Int {
        guard let segment = segments.last(where: { $0.start <= offset }) else { return 0 }
        return segment.isVerbatim ? min(segment.source + offset - segment.start, source.bytes.count) : segment.source
    }

    package func position(ofByte offset: Int) -> SQLPosition {
        source.position(ofByte: sourceByte(ofByte: offset))
    }

    /// For positions as PostgreSQL reports them: code points of the rewritten text, from 1.
    package func position(ofCodePoint position: Int) -> SQLPosition {
        let scalars = text.unicodeScalars
        let index = scalars.index(scalars.startIndex, offsetBy: max(position - 1, 0), limitedBy: scalars.endIndex)
        return self.position(ofByte: text.utf8.distance(from: text.startIndex, to: index ?? text.endIndex))
    }
}
