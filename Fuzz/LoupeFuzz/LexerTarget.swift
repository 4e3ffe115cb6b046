import LoupeConnectors

extension FuzzTarget {
    /// Tokens cover the text; what is not a parameter is left as it is; every token of the rewritten text leads back to its
    /// own in the person's.
    static let lexer = FuzzTarget(name: "lexer") { random in
        var maker = SQLMaker(random)
        let made = maker.statement()
        random = maker.random
        let text = Mutation.damage(made, with: SQLMaker.pieces, &random)
        let flavour = random.chance(50) ? SQLFlavour.postgres : .sqlite
        let sql = ParsedSQL(text, flavour: flavour)
        var end = 0
        for token in sql.tokens {
            guard token.range.lowerBound == end, !token.range.isEmpty else {
                throw FuzzFinding("tokens do not follow each other at byte \(end)", text)
            }
            end = token.range.upperBound
        }
        guard end == text.utf8.count else { throw FuzzFinding("tokens end at byte \(end)", text) }
        try checkRewriting(sql)
        let count = random.below(4)
        let counts = Dictionary(sql.parameterNames.map { ($0, count) }) { first, _ in first }
        let expanded = sql.placeholders(expanding: counts)
        for _ in 0..<8 {
            let offset = random.below(expanded.text.utf8.count + 1)
            let place = expanded.position(ofByte: offset)
            guard (1...text.unicodeScalars.count + 1).contains(place.position), place.line >= 1, place.column >= 1
            else {
                throw FuzzFinding("byte \(offset) of the rewritten text leads nowhere", text)
            }
        }
    }

    private static func checkRewriting(_ sql: ParsedSQL) throws {
        let rewritten = sql.placeholders()
        let old = sql.tokens.filter(\.isSignificant)
        let new = SQLLexer.tokens(of: Array(rewritten.text.utf8), flavour: sql.flavour).filter(\.isSignificant)
        guard old.count == new.count else { throw FuzzFinding("tokens are lost: \(rewritten.text)", sql.text) }
        for (before, after) in zip(old, new) {
            guard rewritten.sourceByte(ofByte: after.range.lowerBound) == before.range.lowerBound else {
                throw FuzzFinding("a token leads back to another: \(rewritten.text)", sql.text)
            }
            if before.kind == .parameter {
                guard after.kind == .foreignParameter else {
                    throw FuzzFinding("a placeholder is not one: \(rewritten.text)", sql.text)
                }
            } else if before.kind != after.kind || before.range.count != after.range.count {
                throw FuzzFinding("a token changed: \(rewritten.text)", sql.text)
            }
        }
        guard Set(rewritten.placeholders.map(\.name)) == Set(sql.parameterNames) else {
            throw FuzzFinding("placeholders and names differ", sql.text)
        }
    }
}
