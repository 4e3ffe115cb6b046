import Testing

@testable import LoupeConnectors

@Suite("The guard under load")
struct PostgresGuardLimitsTests {
    private let sqlGuard = PostgresGuard()

    @Test("A sum of 49,990 terms and one of 5,000 || are read to the end, and what hides in them is found")
    func longChains() async {
        let sum = "SELECT " + Array(repeating: "1", count: 49_990).joined(separator: "+")
        #expect(sum.utf8.count <= ParsedSQL.maximumBytes)
        #expect(await sqlGuard.inspect(sum).problems == [])
        let text = "SELECT " + Array(repeating: "'a'", count: 5000).joined(separator: " || ")
        #expect(await sqlGuard.inspect(text).problems == [])
        let start = "SELECT lo_unlink(1)" + String(repeating: "+1", count: 40_000)
        #expect(await sqlGuard.inspect(start).problems.map(\.code) == [.functionRefused])
        let end = "SELECT 1" + String(repeating: "+1", count: 40_000) + "+lo_unlink(1)"
        #expect(await sqlGuard.inspect(end).problems.map(\.place.position) == [80_010])
    }

    @Test(
        "Nesting of 10,000 levels is read or refused, never let through unread",
        arguments: [
            ("(", "lo_unlink(1)", ")"), ("(SELECT ", "lo_unlink(1)", ")"), ("- ", "lo_unlink(1)", ""),
            ("NOT ", "lo_unlink(1)::bool", ""), ("abs(", "lo_unlink(1)", ")"), ("ARRAY[", "lo_unlink(1)", "]"),
            ("CASE WHEN true THEN ", "lo_unlink(1)", " END"),
        ]
    )
    func nesting(open: String, core: String, close: String) async {
        let depth = min(10_000, 99_000 / (open.utf8.count + close.utf8.count))
        let sql = "SELECT " + String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
        let report = await sqlGuard.inspect(sql)
        #expect(!report.isValid)
        #expect(report.problems.allSatisfy { [.functionRefused, .syntaxError].contains($0.code) })
    }

    @Test("A text over 100,000 bytes is refused before it is parsed")
    func tooLong() async {
        let sql = "SELECT " + Array(repeating: "1", count: 50_001).joined(separator: "+")
        #expect(await sqlGuard.inspect(sql).problems.map(\.code) == [.tooLong])
    }

    @Test("Ten thousand problems are told as a hundred")
    func manyProblems() async {
        let sql = "SELECT " + Array(repeating: "nextval('')", count: 8000).joined(separator: ",")
        #expect(await sqlGuard.inspect(sql).problems.count == 100)
    }

    @Test("Eight tasks at once get each its own answer")
    func concurrency() async {
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask { [sqlGuard] in
                    for round in 0..<100 {
                        let number = task * 1000 + round
                        let fine = await sqlGuard.inspect("SELECT :p\(number), \(number)")
                        let bad = await sqlGuard.inspect("SELECT \(number), nextval('s')")
                        guard fine.parameters == ["p\(number)"], fine.isValid, !bad.isValid else { return false }
                    }
                    return true
                }
            }
            for await right in group { #expect(right) }
        }
    }
}
