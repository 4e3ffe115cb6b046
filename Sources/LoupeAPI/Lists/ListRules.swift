/// What a collection's `GET` takes; the same declaration checks the request and is told by the document.
package struct ListRules: Sendable {
    /// The words of `sort_by`, the standard one first.
    package let sorts: [String]
    package let isSearchable: Bool
    package let hasTags: Bool

    package init(sorts: [String], isSearchable: Bool = true, hasTags: Bool = false) {
        precondition(!sorts.isEmpty, "a list is sorted by something")
        self.sorts = sorts
        self.isSearchable = isSearchable
        self.hasTags = hasTags
    }
}
