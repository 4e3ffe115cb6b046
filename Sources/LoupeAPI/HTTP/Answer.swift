package import HTTPTypes
package import HummingbirdCore
package import LoupeCore

/// What a handler gives back, before the headers that every answer carries.
package struct Answer: Sendable {
    package enum Payload: Sendable {
        case none
        case json([UInt8])
        case stream(Stream)
    }

    /// A body written piece by piece; each write waits until the client took what was written before.
    package struct Stream: Sendable {
        package var contentType: String
        package var length: Int?
        /// Whether clients leave it when they like: breaking off is no failure then.
        package var isOpenEnded = false
        package var write: @Sendable (inout any ResponseBodyWriter) async throws -> Void

        package init(
            contentType: String,
            length: Int? = nil,
            write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
        ) {
            self.contentType = contentType
            self.length = length
            self.write = write
        }
    }

    package enum Caching: Sendable {
        /// May be kept by the browser and asked for again with its tag.
        case revalidate
        /// Secrets and downloads.
        case never
        /// A finished result never changes.
        case immutable
    }

    /// Nil for the status that the route declares.
    package var status: HTTPResponse.Status?
    package var payload: Payload
    package var entityTag: String?
    package var location: String?
    package var caching: Caching
    package var headers: HTTPFields
    /// The Content-Security-Policy of a page; nil for that of an answer which is no page.
    package var policy: String?

    package init(
        status: HTTPResponse.Status? = nil,
        _ payload: Payload = .none,
        entityTag: String? = nil,
        location: String? = nil,
        caching: Caching = .revalidate,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.payload = payload
        self.entityTag = entityTag
        self.location = location
        self.caching = caching
        self.headers = headers
    }
}

/// What an answer holds, for the document.
package enum AnswerContent: Sendable {
    case nothing
    case json(@Sendable () -> Schema)
    /// A stream of one of these media types.
    case stream([String])
    /// The type of the handler does not tell: the route's options do.
    case declaredByRoute

    package static func of<Body: JSONEncodableBody>(_: Body.Type) -> AnswerContent {
        .json { Body.schema }
    }
}

/// What a handler may return.
package protocol Answering: Sendable {
    static var content: AnswerContent { get }
    func answer() -> Answer
}

extension Answer: Answering {
    package static var content: AnswerContent { .declaredByRoute }
    package func answer() -> Answer { self }
}

/// An answer without a body.
package struct NoContent: Answering {
    package init() {}
    package static var content: AnswerContent { .nothing }
    package func answer() -> Answer { Answer(status: .noContent) }
}

/// A body that writes itself as JSON.
package protocol JSONEncodableBody: Answering {
    /// The shape of what `write` writes.
    static var schema: Schema { get }
    func write(to json: inout JSONWriter)

    /// A strong tag of the object's state, where it has a version.
    var entityTag: String? { get }
    /// The object's own path, for `Location` when it was just created.
    var location: String? { get }
    var caching: Answer.Caching { get }
}

extension JSONEncodableBody {
    package static var content: AnswerContent { .of(Self.self) }
    package var entityTag: String? { nil }
    package var location: String? { nil }
    package var caching: Answer.Caching { .revalidate }

    package func answer() -> Answer {
        var json = JSONWriter()
        write(to: &json)
        return Answer(.json(json.bytes), entityTag: entityTag, location: location, caching: caching)
    }
}

extension JSONEncodableBody {
    /// The body with another status than the route declares.
    package func with(status: HTTPResponse.Status) -> Answer {
        var answer = answer()
        answer.status = status
        return answer
    }
}

extension Array: Answering where Element: JSONEncodableBody {
    package static var content: AnswerContent { .json { .array(Element.schema, count: 0...10_000) } }

    package func answer() -> Answer {
        var json = JSONWriter()
        json.array(self) { $1.write(to: &$0) }
        return Answer(.json(json.bytes))
    }
}
