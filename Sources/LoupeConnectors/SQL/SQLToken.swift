/// A piece of SQL as far as finding `:name` needs it told apart. The tokens of a text cover it without a gap.
package struct SQLToken: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case space
        case comment
        /// Any quoted value: `'…'`, `E'…'`, `U&'…'`, `X'…'`, `$tag$…$tag$`, with its continuations.
        case string
        case quotedIdentifier
        /// A keyword or an unquoted identifier.
        case word
        case number
        /// `:name`, the range with its colon.
        case parameter
        /// A placeholder of the driver's own, `$1` or `?1`, which would meet the ones that Loupe puts in.
        case foreignParameter
        /// One byte of punctuation or of an operator, or `::`, or `:=`.
        case symbol
    }

    package let kind: Kind
    /// In UTF-8 bytes of the text.
    package let range: Range<Int>

    package init(kind: Kind, range: Range<Int>) {
        self.kind = kind
        self.range = range
    }

    /// Whether the database sees it at all.
    package var isSignificant: Bool { kind != .space && kind != .comment }
}
