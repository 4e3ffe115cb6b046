/// Whose lexical rules a text follows.
package enum SQLFlavour: Hashable, Sendable {
    /// PostgreSQL with `standard_conforming_strings` on, as every session of Loupe pins it.
    case postgres
    case sqlite
}
