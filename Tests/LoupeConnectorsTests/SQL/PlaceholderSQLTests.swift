import Foundation
import Testing

@testable import LoupeConnectors

@Suite("Placeholders in place of :name")
struct PlaceholderSQLTests {
    @Test(
        "One placeholder a name, and never joined to a word",
        arguments: [
            (SQLFlavour.postgres, "SELECT :a, :b, :a::int", "SELECT $1, $2, $1::int"),
            (.sqlite, "SELECT :a, :b, :a", "SELECT ?1, ?2, ?1"),
            (.postgres, "SELECT 1 LIMIT:n", "SELECT 1 LIMIT $1"),
            (.postgres, "SELECT :a$b", "SELECT $1 $b"),
            (.postgres, "SELECT '12:b', :b", "SELECT '12:b', $1"),
        ]
    )
    func rewrites(flavour: SQLFlavour, sql: String, expected: String) {
        #expect(ParsedSQL(sql, flavour: flavour).placeholders().text == expected)
    }

    @Test(
        "A list becomes a placeholder a value in IN and stays one elsewhere",
        arguments: [
            ("a IN (:x)", 3, "a IN ($1, $2, $3)"),
            ("a IN ( :x ) AND b IN (:x)", 2, "a IN ( $1, $2 ) AND b IN ($1, $2)"),
            ("a = ANY(:x)", 3, "a = ANY($1)"),
            ("a = ANY(:x) OR a IN (:x)", 1, "a = ANY($1) OR a IN ($2)"),
            ("a IN (1, :x, 2)", 2, "a IN (1, $1, $2, 2)"),
            ("a IN (:x || 'b')", 2, "a IN ($1 || 'b')"),
            ("a IN (f(:x))", 2, "a IN (f($1))"),
            ("a IN (:x)", 0, "a OPERATOR(=) ANY  ('{}')"),
            ("a NOT IN(:x)", 0, "a  OPERATOR(<>) ALL ('{}')"),
            ("a NOT /* c */ IN(:x, :x)", 0, "a  /* c */ OPERATOR(<>) ALL ( '{}')"),
            ("a NOT IN (1, :x)", 0, "a NOT IN (1 )"),
            ("a NOT IN (:x, 1)", 0, "a NOT IN ( 1)"),
            ("a IN (1, :x, 2)", 0, "a IN (1 , 2)"),
            ("a IN (:x, ", 0, "a IN (, "),
        ]
    )
    func expands(sql: String, count: Int, expected: String) {
        #expect(ParsedSQL(sql, flavour: .postgres).placeholders(expanding: ["x": count]).text == expected)
    }

    @Test("SQLite gets an empty list as it is")
    func emptyListOfSQLite() {
        let sql = ParsedSQL("a NOT IN (:x)", flavour: .sqlite)
        #expect(sql.placeholders(expanding: ["x": 0]).text == "a NOT IN ()")
    }

    @Test("Placeholders say which value they stand for")
    func placeholders() {
        let sql = ParsedSQL("a IN (:x) AND b = :y AND c = ANY(:x)", flavour: .postgres)
        #expect(
            sql.placeholders(expanding: ["x": 2]).placeholders == [
                .init(name: "x", element: 0), .init(name: "x", element: 1), .init(name: "y"), .init(name: "x"),
            ]
        )
    }

    @Test("A position of the rewritten text is found in the person's, in code points, with line and column")
    func positions() throws {
        let text = "SELECT 'ü😀', :first,\n  a IN (:list), wrong"
        let sql = ParsedSQL(text, flavour: .postgres).placeholders(expanding: ["list": 12])
        let rewritten = try #require(sql.text.range(of: "wrong"))
        let codePoint = sql.text.unicodeScalars.distance(from: sql.text.startIndex, to: rewritten.lowerBound) + 1
        #expect(sql.position(ofCodePoint: codePoint) == SQLPosition(position: 38, line: 2, column: 17, length: 5))
        let inList = try #require(sql.text.range(of: "$9"))
        let listPoint = sql.text.unicodeScalars.distance(from: sql.text.startIndex, to: inList.lowerBound) + 1
        #expect(sql.position(ofCodePoint: listPoint) == SQLPosition(position: 30, line: 2, column: 9, length: 5))
        #expect(sql.position(ofCodePoint: 10_000).position == text.unicodeScalars.count + 1)
        #expect(sql.position(ofCodePoint: 0).position == 1)
    }

    @Test("Lines end with a line feed, a carriage return or both")
    func lines() {
        let sql = ParsedSQL("a\r\nb\rc\nd", flavour: .postgres)
        #expect([0, 3, 5, 7].map { sql.position(ofByte: $0).line } == [1, 2, 3, 4])
        #expect([0, 3, 5, 7].map { sql.position(ofByte: $0).column } == [1, 1, 1, 1])
    }
}
