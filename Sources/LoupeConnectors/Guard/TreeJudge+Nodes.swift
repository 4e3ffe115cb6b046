extension TreeJudge {
    /// The nodes of which statements that only read are made, in PostgreSQL 15's `parsenodes.h`, `primnodes.h` and `value.h`.
    static let readingNodes: Set<String> = [
        "A_ArrayExpr", "A_Const", "A_Expr", "A_Indices", "A_Indirection", "A_Star", "Alias", "BitString", "BoolExpr",
        "Boolean", "BooleanTest", "CTECycleClause", "CTESearchClause", "CaseExpr", "CaseWhen", "CoalesceExpr",
        "CollateClause", "ColumnDef", "ColumnRef", "CommonTableExpr", "DefElem", "Float", "FuncCall", "GroupingFunc",
        "GroupingSet", "Integer", "JoinExpr", "List", "MinMaxExpr", "NamedArgExpr", "NullTest", "ParamRef",
        "RangeFunction", "RangeSubselect", "RangeTableFunc", "RangeTableFuncCol", "RangeTableSample", "RangeVar",
        "ResTarget", "RowExpr", "SQLValueFunction", "SelectStmt", "SortBy", "String", "SubLink", "TypeCast",
        "TypeName", "WindowDef", "WithClause", "XmlExpr", "XmlSerialize",
    ]

    /// Statements that may stand at the top only.
    private static let topNodes: [String: GuardReport.StatementKind] = [
        "SelectStmt": .select, "ExplainStmt": .explain, "VariableShowStmt": .show,
    ]

    private static let writingWords = [
        "InsertStmt": "insert", "UpdateStmt": "update", "DeleteStmt": "delete", "MergeStmt": "merge",
    ]

    /// Judges a node by its type as its frame opens.
    mutating func enter(_ node: String) {
        if frames.count == 5, frames[2].key == "stmt" {
            statements += 1
            if statements == 1 { kind = TreeJudge.topNodes[node] }
            if statements == 2 { find(.multipleStatements, "Only one statement runs at a time", target: .here) }
            if TreeJudge.topNodes[node] != nil { return }
        }
        guard !TreeJudge.readingNodes.contains(node) else { return }
        if node == "LockingClause" {
            refuse(.rowLock, "Row locks are refused: Loupe only reads", target: .lock)
        } else if let word = TreeJudge.writingWords[node] {
            let isCTE = frames.contains { $0.node == "CommonTableExpr" }
            let message = "\(word.uppercased()) changes data: Loupe only reads"
            refuse(isCTE ? .writingCTE : .notReadOnly, message, target: .word(word))
        } else {
            let what = node.hasSuffix("Stmt") ? statementWord : "This"
            let message = "\(what) is refused: Loupe runs SELECT, VALUES, TABLE, EXPLAIN of those, and SHOW"
            refuse(.notReadOnly, message, target: .here)
        }
    }

    /// Keeps a finding until its node's location is known.
    private mutating func find(_ code: SQLProblem.Code, _ message: String, target: Finding.Target) {
        guard refusedDepth == nil, let last = frames.indices.last else { return }
        frames[last].findings.append(Finding(code: code, message: message, target: target))
    }

    /// The same for the whole of the node whose frame is the last.
    mutating func refuse(_ code: SQLProblem.Code, _ message: String, target: Finding.Target) {
        find(code, message, target: target)
        if refusedDepth == nil { refusedDepth = frames.count - 1 }
    }

    /// The verb of a lone statement, such as `VACUUM`.
    private var statementWord: String {
        guard statements == 1, let first = tokens.first(where: \.isSignificant), first.kind == .word else {
            return "This statement"
        }
        return text(of: first).uppercased()
    }

    /// Judges the function that a node may call. `(x).f` and `t.f` call `f(x)` and `f(t)` where there is no such column.
    func judgeNames(of frame: Frame) -> [Finding] {
        let called: [String]
        switch frame.node {
        case "FuncCall": called = frame.names.suffix(1)
        case "A_Indirection": called = frame.names
        case "ColumnRef": called = frame.names.count > 1 ? frame.names.suffix(1) : []
        case "RangeTableSample":
            return frame.names.suffix(1).filter { !FunctionRules.samplingMethods.contains($0) }.map { name in
                Finding(
                    code: .functionRefused,
                    message: "The sampling method \(name) is refused: it is none of those that only read",
                    target: .word(name)
                )
            }
        default: called = frame.names
        }
        return called.compactMap { name in
            FunctionRules.refusal(of: name, isCall: frame.node == "FuncCall").map { reason in
                Finding(
                    code: .functionRefused,
                    message: "\(name) is refused: it \(reason.rawValue)",
                    target: .word(name)
                )
            }
        }
    }
}
