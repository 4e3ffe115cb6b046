import Foundation

/// A TCP server that takes connections and never says a word.
package final class SilentServer: Sendable {
    private let handle: Int32
    package let port: Int

    package init() throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw POSIXError(.EMFILE) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = handle
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isListening else {
            close(descriptor)
            throw POSIXError(.EADDRINUSE)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(handle)
    }

    /// Waits for a client; its connection stays open and silent for as long as the process lives.
    package func accept() async {
        let descriptor = handle
        await withCheckedContinuation { done in
            DispatchQueue(label: "loupe.silent-server").async {
                _ = Foundation.accept(descriptor, nil, nil)
                done.resume()
            }
        }
    }
}
