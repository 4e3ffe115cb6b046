import LoupeCore

/// What is wrong with a body, gathered while it is read.
final class Problems {
    enum Kind {
        /// Not the right type, or not there: 400.
        case form
        /// Well-formed, but a rule is broken: 422.
        case rule
    }

    /// Enough to see what is wrong; an array of ten thousand wrong elements must not become a body of megabytes.
    static let maximum = 50

    private var details: [LoupeError.Detail] = []
    private var isMalformed = false

    func add(_ kind: Kind, _ field: String, _ message: String) {
        if kind == .form { isMalformed = true }
        guard details.count < Problems.maximum else { return }
        details.append(LoupeError.Detail(field: field, message: message))
    }

    var error: LoupeError? {
        guard !details.isEmpty else { return nil }
        let message = details.prefix(5)
            .map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
            .joined(separator: "; ")
        return LoupeError(isMalformed ? .badRequest : .validationFailed, message, details: details)
    }
}
