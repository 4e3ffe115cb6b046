import Dispatch

/// Asks Redis for decisions over one connection.
///
/// `@unchecked Sendable`: the connection is touched on `queue` alone, which each method checks.
final class RedisWorker: @unchecked Sendable {
    /// Where blocking calls run, never the cooperative pool.
    let queue = DispatchQueue(label: "loupe.redis")

    private let address: RedisAddress
    private let timeout: Duration
    private var connection: RedisConnection?

    init(address: RedisAddress, timeout: Duration) {
        self.address = address
        self.timeout = timeout
    }

    /// Connects and takes from a bucket of its own, so that a server that cannot decide is found out here.
    func connect() throws(RedisFailure) {
        dispatchPrecondition(condition: .onQueue(queue))
        connection = nil
        connection = try RedisConnection(address, timeout: timeout)
        _ = try decisions([("trial", RateLimit(perMinute: 1))])
    }

    /// One decision a key, in one round trip. After a throw there is no connection.
    func decisions(_ keys: [(String, RateLimit)]) throws(RedisFailure) -> [RateLimit.Decision] {
        dispatchPrecondition(condition: .onQueue(queue))
        guard let connection else { throw .noAnswer }
        do {
            let replies = try connection.run(keys.map { RedisBucket.command($0, limit: $1) })
            var decisions: [RateLimit.Decision] = []
            for ((_, limit), reply) in zip(keys, replies) {
                decisions.append(try RedisBucket.decision(reply, limit: limit))
            }
            return decisions
        } catch {
            self.connection = nil
            throw error
        }
    }
}
