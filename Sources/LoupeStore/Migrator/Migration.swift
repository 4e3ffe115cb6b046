/// One numbered step of the schema, forward and backward.
///
/// A script runs in one transaction, unless its first line is `-- no-transaction` (for `CREATE INDEX CONCURRENTLY`): such
/// a script may be interrupted half way and is then run again, so each of its statements must bear being repeated.
package struct Migration: Hashable, Sendable {
    package let number: Int
    package let name: String
    package let up: String
    package let down: String

    package init(number: Int, name: String, up: String, down: String) {
        self.number = number
        self.name = name
        self.up = up
        self.down = down
    }

    /// Tells a script that was changed after it was applied; FNV-1a, as nobody forges their own migrations.
    package var checksum: String {
        let hash = up.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    package static func isTransactional(_ script: String) -> Bool {
        !script.hasPrefix("-- no-transaction")
    }

    /// The statements of a PostgreSQL script: each ends with a semicolon at the end of a line, and no line within a
    /// statement does.
    static func statements(of script: String) -> [String] {
        var statements: [String] = []
        var lines: [Substring] = []
        for line in script.split(separator: "\n", omittingEmptySubsequences: true) where !line.hasPrefix("--") {
            lines.append(line)
            if line.hasSuffix(";") {
                statements.append(lines.joined(separator: "\n"))
                lines = []
            }
        }
        precondition(lines.isEmpty, "the last statement of a migration ends with a semicolon")
        return statements
    }
}
