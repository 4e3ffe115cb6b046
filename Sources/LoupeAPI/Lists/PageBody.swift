package import LoupeCore

/// One page of a collection, as every list is answered.
package struct PageBody<Item: JSONEncodableBody>: JSONEncodableBody {
    let page: Page<Item>

    init(_ page: Page<Item>) {
        self.page = page
    }

    package static var schema: Schema {
        guard case .named(let name, _) = Item.schema else { preconditionFailure("the items of a list have a name") }
        return .object(
            "\(name)Page",
            [
                .field("items", .array(Item.schema, count: 0...100)),
                .field("total", .integer(0...10_000)),
                .sometimes("total_is_exact", .boolean),
                .field("page", .count.orNull),
                .field("per_page", .integer(1...100)),
                .field("total_pages", .count.orNull),
                .field("has_next", .boolean),
                .field("has_prev", .boolean),
                .field("next_cursor", .string(1...4096).orNull),
            ]
        )
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.key("items")
            json.array(page.items) { $1.write(to: &$0) }
            json.field("total", page.total)
            if !page.isTotalExact { json.field("total_is_exact", false) }
            json.field("page", page.number)
            json.field("per_page", page.limit)
            json.field("total_pages", page.count)
            json.field("has_next", page.hasNext)
            json.field("has_prev", page.hasPrevious)
            json.field("next_cursor", page.nextCursor)
        }
    }
}
