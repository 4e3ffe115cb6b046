package import LoupeCore

extension AuthorizedRequest {
    /// What the query string wants of a collection. Throws `badRequest` and `validationFailed` as every list does.
    package func list(_ rules: ListRules) throws -> ListRequest {
        try ListRequest(
            limit: query.integer("limit", clampedTo: 1...100),
            offset: offset(),
            cursor: query["cursor"].flatMap { $0.isEmpty ? nil : $0 },
            sortBy: query["sort_by"].flatMap { $0.isEmpty ? nil : $0 },
            direction: query.oneOf("sort_direction"),
            search: rules.isSearchable ? query["search"] : nil,
            tags: rules.hasTags ? (query["tags"] ?? "").split(separator: ",").map(String.init) : []
        )
    }

    private func offset() throws(LoupeError) -> Int? {
        guard let text = query["offset"], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw QueryItems.bad("offset", "must be a whole number from 0 to \(ListRequest.maximumOffset)")
        }
        return number
    }
}
