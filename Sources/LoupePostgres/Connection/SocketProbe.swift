import Foundation

/// Connects once more by itself to learn why libpq could not: libpq says it in words only.
struct SocketProbe {
    let endpoint: PostgresOptions.Endpoint
    let deadline: ContinuousClock.Instant

    /// Nil where the connection succeeds now.
    var failure: PostgresConnectError? {
        guard let code = connectionError() else { return nil }
        switch code {
        case ECONNREFUSED, ENOENT: return PostgresConnectError(.refused)
        case ETIMEDOUT: return PostgresConnectError(.timeout)
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, ENETDOWN, EHOSTDOWN: return PostgresConnectError(.unreachable)
        case EACCES, EPERM: return PostgresConnectError(.notPermitted)
        default: return PostgresConnectError(.other)
        }
    }

    /// An `errno`, or nil for success.
    private func connectionError() -> Int32? {
        endpoint.isUnixSocket ? connectUnix() : connectAddress()
    }

    private func connectAddress() -> Int32? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(endpoint.hostAddress ?? endpoint.host, String(endpoint.port), &hints, &list) == 0,
            let address = list?.pointee
        else { return EINVAL }
        defer { freeaddrinfo(list) }
        return connect(family: address.ai_family) { Foundation.connect($0, address.ai_addr, address.ai_addrlen) }
    }

    private func connectUnix() -> Int32? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(endpoint.host)/.s.PGSQL.\(endpoint.port)".utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENAMETOOLONG }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        return connect(family: AF_UNIX) { handle in
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    Foundation.connect(handle, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    private func connect(family: Int32, _ call: (Int32) -> Int32) -> Int32? {
        let handle = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard handle >= 0 else { return errno }
        defer { close(handle) }
        guard call(handle) != 0 else { return nil }
        guard errno == EINPROGRESS else { return errno }
        let wait = SocketWait(socket: handle, wake: -1, reading: false, writing: true)
        guard case .ready = wait.run(until: deadline) else { return ETIMEDOUT }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(handle, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : code
    }
}
