import Foundation
import HTTPTypes
import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("docs/errors.md")
struct ErrorsDocumentTests {
    @Test func `every error type stands there with the status it is answered with`() throws {
        let file = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/errors.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let rows = text.matches(of: /\n\| `([a-z_]+)` \| (\d+) \|/).map { (String($0.1), Int($0.2)) }
        #expect(rows.map(\.0).sorted() == LoupeError.Code.allCases.map(\.rawValue).sorted())
        for (type, status) in rows {
            let code = try #require(LoupeError.Code(rawValue: type))
            #expect(code.status.code == status, "\(type)")
        }
    }
}
