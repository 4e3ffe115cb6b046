package import LoupeCore

/// One page of a collection, as every list is answered.
package struct PageBody<Item: JSONEncodableBody>: JSONEncodableBody {
    let page: Page<Item>

    init(_ page: Page<Item>) {
        self.page = page
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
