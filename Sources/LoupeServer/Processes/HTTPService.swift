import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import LoupeAPI
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Listens on an address and answers with a responder until shutdown.
struct HTTPService: Service {
    let responder: APIResponder
    let rules: APIRules
    let host: String
    let port: Int
    /// Connections at once.
    var maximumClients = 256
    /// Nil for plain HTTP.
    let tls: Configuration.TLS?
    /// Called once with the port that it listens on.
    let onListening: @Sendable (Int) async -> Void
    let logger: Logger

    /// Throws `ExitError` where the address cannot be listened on.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        let application = Application(
            responder: responder,
            server: try server,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    OpenFiles.allow(maximumClients),
                    logger: quiet
                )
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: quiet
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw ExitError(.unavailable, "\(host):\(port) cannot be listened on: \(HTTPService.reason(error)).")
        }
    }

    private var server: HTTPServerBuilder {
        get throws {
            guard let tls else { return .api(rules) }
            do {
                let chain = try NIOSSLCertificate.fromPEMFile(tls.certificatePath).map {
                    NIOSSLCertificateSource.certificate($0)
                }
                let key = try NIOSSLPrivateKey(file: tls.keyPath, format: .pem)
                var configuration = TLSConfiguration.makeServerConfiguration(
                    certificateChain: chain,
                    privateKey: .privateKey(key)
                )
                configuration.minimumTLSVersion = .tlsv12
                return try .tls(.api(rules), tlsConfiguration: configuration)
            } catch {
                throw ExitError(.configuration, "TLS_CERT, TLS_KEY: the certificate and its key cannot be used.")
            }
        }
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the port is in use"
        case EACCES: "this user may not use that port"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: String(cString: strerror(error.errnoCode))
        }
    }
}
