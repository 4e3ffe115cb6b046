import LoupeCore
import Testing

@testable import LoupeAPI

@Suite("The OpenAPI document")
struct OpenAPITests {
    private func document() -> JSONValue {
        let api = Endpoints("/api/v1")
        WidgetRoutes(TestClock().surroundings).add(to: api.group("widgets"))
        return OpenAPIDocument(api, version: "1.2.3").json
    }

    private func at(_ path: String...) -> JSONValue? {
        path.reduce(document()) { value, step in
            guard case .object(let members)? = value else { return nil }
            return members[step]
        }
    }

    @Test("a body's schema says what its fields read: bounds, words, what is required")
    func requestBody() {
        let name = at("components", "schemas", "NewWidget", "properties", "name")
        #expect(name == ["type": "string", "minLength": 1, "maxLength": 255, "example": "Flights a day"])
        let color = at("components", "schemas", "NewWidget", "properties", "color")
        #expect(
            color == ["anyOf": [["type": "string", "enum": ["red", "green"], "example": "red"], ["type": "null"]]]
        )
        #expect(at("components", "schemas", "NewWidget", "required") == ["name", "size"])
        #expect(at("components", "schemas", "WidgetChange", "minProperties") == 1)
    }

    @Test("an operation tells its statuses, its headers and who may call it")
    func operation() {
        guard case .object(let responses)? = at("paths", "/api/v1/widgets/{id}", "put", "responses") else {
            Issue.record("no responses")
            return
        }
        #expect(
            Set(responses.keys) == [
                "200", "400", "401", "403", "404", "409", "412", "413", "415", "421", "422", "429", "500", "503",
            ]
        )
        #expect(at("paths", "/api/v1/widgets/{id}", "put", "security") == [["bearer": []]])
        #expect(at("paths", "/api/v1/widgets/special", "get", "security") == [[:]])
        #expect(at("paths", "/api/v1/widgets/{id}", "patch", "operationId") == "patchWidgetsId")
    }

    @Test("every example is a value of its schema")
    func examples() {
        #expect(Example.of(.string(1...3), field: "name") == "exa")
        #expect(Example.of(.integer(5...9), field: "") == 5)
        #expect(Example.of(.string(3...255), field: "email") == "ada@example.org")
    }
}
