import CCurl
import Dispatch
import LoupeCore

/// Asks a server something small over HTTP or HTTPS, such as its health. No redirect is followed and no proxy is used.
package struct HTTPProbe: Sendable {
    package struct Response: Hashable, Sendable {
        package let status: Int
        package let body: [UInt8]
    }

    private let timeout: Duration
    private let maximumBytes: Int

    /// `timeout` is for everything from the name's resolution to the body's last byte.
    package init(timeout: Duration = .seconds(5), maximumBytes: Int = 1 << 20) {
        self.timeout = timeout
        self.maximumBytes = maximumBytes
    }

    /// Whatever the server answers, also an error. Throws `timeout`, or `connection_error` where there is no answer or one
    /// that is too long.
    package func get(_ url: String) async throws -> Response {
        let transfer = CurlTransfer(url: url, timeout: timeout, maximumBytes: maximumBytes)
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try transfer.perform() }.mapError(Self.translate))
            }
        }
    }

    private static func translate(_ error: any Error) -> any Error {
        guard let failure = error as? CurlTransfer.Failure else { return error }
        switch failure.code {
        case CURLE_OPERATION_TIMEDOUT:
            return LoupeError(.timeout, "the server did not answer in time", underlying: failure)
        case CURLE_COULDNT_RESOLVE_HOST:
            return LoupeError(.connectionError, "the host is not known", underlying: failure)
        case CURLE_COULDNT_CONNECT:
            return LoupeError(.connectionError, "nothing listens at that address", underlying: failure)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return LoupeError(.connectionError, "the address is not an http or https URL", underlying: failure)
        case CURLE_PEER_FAILED_VERIFICATION:
            return LoupeError(.connectionError, "the server's certificate is not trusted", underlying: failure)
        case CURLE_WRITE_ERROR: return LoupeError(.connectionError, "the answer is too long", underlying: failure)
        default: return LoupeError(.connectionError, "the server could not be asked", underlying: failure)
        }
    }
}
