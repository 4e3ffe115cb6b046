package import LoupeCore

/// What the guard found in a statement.
package struct GuardReport: Hashable, Sendable {
    package enum StatementKind: String, Sendable {
        /// Also TABLE and WITH … SELECT.
        case select
        case values
        case explain
        /// Runs the statement: it counts as a run.
        case explainAnalyze = "explain_analyze"
        case show
    }

    /// Empty where the statement may run.
    package var problems: [SQLProblem]
    /// Nil where there is no one statement of a kind that may run.
    package var statement: StatementKind?
    /// The grammar cannot read the text, and nothing else speaks against it: where the datasource allows it, this may run
    /// by a role that is proven unable to write.
    package var isUnparsed = false
    /// Names of the `:name` parameters in order of first appearance.
    package var parameters: [String]

    package init(problems: [SQLProblem], statement: StatementKind? = nil, parameters: [String] = []) {
        self.problems = problems
        self.statement = statement
        self.parameters = parameters
    }

    package var isValid: Bool { problems.isEmpty }

    /// All problems as one error; nil where there is none.
    package var error: LoupeError? {
        problems.isEmpty ? nil : .rejected(problems)
    }
}
