/// The few places where the two stores differ. SQL is otherwise written once, in what both understand.
package enum Dialect: String, CaseIterable, Sendable {
    case sqlite
    case postgres
}
