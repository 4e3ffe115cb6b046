import Testing

@testable import LoupeConnectors

@Suite("The :name lexer")
struct SQLLexerTests {
    @Test(
        "Parameters are found outside strings, comments and quoted names",
        arguments: [
            ("SELECT :a, ':b', \"x:c\", :a", ["a"]),
            ("SELECT 'it''s :no', :yes", ["yes"]),
            (#"SELECT E'\':no', :yes"#, ["yes"]),
            (#"SELECT '\', :yes"#, ["yes"]),
            ("SELECT E'a' -- then\n '\\' :no', :yes", ["yes"]),
            (#"SELECT U&'\0061:no', U&"\0061:no", :yes"#, ["yes"]),
            ("SELECT $$ :no $$, $tag$ $$ :no $tag$, :yes", ["yes"]),
            ("SELECT $ä$ :no $ä$, :yes", ["yes"]),
            ("SELECT a$$ :yes FROM t$$", ["yes"]),
            ("SELECT 1 -- :no\n, :yes", ["yes"]),
            ("SELECT 1 /* :no /* :no */ :no */, :yes", ["yes"]),
            ("SELECT :a::text, :b :: int, c::date", ["a", "b"]),
            ("SELECT f(a := :x, b => :y)", ["x", "y"]),
            ("SELECT j #>> '{a,b}', j @? '$.a ? (@ > 1)', j -> :key, j ? :k2, j ?| :k3", ["key", "k2", "k3"]),
            ("SELECT * FROM t LIMIT:n OFFSET:m", ["n", "m"]),
            ("SELECT :größe, :_x1", ["größe", "_x1"]),
            ("SELECT '12:30:00'::time, 12 : 30", []),
            ("SELECT 'never ends :no", []),
            ("SELECT /* never ends :no", []),
            ("SELECT $a$ never ends :no", []),
        ] as [(String, [String])]
    )
    func finds(sql: String, names: [String]) {
        #expect(ParsedSQL(sql, flavour: .postgres).parameterNames == names)
    }

    @Test(
        "A colon after an operand inside brackets parts a slice; anywhere else it begins a parameter",
        arguments: [
            ("SELECT a[1:2], a[1:n], a[x:n], a[f(x):n]", []),
            ("SELECT a[:i]", ["i"]),
            ("SELECT a[: n]", []),
            ("SELECT ARRAY[:x, :y]", ["x", "y"]),
            ("SELECT a[:lo : :hi]", ["lo", "hi"]),
            ("SELECT a[CASE WHEN :flag THEN :x ELSE :y END]", ["flag", "x", "y"]),
            ("SELECT a[coalesce(b, :n)]", ["n"]),
        ] as [(String, [String])]
    )
    func slices(sql: String, names: [String]) {
        #expect(ParsedSQL(sql, flavour: .postgres).parameterNames == names)
    }

    @Test(
        "SQLite has its own quotes, no dollar quotes, and comments that do not nest",
        arguments: [
            ("SELECT [a :no], `b :no`, \"c :no\", x'3a', :yes", ["yes"]),
            ("SELECT /* /* :no */ :yes", ["yes"]),
            ("SELECT e'\\', :yes", ["yes"]),
            ("SELECT a->:k, b->>:l", ["k", "l"]),
        ] as [(String, [String])]
    )
    func sqlite(sql: String, names: [String]) {
        #expect(ParsedSQL(sql, flavour: .sqlite).parameterNames == names)
    }

    @Test("The tokens of a text cover it without a gap")
    func covers() {
        let sql = "SELECT a[1:2] /* x */ , $$ü$$ || :p -- end\n FROM \"t\" WHERE e'\\'' <> '' AND 1.5e3 >= :q;"
        for flavour in [SQLFlavour.postgres, .sqlite] {
            let tokens = SQLLexer.tokens(of: Array(sql.utf8), flavour: flavour)
            #expect(tokens.first?.range.lowerBound == 0)
            #expect(tokens.last?.range.upperBound == sql.utf8.count)
            #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0.range.upperBound == $1.range.lowerBound })
        }
    }

    @Test(
        "The driver's own placeholders and NUL are problems with their places",
        arguments: [
            (SQLFlavour.postgres, "SELECT $1", SQLProblem.Code.positionalParameter),
            (.sqlite, "SELECT  ?", .positionalParameter), (.sqlite, "SELECT  ?7", .positionalParameter),
            (.sqlite, "SELECT  @x", .positionalParameter), (.sqlite, "SELECT  $x", .positionalParameter),
            (.postgres, "SELECT \0", .nulCharacter), (.postgres, " ; -- nothing\n", .empty),
            (.postgres, "SELECT '" + String(repeating: "x", count: 100_000) + "'", .tooLong),
        ]
    )
    func problems(flavour: SQLFlavour, sql: String, code: SQLProblem.Code) {
        #expect(ParsedSQL(sql, flavour: flavour).problems.map(\.code) == [code])
    }
}
