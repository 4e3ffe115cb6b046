import Dispatch
import Foundation

/// Sends bytes as they are over a socket: what no well-behaved client would send.
enum RawHTTP {
    struct Failed: Error {
        let step: String
    }

    /// Writes the request and reads until the server closes. The server must be told to close, or do it by itself.
    static func exchange(_ request: [UInt8], port: Int) async throws -> String {
        try await blocking {
            try connected(to: port) {
                send(request, $0)
                return receive($0)
            }
        }
    }

    /// Writes the request and then a byte each 20 ms, until the server closes.
    static func exchange(_ request: [UInt8], thenTricklingTo port: Int) async throws -> String {
        try await blocking {
            try connected(to: port) { socket in
                send(request, socket)
                var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                while poll(&watched, 1, 20) == 0 { send([UInt8(ascii: "x")], socket) }
                return receive(socket)
            }
        }
    }

    /// Writes the request and reads nothing, until `isOver`. Why the server cut the answer off cannot be seen here: its end
    /// would come after all the bytes that were not taken.
    static func stall(_ request: [UInt8], port: Int, until isOver: @escaping @Sendable () -> Bool) async throws {
        try await blocking {
            try connected(to: port) { socket in
                var small: Int32 = 4096
                setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &small, socklen_t(MemoryLayout<Int32>.size))
                send(request, socket)
                for _ in 0..<1500 where !isOver() { poll(nil, 0, 20) }
            }
        }
    }

    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
        }
    }

    private static func connected<Value>(to port: Int, _ body: (Int32) throws -> Value) throws -> Value {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failed(step: "socket") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failed(step: "connect") }
        return try body(socket)
    }

    private static func send(_ bytes: [UInt8], _ socket: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // The server may close while we still write; what it answered before is then to be read.
            guard count > 0 else { break }
            sent += count
        }
    }

    private static func receive(_ socket: Int32) -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer.append(contentsOf: buffer[..<count])
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
