import Foundation
import Glibc
import Synchronization

/// A listener on a free loopback port that gives each connection the next answer, and none when they are used up.
final class LocalListener: Sendable {
    struct Failure: Error {
        let errno: Int32
    }

    let port: UInt16
    private let descriptor: Int32
    private let request = Mutex("")

    init(answers: [String]) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) | listen(descriptor, 8) | getsockname(descriptor, address, &length)
            }
        }
        guard descriptor >= 0, code == 0 else { throw Failure(errno: errno) }
        port = UInt16(bigEndian: address.sin_port)
        if !answers.isEmpty {
            Thread { for answer in answers { self.serve(answer) } }.start()
        }
    }

    /// What the last client sent, up to 4 KiB.
    var lastRequest: String { request.withLock { $0 } }

    func close() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    private func serve(_ answer: String) {
        let client = accept(descriptor, nil, nil)
        guard client >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = max(0, recv(client, &buffer, buffer.count, 0))
        request.withLock { $0 = String(decoding: buffer[..<count], as: UTF8.self) }
        let bytes = Array(answer.utf8)
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        Glibc.close(client)
    }
}
