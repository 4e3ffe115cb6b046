import HTTPTypes
import Logging
import LoupeCore

/// One line a request. Paths are templates and query values are left out: neither ids nor what people search for.
struct AccessLog: Sendable {
    var logger: Logger

    /// With the caller's trace in every line.
    func traced(by parent: TraceParent?) -> AccessLog {
        guard let parent else { return self }
        var log = self
        log.logger[metadataKey: "trace.id"] = "\(parent.traceID)"
        log.logger[metadataKey: "trace.parent"] = "\(parent.parentID)"
        return log
    }

    func answered(
        _ method: HTTPRequest.Method,
        _ endpoint: Endpoint?,
        status: Int,
        duration: Duration,
        id: String
    ) {
        logger.info(
            "request answered",
            metadata: [
                "http.method": "\(method.rawValue)",
                "http.route": "\(endpoint?.path ?? "-")",
                "http.status": "\(status)",
                "duration.us": "\(duration.wholeMicroseconds)",
                "request.id": "\(id)",
            ]
        )
    }

    /// The cause of an answer that tells none, under the id that the answer carries.
    func failed(_ error: any Error, code: LoupeError.Code, errorID: String, id: String) {
        let level: Logger.Level
        switch code {
        case .internalError: level = .error
        case .connectionError, .unavailable, .timeout: level = .warning
        default: level = .debug
        }
        logger.log(
            level: level,
            "request failed",
            metadata: [
                "error.id": "\(errorID)",
                "error.code": "\(code.rawValue)",
                "error.cause": "\(String(describing: error))",
                "request.id": "\(id)",
            ]
        )
    }
}

extension Duration {
    var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
