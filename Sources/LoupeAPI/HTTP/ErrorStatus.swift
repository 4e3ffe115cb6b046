import HTTPTypes
import LoupeCore

extension LoupeError.Code {
    /// The HTTP status of each error type; docs/errors.md lists them.
    var status: HTTPResponse.Status {
        switch self {
        case .badRequest, .queryError: .badRequest
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .gone: .gone
        case .preconditionFailed: .preconditionFailed
        case .payloadTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .misdirected: .misdirectedRequest
        case .validationFailed, .queryRejected: .unprocessableContent
        case .accountLocked: .init(code: 423, reasonPhrase: "Locked")
        case .rateLimited: .tooManyRequests
        case .internalError: .internalServerError
        case .connectionError: .badGateway
        case .unavailable: .serviceUnavailable
        case .timeout: .gatewayTimeout
        }
    }
}
