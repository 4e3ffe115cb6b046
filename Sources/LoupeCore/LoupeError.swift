/// What went wrong, in words for the person, with the cause for the log.
///
/// `message` and `details` are shown; `underlying` only goes into the log line that has the same `error_id`.
package struct LoupeError: Error, Sendable {
    package var code: Code
    package var message: String
    package var details: [Detail]
    package var retryAfter: Duration?
    package var underlying: (any Error)?
    /// Members of the answer beside `error`, where the contract has them.
    package var attachment: [String: JSONValue] = [:]

    package init(
        _ code: Code,
        _ message: String,
        details: [Detail] = [],
        retryAfter: Duration? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
        self.underlying = underlying
    }

    /// The closed set of error types of the API; docs/errors.md says what to do about each.
    package enum Code: String, CaseIterable, Sendable {
        case badRequest = "bad_request"
        case unauthorized
        case forbidden
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case conflict
        case gone
        case preconditionFailed = "precondition_failed"
        case payloadTooLarge = "payload_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case misdirected
        case validationFailed = "validation_failed"
        case queryRejected = "query_rejected"
        case queryError = "query_error"
        case accountLocked = "account_locked"
        case rateLimited = "rate_limited"
        case internalError = "internal_error"
        case connectionError = "connection_error"
        case unavailable
        case timeout
    }

    /// One offending field. `code`, `position`, `line`, `column` and `length` are set for SQL: position, column and
    /// length in code points of the text as the person wrote it, position and line and column from 1.
    package struct Detail: Hashable, Sendable {
        package var field: String
        package var message: String
        package var code: String?
        package var position: Int?
        package var line: Int?
        package var column: Int?
        package var length: Int?

        package init(
            field: String,
            message: String,
            code: String? = nil,
            position: Int? = nil,
            line: Int? = nil,
            column: Int? = nil,
            length: Int? = nil
        ) {
            self.field = field
            self.message = message
            self.code = code
            self.position = position
            self.line = line
            self.column = column
            self.length = length
        }
    }
}

extension LoupeError {
    /// "query not found": also what another organization's object is answered with.
    package static func notFound(_ what: String) -> LoupeError {
        LoupeError(.notFound, "\(what) not found")
    }

    /// One field whose well-formed value breaks a rule.
    package static func invalid(_ field: String, _ message: String) -> LoupeError {
        LoupeError(.validationFailed, "\(field): \(message)", details: [Detail(field: field, message: message)])
    }
}

extension LoupeError: CustomStringConvertible {
    /// For the log, not for the person.
    package var description: String {
        let cause = underlying.map { ": \($0)" } ?? ""
        return "\(code.rawValue): \(message)\(cause)"
    }
}
