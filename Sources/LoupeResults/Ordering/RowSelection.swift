/// Which of a result's rows and in which order: over the whole stored result, not over a page.
package struct RowSelection: Hashable, Sendable {
    package var sort: Sort?
    /// Rows with a value that has this text anywhere, in either case. Nil or empty selects all.
    package var search: String?

    /// NULLs come last in both directions; rows with equal values keep the order in which they came.
    package struct Sort: Hashable, Sendable {
        /// The column's index from 0.
        package var column: Int
        package var isDescending: Bool

        package init(column: Int, isDescending: Bool = false) {
            self.column = column
            self.isDescending = isDescending
        }
    }

    package init(sort: Sort? = nil, search: String? = nil) {
        self.sort = sort
        self.search = search
    }

    /// Every row as it came.
    var isEverything: Bool { sort == nil && (search ?? "").isEmpty }
}
