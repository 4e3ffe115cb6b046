package import LoupeCore

/// Why a statement does not run, found before it reaches a database.
package struct SQLProblem: Hashable, Sendable {
    /// Stable: the interface and docs/errors.md name them.
    package enum Code: String, CaseIterable, Sendable {
        case empty
        case tooLong = "too_long"
        case nulCharacter = "nul_character"
        /// `$1` or `?1` in the person's own text.
        case positionalParameter = "positional_parameter"
        case syntaxError = "syntax_error"
        case multipleStatements = "multiple_statements"
        /// Anything that is not SELECT, VALUES, TABLE, EXPLAIN of those, or SHOW.
        case notReadOnly = "not_read_only"
        case writingCTE = "writing_cte"
        case selectInto = "select_into"
        case rowLock = "row_lock"
        case functionRefused = "function_refused"
        /// The guard could not finish: nothing is let through unread.
        case unreadable
    }

    package var code: Code
    package var message: String
    package var place: SQLPosition

    package init(_ code: Code, _ message: String, at place: SQLPosition) {
        self.code = code
        self.message = message
        self.place = place
    }

    /// As the API's error bodies show it.
    package var detail: LoupeError.Detail {
        LoupeError.Detail(
            field: "sql",
            message: message,
            code: code.rawValue,
            position: place.position,
            line: place.line,
            column: place.column,
            length: place.length
        )
    }

    /// As a run that was refused keeps it.
    package var failure: QueryFailure {
        QueryFailure(
            code: "rejected",
            message: message,
            detail: code.rawValue,
            position: place.position,
            line: place.line,
            column: place.column
        )
    }
}

extension LoupeError {
    /// All problems of a statement; the first is the message. There must be one.
    package static func rejected(_ problems: [SQLProblem]) -> LoupeError {
        precondition(!problems.isEmpty, "a rejection needs its reason")
        return LoupeError(.queryRejected, problems[0].message, details: problems.map(\.detail))
    }
}

extension QueryFailure {
    /// The failure of a run whose statement the guard refused; nil for any other error.
    package init?(rejection error: LoupeError) {
        guard error.code == .queryRejected else { return nil }
        let first = error.details.first
        self.init(
            code: "rejected",
            message: error.message,
            detail: first?.code,
            position: first?.position,
            line: first?.line,
            column: first?.column
        )
    }
}
