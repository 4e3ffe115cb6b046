import CHiredis
import Glibc

/// One connection to Redis. Every call blocks, for `timeout` at most at each step: for a thread of its own.
final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>

    /// Connects, signs in and chooses the database. Throws `RedisFailure`.
    init(_ address: RedisAddress, timeout: Duration) throws(RedisFailure) {
        let limit = timeval(timeout)
        guard let context = redisConnectWithTimeout(address.host, address.port, limit) else {
            throw .notConnected(reason: "no memory")
        }
        self.context = context
        guard context.pointee.err == 0 else {
            let reason = context.pointee.err == REDIS_ERR_IO ? String(cString: strerror(errno)) : "no such host"
            throw .notConnected(reason: reason)
        }
        guard redisSetTimeout(context, limit) == REDIS_OK else { throw .notConnected(reason: "no timeout can be set") }
        if let password = address.password {
            try expectOK(["AUTH"] + (address.user.map { [$0] } ?? []) + [password])
        }
        if address.database != 0 { try expectOK(["SELECT", String(address.database)]) }
    }

    deinit {
        redisFree(context)
    }

    /// Sends commands together and reads their replies in order. After a throw the connection is of no use.
    func run(_ commands: [[String]]) throws(RedisFailure) -> [RedisReply] {
        for command in commands { try append(command) }
        var replies: [RedisReply] = []
        for _ in commands { replies.append(try nextReply()) }
        return replies
    }

    private func expectOK(_ command: [String]) throws(RedisFailure) {
        if case .error(let code)? = try run([command]).first { throw .refused(code: code) }
    }

    private func append(_ command: [String]) throws(RedisFailure) {
        let bytes = command.map { Array($0.utf8CString.dropLast()) }
        let lengths = bytes.map(\.count)
        let copies = bytes.map { UnsafeMutableBufferPointer<CChar>.copy(of: $0) }
        defer { for copy in copies { copy.deallocate() } }
        var arguments = copies.map { UnsafePointer($0.baseAddress) }
        guard redisAppendCommandArgv(context, Int32(command.count), &arguments, lengths) == REDIS_OK else {
            throw .noAnswer
        }
    }

    private func nextReply() throws(RedisFailure) -> RedisReply {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else { throw .noAnswer }
        defer { freeReplyObject(raw) }
        return RedisReply(raw.assumingMemoryBound(to: redisReply.self).pointee)
    }
}

extension UnsafeMutableBufferPointer<CChar> {
    fileprivate static func copy(of bytes: [CChar]) -> UnsafeMutableBufferPointer<CChar> {
        let buffer = allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
        return buffer
    }
}

extension timeval {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
