import LoupeCore

extension EndpointOptions {
    /// Of a deletion that is refused with what uses the object, unless it may take that along.
    static let cascading = EndpointOptions.query(
        QueryParameter("cascade", .boolean, "Deletes it all the same where something uses it")
    )

    /// Of a POST that changes an object that may have been changed since.
    static let revising = EndpointOptions().with { $0.fails = [.preconditionFailed, .conflict, .validationFailed] }
}
