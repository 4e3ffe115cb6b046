import LoupeCore

/// An order that a collection offers: its name in the API and the column it stands for.
package struct ListSort: Sendable {
    package enum Kind: Sendable {
        /// A folded text; ascending by default.
        case text
        /// Newest first by default.
        case time
        /// Highest first by default.
        case number
    }

    package let name: String
    /// With its table's alias.
    package let column: StaticString
    package let kind: Kind
    package let isNullable: Bool

    package init(_ name: String, _ column: StaticString, _ kind: Kind, isNullable: Bool = false) {
        self.name = name
        self.column = column
        self.kind = kind
        self.isNullable = isNullable
    }

    var defaultDirection: SortDirection {
        switch kind {
        case .text: .ascending
        case .time, .number: .descending
        }
    }

    /// The sort that a request asks for, or the first. Throws `badRequest`, which names the allowed ones.
    package static func chosen(_ name: String?, among sorts: [ListSort]) throws -> ListSort {
        precondition(!sorts.isEmpty, "a collection has an order")
        guard let name else { return sorts[0] }
        guard let sort = sorts.first(where: { $0.name == name }) else {
            let names = sorts.map(\.name).joined(separator: ", ")
            let message = "must be one of \(names)"
            throw LoupeError(
                .badRequest,
                "sort_by: \(message)",
                details: [LoupeError.Detail(field: "sort_by", message: message)]
            )
        }
        return sort
    }
}
