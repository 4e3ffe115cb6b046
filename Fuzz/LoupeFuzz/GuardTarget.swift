import LoupeConnectors

extension FuzzTarget {
    /// The guard answers everything, and what it lets through is, read by plain search in the parser's own tree, one
    /// statement that writes nothing, locks nothing and calls nothing refused.
    static func `guard`() -> FuzzTarget {
        let sqlGuard = PostgresGuard()
        return FuzzTarget(name: "guard") { random in
            var maker = SQLMaker(random)
            let made = maker.statement()
            random = maker.random
            let text = random.chance(40) ? made : Mutation.damage(made, with: SQLMaker.pieces, &random)
            let sql = ParsedSQL(text, flavour: .postgres).placeholders()
            let report = await sqlGuard.inspect(sql)
            guard report.isValid else {
                let last = text.unicodeScalars.count + 1
                guard report.problems.allSatisfy({ (1...last).contains($0.place.position) }) else {
                    throw FuzzFinding("a problem lies outside the text: \(report.problems)", text)
                }
                return
            }
            guard report.statement != nil else { throw FuzzFinding("a statement of no kind goes through", text) }
            guard let tree = await sqlGuard.tree(of: sql.text) else {
                throw FuzzFinding("a text that cannot be read goes through", text)
            }
            try check(String(decoding: tree, as: UTF8.self), of: text)
        }
    }

    private static func check(_ tree: String, of text: String) throws {
        for node in ["lockingClause", "intoClause"] where tree.contains("\"\(node)\":") {
            throw FuzzFinding("\(node) goes through", text)
        }
        for piece in tree.split(separator: "\"") where piece.hasSuffix("Stmt") {
            guard ["SelectStmt", "ExplainStmt", "VariableShowStmt"].contains(piece) else {
                throw FuzzFinding("\(piece) goes through", text)
            }
        }
        // Inside strings a quote is escaped, so this is the field and no text that looks like it.
        for start in tree.indices where tree[start] == "\"" && tree[start...].hasPrefix("\"funcname\":[") {
            let names = tree[start...].prefix { $0 != "]" }.split(separator: "\"")
            guard let name = names.last(where: { $0.first?.isLetter == true }) else { continue }
            if FunctionRules.refusal(of: String(name), isCall: true) != nil {
                throw FuzzFinding("\(name) goes through", text)
            }
        }
    }
}
