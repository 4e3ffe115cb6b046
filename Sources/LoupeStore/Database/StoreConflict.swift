package import LoupeCore

/// What the store refused to keep, as the `underlying` of a `LoupeError`: for a service that must know which key was
/// hit, and for the log.
package struct StoreConflict: Error, Hashable, Sendable {
    package enum Kind: String, Sendable {
        case unique
        /// Refers to a row that is not there, or is still referred to.
        case foreignKey
        case check
        case notNull
    }

    package let kind: Kind
    /// The unique key's, check's or foreign key's name, the same on both stores. SQLite does not name foreign keys.
    package let constraint: String?
    /// For the log: SQLSTATE or SQLite's extended result code.
    package let code: String
    package let message: String

    package init(kind: Kind, constraint: String?, code: String, message: String) {
        self.kind = kind
        self.constraint = constraint
        self.code = code
        self.message = message
    }
}

extension StoreConflict: CustomStringConvertible {
    package var description: String { "\(code): \(message)" }
}

extension LoupeError {
    /// The conflict in the store that this error came from.
    package var storeConflict: StoreConflict? { underlying as? StoreConflict }

    /// Whether the unique key or constraint of this name was hit.
    package func isConflict(on constraint: String) -> Bool {
        storeConflict?.constraint == constraint
    }

    /// The error of a refused row. A CHECK repeats a rule of Core, so reaching it means that validation let something
    /// through: still the person's value, and still the answer that names a broken rule.
    init(conflict: StoreConflict) {
        switch conflict.kind {
        case .unique: self.init(.conflict, "this already exists", underlying: conflict)
        case .foreignKey:
            self.init(.conflict, "this is still in use, or refers to something that is gone", underlying: conflict)
        case .check: self.init(.validationFailed, "a value breaks a rule of the store", underlying: conflict)
        case .notNull: self.init(.internalError, "the store refused a missing value", underlying: conflict)
        }
    }
}
