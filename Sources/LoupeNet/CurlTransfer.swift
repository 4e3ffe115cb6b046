import CCurl
import LoupeCore

/// One request over libcurl, from beginning to end on the thread that performs it. Blocking.
struct CurlTransfer {
    /// What libcurl gave up for; its words are in `description`.
    struct Failure: Error, CustomStringConvertible {
        let code: CURLcode
        var description: String { String(cString: curl_easy_strerror(code)) }
    }

    let url: String
    let timeout: Duration
    let maximumBytes: Int

    /// libcurl wants this once in a process, before anything else.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func perform() throws -> HTTPProbe.Response {
        guard Self.isReady, let handle = curl_easy_init() else { throw Failure(code: CURLE_FAILED_INIT) }
        defer { curl_easy_cleanup(handle) }
        let body = Body(maximumBytes: maximumBytes)
        // The handle uses `body` only inside `curl_easy_perform`, while this frame holds it.
        let code = try withExtendedLifetime(body) {
            try configure(handle, body: body)
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else { throw Failure(code: code) }
        var status = 0
        try Self.check(loupe_curl_response_status(handle, &status))
        return HTTPProbe.Response(status: status, body: body.bytes)
    }

    private func configure(_ handle: UnsafeMutableRawPointer, body: Body) throws {
        try Self.check(loupe_curl_set_text(handle, CURLOPT_URL, url))
        try Self.check(loupe_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        // The environment's proxy is for the outside world; a server's own health is not asked through it.
        try Self.check(loupe_curl_set_text(handle, CURLOPT_PROXY, ""))
        try Self.check(loupe_curl_set_text(handle, CURLOPT_USERAGENT, "loupe"))
        try Self.check(loupe_curl_set_number(handle, CURLOPT_TIMEOUT_MS, Int(timeout.wholeMilliseconds)))
        // libcurl must not use SIGALRM in a process with threads.
        try Self.check(loupe_curl_set_number(handle, CURLOPT_NOSIGNAL, 1))
        let context = Unmanaged.passUnretained(body).toOpaque()
        try Self.check(
            loupe_curl_set_writer(
                handle,
                { bytes, size, count, context in
                    guard let bytes, let context else { return 0 }
                    let body = Unmanaged<Body>.fromOpaque(context).takeUnretainedValue()
                    return body.append(UnsafeRawBufferPointer(start: bytes, count: size * count))
                },
                context
            )
        )
    }

    static func check(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw Failure(code: code) }
    }

    /// What has come so far. Taking less than what was offered makes libcurl stop with CURLE_WRITE_ERROR.
    private final class Body {
        private(set) var bytes: [UInt8] = []
        private let maximumBytes: Int

        init(maximumBytes: Int) {
            self.maximumBytes = maximumBytes
        }

        func append(_ chunk: UnsafeRawBufferPointer) -> Int {
            guard bytes.count + chunk.count <= maximumBytes else { return 0 }
            bytes.append(contentsOf: chunk)
            return chunk.count
        }
    }
}
