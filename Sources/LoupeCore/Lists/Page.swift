/// One page of a collection.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// How many there are in all; 10,000 where there are more (`isTotalExact` is false then).
    package let total: Int
    package let isTotalExact: Bool
    package let limit: Int
    /// Nil where the page was reached by a cursor.
    package let offset: Int?
    /// Leads to the next page; nil on the last.
    package let nextCursor: String?

    package static var maximumTotal: Int { 10_000 }

    package init(items: [Item], total: Int, limit: Int, offset: Int?, nextCursor: String?) {
        self.items = items
        self.total = min(total, Page.maximumTotal)
        isTotalExact = total <= Page.maximumTotal
        self.limit = limit
        self.offset = offset
        self.nextCursor = nextCursor
    }

    package var hasNext: Bool { nextCursor != nil }
    package var hasPrevious: Bool { offset != 0 }

    /// From 1; nil where the page was reached by a cursor.
    package var number: Int? { offset.map { $0 / limit + 1 } }
    /// Nil where the page was reached by a cursor. An empty collection has one page.
    package var count: Int? { offset.map { _ in max(1, (total + limit - 1) / limit) } }

    package func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        try Page<Other>(
            items: items.map(transform),
            total: isTotalExact ? total : total + 1,
            limit: limit,
            offset: offset,
            nextCursor: nextCursor
        )
    }
}
