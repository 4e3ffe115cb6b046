/// What a try to connect showed.
package struct ConnectionTest: Hashable, Sendable {
    package var success: Bool
    /// One of a closed set of phrases: it says what is wrong, not what the other side answered.
    package var message: String
    package var latency: Duration?
    /// Such as "This role is a superuser": the session reads only, but the role could do more.
    package var warnings: [String]

    package init(success: Bool, message: String, latency: Duration? = nil, warnings: [String] = []) {
        self.success = success
        self.message = message
        self.latency = latency
        self.warnings = warnings
    }
}
