import Foundation
import LoupeCore
import Synchronization

/// Turns a host name into numeric addresses, away from the cooperative pool and within a time.
package enum HostResolver {
    /// In the system's order. Throws `PostgresConnectError` `hostUnknown` or `timeout`.
    package static func addresses(of host: String, within limit: Duration) async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation)
            // `getaddrinfo` cannot be ended: after the limit its thread is left to finish by itself.
            DispatchQueue(label: "loupe.postgres.resolve").async { answer.give(Result { try resolve(host) }) }
            DispatchQueue(label: "loupe.postgres.resolve.limit").asyncAfter(
                deadline: .now() + .milliseconds(Int(limit.wholeMilliseconds))
            ) { answer.give(.failure(PostgresConnectError(.timeout))) }
        }
    }

    /// The first to come counts.
    private final class Answer: Sendable {
        private let waiting: Mutex<CheckedContinuation<[String], any Error>?>

        init(_ continuation: CheckedContinuation<[String], any Error>) {
            waiting = Mutex(continuation)
        }

        func give(_ result: Result<[String], any Error>) {
            let continuation = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(with: result)
        }
    }

    private static func resolve(_ host: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw PostgresConnectError(code == EAI_AGAIN ? .timeout : .hostUnknown) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.ai_addr,
                entry.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            ) == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.ai_next
        }
        guard !addresses.isEmpty else { throw PostgresConnectError(.hostUnknown) }
        return addresses
    }
}
