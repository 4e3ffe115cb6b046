/// Everything that is wrong with the configuration, at once. The process exits 78 (EX_CONFIG of sysexits.h).
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    package struct Problem: Hashable, Sendable {
        /// The setting's name.
        package let name: String
        /// What is wrong, without the value.
        package let message: String
        /// Where the value came from; nil where it is a matter of several settings.
        package let origin: String?
    }

    package let problems: [Problem]

    package var description: String {
        let lines = problems.map { problem in
            let origin = problem.origin.map { " (from \($0))" } ?? ""
            return "  \(problem.name) \(problem.message)\(origin)"
        }
        return "the configuration is not usable:\n" + lines.joined(separator: "\n")
    }
}
