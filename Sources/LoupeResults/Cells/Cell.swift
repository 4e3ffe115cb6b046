/// Where a cell's JSON stands in its row's bytes, and what kind of JSON it is.
struct Cell {
    enum Form {
        case null
        /// A number, `true` or `false`.
        case literal
        /// A string without an escape; the range is that between its quotes.
        case plainString
        /// A string with escapes to resolve; the range is that between its quotes.
        case escapedString
        /// A JSON value inside: an object, an array, or a value with space around it, as a JSON `null` has, which is
        /// not the database's NULL.
        case json
    }

    let form: Form
    let range: Range<Int>
}
