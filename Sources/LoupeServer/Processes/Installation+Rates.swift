import Logging
import LoupeCore
import LoupeSecurity

extension Installation {
    /// Where requests are counted: in Redis, where it is configured and several processes must agree; else here.
    var rateCounter: any RateCounter {
        let own = RateLimiter(now: { .now })
        guard let redis = configuration.redis, configuration.role == .api || configuration.role == .serve,
            // The setting was read as this very address.
            let address = try? RedisAddress(url: redis.text)
        else { return own }
        let logger = logger
        let shared = SharedRateLimiter(address, fallback: own) { health in
            switch health {
            case .shared: logger.notice("Rate limits are shared through Redis")
            case .alone(let failure):
                logger.warning(
                    "Redis does not answer: this process counts requests by itself until it does",
                    metadata: ["error.cause": "\(failure)"]
                )
            }
        }
        shared.begin()
        return shared
    }
}
