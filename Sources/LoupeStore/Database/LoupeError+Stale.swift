package import LoupeCore

extension LoupeError {
    /// The row was changed or removed since the caller read it.
    package static func stale(_ what: String) -> LoupeError {
        LoupeError(.preconditionFailed, "the \(what) was changed by someone else in the meantime: read it again")
    }
}
