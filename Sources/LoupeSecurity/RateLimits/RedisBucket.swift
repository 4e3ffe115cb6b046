/// The token bucket as a script that Redis carries out in one piece, by its own clock: whichever process asks, there is
/// one bucket and one time.
enum RedisBucket {
    /// KEYS: the bucket. ARGV: requests a minute, burst. Answers with whether the request may go on and the tokens left.
    private static let script = """
        local rate, burst = tonumber(ARGV[1]) / 60000, tonumber(ARGV[2])
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local kept = redis.call('HMGET', KEYS[1], 'tokens', 'updated')
        local tokens, updated = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
        tokens = math.min(burst, tokens + math.max(0, now - updated) * rate)
        local allowed = 0
        if tokens >= 1 then
            tokens = tokens - 1
            allowed = 1
        end
        redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'updated', tostring(now))
        redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate) + 1000)
        return {allowed, tostring(tokens)}
        """

    static func command(_ key: String, limit: RateLimit) -> [String] {
        ["EVAL", script, "1", "loupe:rate:\(key)", String(limit.perMinute), String(limit.burst)]
    }

    static func decision(_ reply: RedisReply, limit: RateLimit) throws(RedisFailure) -> RateLimit.Decision {
        switch reply {
        case .array(let parts):
            guard parts.count == 2, case .integer(let allowed) = parts[0], case .text(let text) = parts[1],
                let tokens = Double(text), (0...Double(limit.burst)).contains(tokens)
            else { throw .unexpectedReply }
            return limit.decision(isAllowed: allowed == 1, tokens: tokens)
        case .error(let code): throw .refused(code: code)
        case .text, .integer, .null: throw .unexpectedReply
        }
    }
}
