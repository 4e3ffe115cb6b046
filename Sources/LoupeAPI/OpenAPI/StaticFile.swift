import CAssets
import HummingbirdCore
import LoupeSecurity
import NIOCore

/// A file that the binary carries, as a browser gets it.
struct StaticFile: Sendable {
    /// Only what comes from this host, and no script or style written into a page.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    let type: String
    private let bytes: ByteBuffer
    private let tag: String

    init(_ text: String, type: String) {
        self.init(ByteBuffer(string: text), type: type)
    }

    /// The asset lies in the binary and is copied once.
    init(_ asset: LoupeAsset, type: String) {
        self.init(ByteBuffer(bytes: UnsafeBufferPointer(start: asset.bytes, count: asset.count)), type: type)
    }

    private init(_ bytes: ByteBuffer, type: String) {
        self.type = type
        self.bytes = bytes
        tag = "\"\(Base64URL.encode(Digest.sha256(Array(bytes.readableBytesView))))\""
    }

    var answer: Answer {
        let bytes = bytes
        let stream = Answer.Stream(contentType: type, length: bytes.readableBytes) { try await $0.write(bytes) }
        var answer = Answer(.stream(stream), entityTag: tag)
        answer.policy = StaticFile.policy
        return answer
    }
}
