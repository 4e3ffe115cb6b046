/// Which part of a collection a caller wants, within the limits of every list.
package struct ListRequest: Hashable, Sendable {
    package static let maximumOffset = 10_000
    package static let maximumSearchLength = 200
    package static let maximumTags = 10
    package static let maximumTagLength = 50

    /// 1…100
    package let limit: Int
    package let position: Position
    /// Nil for the collection's own order.
    package let sortBy: String?
    package let direction: SortDirection?
    /// Not empty, not yet folded.
    package let search: String?
    /// All must match.
    package let tags: [String]

    package enum Position: Hashable, Sendable {
        case offset(Int)
        /// `next_cursor` of an earlier page, unread.
        case cursor(String)
    }

    /// Clamps `limit`; throws `badRequest` for an offset out of range and `validationFailed` for a search or tags that
    /// are too long. `tags` may hold blanks and duplicates, which are left out.
    package init(
        limit: Int? = nil,
        offset: Int? = nil,
        cursor: String? = nil,
        sortBy: String? = nil,
        direction: SortDirection? = nil,
        search: String? = nil,
        tags: [String] = []
    ) throws {
        self.limit = min(max(limit ?? 20, 1), 100)
        if let offset, offset < 0 || offset > ListRequest.maximumOffset {
            throw LoupeError(.badRequest, "offset: must be between 0 and \(ListRequest.maximumOffset); use a cursor")
        }
        if cursor != nil, offset != nil { throw LoupeError(.badRequest, "cursor: not together with an offset") }
        position = cursor.map(Position.cursor) ?? .offset(offset ?? 0)
        self.sortBy = sortBy
        self.direction = direction
        if let search, search.unicodeScalars.count > ListRequest.maximumSearchLength {
            throw LoupeError.invalid("search", "must be at most \(ListRequest.maximumSearchLength) characters")
        }
        self.search = search.flatMap { $0.isEmpty ? nil : $0 }
        self.tags = try ListRequest.checked(tags)
    }

    private static func checked(_ tags: [String]) throws -> [String] {
        let tags = Set(tags.filter { !$0.isEmpty }).sorted()
        guard tags.count <= maximumTags else { throw LoupeError.invalid("tags", "at most \(maximumTags) can be given") }
        guard tags.allSatisfy({ $0.unicodeScalars.count <= maximumTagLength }) else {
            throw LoupeError.invalid("tags", "each must be at most \(maximumTagLength) characters")
        }
        return tags
    }
}

package enum SortDirection: String, CaseIterable, Sendable {
    case ascending = "asc"
    case descending = "desc"
}
