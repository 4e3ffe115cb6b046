import LoupeCore

/// Looks up what a body's field names: what is not in the organization is a broken rule of that field, whether or not it
/// exists elsewhere. Throws `validation_failed` in place of `not_found`.
func naming<Value>(
    _ field: String,
    isolation: isolated (any Actor)? = #isolation,
    _ look: () async throws -> Value
) async throws -> Value {
    do {
        return try await look()
    } catch let error as LoupeError where error.code == .notFound {
        throw LoupeError.invalid(field, error.message)
    }
}
