import CHiredis

/// What Redis answers to a command.
enum RedisReply: Hashable {
    case text(String)
    case integer(Int)
    case array([RedisReply])
    case null
    case error(code: String)

    /// Copies a reply of hiredis, which stays the caller's to free.
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .text(RedisReply.text(of: reply))
        case REDIS_REPLY_ARRAY:
            self = .array(
                (0..<reply.elements).map { index in
                    guard let element = reply.element?[index] else { return .null }
                    return RedisReply(element.pointee)
                }
            )
        case REDIS_REPLY_ERROR:
            self = .error(code: String(RedisReply.text(of: reply).prefix { $0.isASCII && $0.isUppercase }.prefix(32)))
        default: self = .null
        }
    }

    private static func text(of reply: redisReply) -> String {
        guard let bytes = reply.str else { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: reply.len),
            as: UTF8.self
        )
    }
}
