import LoupeCore

/// Reads libpg_query's JSON tree token by token and judges each node, without recursion: a tree is as deep as the SQL.
///
/// Node types come from a list of those that only read; a type that is not on it is refused, whatever it is.
struct TreeJudge {
    struct Judgement {
        var problems: [SQLProblem]
        var statement: GuardReport.StatementKind?
    }

    /// An open object or array.
    struct Frame {
        var isArray: Bool
        /// The type of node whose fields these are; nil for a node's wrapper and for plain structures.
        var node: String?
        /// The member under way.
        var key = ""
        /// In bytes of the text.
        var location: Int?
        /// The parts of a name that this node gives: a function's, a column's, a sampling method's.
        var names: [String] = []
        /// Waiting for the location, which comes last in a node.
        var findings: [Finding] = []
    }

    /// A problem whose place is only known roughly.
    struct Finding {
        var code: SQLProblem.Code
        var message: String
        var target: Target

        /// What to look for in the text from the nearest known location on.
        enum Target: Hashable {
            case here
            case word(String)
            /// `FOR UPDATE` and its kin.
            case lock
        }
    }

    let sql: PlaceholderSQL
    let tokens: [SQLToken]
    var json: JSONTokenizer
    var frames: [Frame] = []
    /// How many frames lie above the outermost refused node; what is inside it needs no further word.
    var refusedDepth: Int?
    var lastLocation = 0
    var statements = 0
    var kind: GuardReport.StatementKind?
    var problems: [(offset: Int, problem: SQLProblem)] = []

    /// Throws where the JSON is not what libpg_query promises.
    static func judge(_ json: [UInt8], of sql: PlaceholderSQL) throws -> Judgement {
        var judge = TreeJudge(
            sql: sql,
            tokens: SQLLexer.tokens(of: Array(sql.text.utf8), flavour: .postgres),
            json: JSONTokenizer(json)
        )
        while let token = try judge.json.next() { try judge.read(token) }
        guard judge.statements > 0 || !judge.problems.isEmpty else { throw Unreadable() }
        let sorted = judge.problems.sorted { $0.offset < $1.offset }.map(\.problem)
        return Judgement(problems: sorted, statement: judge.statements == 1 ? judge.kind : nil)
    }

    struct Unreadable: Error {}

    private init(sql: PlaceholderSQL, tokens: [SQLToken], json: JSONTokenizer) {
        self.sql = sql
        self.tokens = tokens
        self.json = json
    }

    private mutating func read(_ token: JSONTokenizer.Token) throws {
        switch token {
        case .beginObject: open(isArray: false)
        case .beginArray: open(isArray: true)
        case .endObject, .endArray: try close()
        case .key(let range):
            guard !frames.isEmpty else { throw Unreadable() }
            frames[frames.count - 1].key = try json.string(in: range)
        case .string(let range): try text(range)
        case .number(let range): number(range)
        case .boolean, .null: break
        }
    }

    private mutating func open(isArray: Bool) {
        let parent = frames.last
        frames.append(Frame(isArray: isArray))
        guard let parent, !parent.isArray else { return }
        if isArray {
            if parent.key == "valuesLists", kind == .select, isTopStatement { kind = .values }
        } else if let first = parent.key.utf8.first, (65...90).contains(first) {
            frames[frames.count - 1].node = parent.key
            enter(parent.key)
        } else if parent.key == "intoClause" {
            refuse(.selectInto, "SELECT INTO makes a table: Loupe only reads", target: .word("into"))
        }
    }

    private mutating func close() throws {
        guard var frame = frames.popLast() else { throw Unreadable() }
        if refusedDepth == nil { frame.findings += judgeNames(of: frame) }
        if refusedDepth == frames.count { refusedDepth = nil }
        if frame.location == nil, frames.count == TreeJudge.statementDepth { frame.location = 0 }
        if frame.location == nil, frame.names.isEmpty, let parent = frames.indices.last {
            frames[parent].findings += frame.findings
        } else {
            for finding in frame.findings { add(finding, from: frame.location ?? lastLocation) }
        }
    }

    private mutating func text(_ range: Range<Int>) throws {
        guard let frame = frames.last else { throw Unreadable() }
        guard frame.key == "sval", frame.node == "String", frames.count >= 4 else {
            if frame.key == "defname", frame.node == "DefElem", try json.string(in: range) == "analyze" {
                kind = .explainAnalyze
            }
            return
        }
        let owner = frames.count - 4
        guard frames[owner + 1].isArray, TreeJudge.namingFields.contains(frames[owner].key) else { return }
        frames[owner].names.append(try json.string(in: range))
    }

    /// The fields whose strings name what is called or reached into.
    private static let namingFields: Set<String> = ["funcname", "indirection", "fields", "method"]

    private mutating func number(_ range: Range<Int>) {
        guard let frame = frames.indices.last else { return }
        let key = frames[frame].key
        guard key == "location" || key == "stmt_location" else { return }
        guard let value = Int(String(decoding: json.bytes[range], as: UTF8.self)), value >= 0 else { return }
        frames[frame].location = value
        if key == "location" { lastLocation = value }
    }

    /// The frames above a statement's own object in `{"stmts":[{"stmt":{"SelectStmt":{…`. It says nothing of its location
    /// where that is 0.
    private static let statementDepth = 2

    /// Whether the frame just opened is a field of a whole statement.
    private var isTopStatement: Bool { frames.count == TreeJudge.statementDepth + 4 }
}
