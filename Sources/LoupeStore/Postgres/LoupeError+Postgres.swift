import LoupeCore
import LoupePostgres

extension LoupeError {
    /// What the server said, by its SQLSTATE.
    init(postgres error: PostgresError) {
        if let conflict = StoreConflict(error) {
            self.init(conflict: conflict)
            return
        }
        let cause = StoreFailure(code: error.sqlState, message: error.message)
        if error.isConnectionLost {
            self.init(.unavailable, "the store cannot be reached", retryAfter: .seconds(1), underlying: cause)
            return
        }
        switch error.sqlState {
        case "40001", "40P01", "55P03", "57014":
            self.init(.unavailable, "the store is busy; try again", retryAfter: .seconds(1), underlying: cause)
        case "53100": self.init(.unavailable, "the store's disk is full", underlying: cause)
        case _ where error.sqlState.hasPrefix("53") || error.sqlState.hasPrefix("57"):
            self.init(.unavailable, "the store cannot be read or written", underlying: cause)
        case "22001", "22003", "22008", "22021":
            self.init(.validationFailed, "a value cannot be stored", underlying: cause)
        case _ where error.sqlState.hasPrefix("54"):
            self.init(.payloadTooLarge, "a value is too large to be stored", underlying: cause)
        default: self.init(.internalError, "the store failed", underlying: cause)
        }
    }
}

extension StoreConflict {
    /// Nil where the error is not that of a constraint.
    fileprivate init?(_ error: PostgresError) {
        let kind: Kind
        switch error.sqlState {
        case "23505", "23P01": kind = .unique
        case "23503", "23001": kind = .foreignKey
        case "23514": kind = .check
        case "23502": kind = .notNull
        default: return nil
        }
        self.init(kind: kind, constraint: error.constraint, code: error.sqlState, message: error.message)
    }
}
