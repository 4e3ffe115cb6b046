/// Why a schema cannot be used or changed, in words for the person who runs the server.
package enum MigrationError: Error, Hashable, Sendable {
    /// The script was edited after it had been applied.
    case changed(number: Int, name: String)
    /// The store has a migration that this version does not know.
    case newer(number: Int, name: String)
    /// An earlier migration is missing though a later one was applied.
    case gap(number: Int, name: String)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .changed(let number, let name):
            "migration \(number) (\(name)) was changed after it had been applied to this store"
        case .newer(let number, let name):
            "the store has migration \(number) (\(name)), which this version of Loupe does not know: use a newer one"
        case .gap(let number, let name):
            "migration \(number) (\(name)) is missing in the store though a later one was applied"
        }
    }
}
