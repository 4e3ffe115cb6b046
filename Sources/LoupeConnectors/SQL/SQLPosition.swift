/// A place in a text, counted in code points as PostgreSQL and people's editors count them.
package struct SQLPosition: Hashable, Sendable {
    /// From 1.
    package var position: Int
    /// From 1; a line ends with a line feed, a carriage return or both.
    package var line: Int
    /// From 1.
    package var column: Int
    /// Of the token that begins or lies there.
    package var length: Int

    package init(position: Int, line: Int, column: Int, length: Int) {
        self.position = position
        self.line = line
        self.column = column
        self.length = length
    }
}
