import HTTPTypes
import HummingbirdCore
import LoupeCore
import NIOCore

/// The connection failed while the request was being read: there is nobody to answer.
struct BrokenRequest: Error {
    let cause: any Error
}

/// Reads a request's body within its limit and parses it.
enum BodyReader {
    /// The body's bytes. Throws `payloadTooLarge`, `unsupportedMediaType`, or `BrokenRequest`.
    static func bytes(of request: Request, for body: Endpoint.Body) async throws -> [UInt8] {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw LoupeError(.unsupportedMediaType, "a body with Content-Encoding is not read: send it as it is")
        }
        let tooLarge = LoupeError(.payloadTooLarge, "the body is larger than \(body.maximumBytes) bytes")
        if let length = request.headers[.contentLength].flatMap(Int.init), length > body.maximumBytes { throw tooLarge }
        var bytes: [UInt8] = []
        var parts = request.body.makeAsyncIterator()
        while let part = try await next(&parts) {
            guard bytes.count + part.readableBytes <= body.maximumBytes else { throw tooLarge }
            bytes.append(contentsOf: part.readableBytesView)
        }
        guard bytes.isEmpty || isJSON(request.headers[.contentType]) else {
            throw LoupeError(.unsupportedMediaType, "the body must be JSON: send Content-Type: application/json")
        }
        return bytes
    }

    /// Throws `badRequest` where the bytes are not one JSON value of at most 64 levels.
    static func json(_ bytes: [UInt8], for body: Endpoint.Body) throws(LoupeError) -> JSONValue {
        if bytes.isEmpty {
            guard body.mayBeEmpty else { throw LoupeError(.badRequest, "the body must be a JSON object") }
            return .object([:])
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw LoupeError(.badRequest, "the body is not well-formed JSON: \(error.message), at byte \(error.offset)")
        }
    }

    private static func next(_ parts: inout HummingbirdCore.RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw BrokenRequest(cause: error)
        }
    }

    /// `application/json` or `application/…+json`, in UTF-8; a body without a type is taken for JSON.
    private static func isJSON(_ header: String?) -> Bool {
        guard let header else { return true }
        let parts = header.lowercased().split(separator: ";").map { $0.drop { $0 == " " } }
        guard let type = parts.first?.prefix(while: { $0 != " " }) else { return false }
        guard type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json") else {
            return false
        }
        return parts.dropFirst().allSatisfy { parameter in
            !parameter.hasPrefix("charset=")
                || ["charset=utf-8", "charset=\"utf-8\"", "charset=us-ascii"].contains(parameter)
        }
    }
}
