import CCurl
import LoupeCore
import LoupeTelemetry

/// One mail over libcurl, on the thread that performs it. Blocking.
struct MailTransfer {
    let server: SMTPServer
    let to: String
    let bytes: [UInt8]

    func perform() throws {
        guard CurlTransfer.isReady, let handle = curl_easy_init() else {
            throw CurlTransfer.Failure(code: CURLE_FAILED_INIT)
        }
        defer { curl_easy_cleanup(handle) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        recipients = curl_slist_append(nil, "<\(to)>")
        defer { curl_slist_free_all(recipients) }
        let body = Upload(bytes)
        // The handle uses `body` only inside `curl_easy_perform`, while this frame holds it.
        let code = try withExtendedLifetime(body) {
            try configure(handle)
            try CurlTransfer.check(loupe_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients))
            try CurlTransfer.check(
                loupe_curl_set_reader(handle, MailTransfer.reader, Unmanaged.passUnretained(body).toOpaque())
            )
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else { throw CurlTransfer.Failure(code: code) }
    }

    private func configure(_ handle: UnsafeMutableRawPointer) throws {
        try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_URL, server.url))
        try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"))
        try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_PROXY, ""))
        try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_MAIL_FROM, "<\(server.sender.address)>"))
        try CurlTransfer.check(loupe_curl_set_number(handle, CURLOPT_UPLOAD, 1))
        try CurlTransfer.check(
            loupe_curl_set_number(handle, CURLOPT_TIMEOUT_MS, Int(server.timeout.wholeMilliseconds))
        )
        try CurlTransfer.check(loupe_curl_set_number(handle, CURLOPT_NOSIGNAL, 1))
        if let user = server.user {
            try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_USERNAME, user))
            try CurlTransfer.check(loupe_curl_set_text(handle, CURLOPT_PASSWORD, server.password?.reveal() ?? ""))
        }
        // TLS where the server has it; a password and a link that opens an account go over nothing else, but to this
        // machine itself.
        let security = server.isOnThisMachine ? CURLUSESSL_TRY : CURLUSESSL_ALL
        try CurlTransfer.check(loupe_curl_set_number(handle, CURLOPT_USE_SSL, Int(security.rawValue)))
    }

    private static let reader: loupe_curl_reader = { buffer, size, count, context in
        guard let buffer, let context else { return 0 }
        let body = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
        return body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }

    static func translate(_ error: any Error) -> any Error {
        guard let failure = error as? CurlTransfer.Failure else { return error }
        switch failure.code {
        case CURLE_OPERATION_TIMEDOUT:
            return LoupeError(.timeout, "the mail server did not answer in time", underlying: failure)
        case CURLE_LOGIN_DENIED:
            return LoupeError(.connectionError, "the mail server does not take the password", underlying: failure)
        default: return LoupeError(.connectionError, "the mail server did not take the mail", underlying: failure)
        }
    }

    /// What is still to be sent.
    private final class Upload {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            rest = bytes[...]
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            let part = rest.prefix(buffer.count)
            buffer.copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }
}
