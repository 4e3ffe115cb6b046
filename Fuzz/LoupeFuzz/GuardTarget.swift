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
            try check(tree, of: text)
        }
    }

    private static func check(_ tree: [UInt8], of text: String) throws {
        let pieces = tree.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        // Inside strings a quote is escaped, so what a colon follows is a field and no text that looks like one.
        for (index, piece) in pieces.enumerated().dropLast() where pieces[index + 1].first == UInt8(ascii: ":") {
            let field = String(decoding: piece, as: UTF8.self)
            let isReading = ["SelectStmt", "ExplainStmt", "VariableShowStmt"].contains(field)
            guard !["lockingClause", "intoClause"].contains(field), isReading || !field.hasSuffix("Stmt") else {
                throw FuzzFinding("\(field) goes through", text)
            }
            guard field == "funcname" else { continue }
            let names = pieces[(index + 1)...].prefix { !$0.contains(UInt8(ascii: "]")) }
            guard let name = names.last(where: { isName($0) }) else { continue }
            if FunctionRules.refusal(of: String(decoding: name, as: UTF8.self), isCall: true) != nil {
                throw FuzzFinding("\(String(decoding: name, as: UTF8.self)) goes through", text)
            }
        }
    }
}

extension FuzzTarget {
    fileprivate static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first.map { (97...122).contains($0 | 0x20) } ?? false
    }
}
