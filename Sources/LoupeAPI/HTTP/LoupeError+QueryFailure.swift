import LoupeCore

extension LoupeError {
    /// A database's own words about a statement: what the person who may run it needs.
    init(_ failure: QueryFailure) {
        let detail = Detail(
            field: "sql",
            message: failure.message,
            code: failure.code,
            position: failure.position,
            line: failure.line,
            column: failure.column
        )
        self.init(.queryError, failure.message, details: [detail], underlying: failure)
    }
}
