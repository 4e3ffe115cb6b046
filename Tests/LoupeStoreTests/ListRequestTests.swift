import LoupeCore
import Testing

@Suite("What a caller may ask of a list")
struct ListRequestTests {
    @Test("The limit is clamped to 1…100")
    func limits() throws {
        #expect(try ListRequest(limit: 0).limit == 1)
        #expect(try ListRequest(limit: 1000).limit == 100)
        #expect(try ListRequest().limit == 20)
    }

    @Test("An offset over 10,000 or below 0, or beside a cursor, is a bad request", arguments: [10_001, -1])
    func offsets(offset: Int) throws {
        let error = try #require(throws: LoupeError.self) { try ListRequest(offset: offset) }
        #expect(error.code == .badRequest)
        #expect(throws: LoupeError.self) { try ListRequest(offset: 0, cursor: "x") }
        #expect(throws: Never.self) { try ListRequest(offset: 10_000) }
    }

    @Test("Search and tags have their lengths")
    func lengths() throws {
        #expect(throws: LoupeError.self) { try ListRequest(search: String(repeating: "ü", count: 201)) }
        #expect(throws: Never.self) { try ListRequest(search: String(repeating: "ü", count: 200)) }
        #expect(throws: LoupeError.self) { try ListRequest(tags: (0..<11).map(String.init)) }
        #expect(throws: LoupeError.self) { try ListRequest(tags: [String(repeating: "x", count: 51)]) }
        #expect(try ListRequest(search: "").search == nil)
    }
}
