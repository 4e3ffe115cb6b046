package import LoupeCore
package import LoupeSecurity

/// Which limit a request counts against.
package enum RateRule: String, CaseIterable, Sendable {
    /// An address without a good credential.
    case address
    case user
    /// An API key.
    case key
    /// Ad-hoc SQL, a user.
    case execute
    /// Tests of connections that are not saved, a user.
    case connectionTest
    /// Sign-ins, an address.
    case login
    /// Registrations, an address.
    case register
}

/// The limits of an installation.
package struct RateRules: Sendable {
    /// 0 turns all limits off.
    package let addressPerMinute: Int
    private let exempt: [AddressRange]
    private let limiter: RateLimiter

    package init(addressPerMinute: Int = 100, exempt: [AddressRange] = [], limiter: RateLimiter) {
        self.addressPerMinute = addressPerMinute
        self.exempt = exempt
        self.limiter = limiter
    }

    func limit(of rule: RateRule) -> RateLimit {
        switch rule {
        case .address: RateLimit(perMinute: addressPerMinute)
        case .user: RateLimit(perMinute: 1200, burst: 200)
        case .key: RateLimit(perMinute: 600)
        case .execute: RateLimit(perMinute: 120)
        case .connectionTest: RateLimit(perMinute: 10)
        case .login: RateLimit(perMinute: 10)
        case .register: RateLimit(perMinute: 5)
        }
    }

    /// Nil where no limit applies.
    func take(_ rule: RateRule, _ key: String) -> RateLimit.Decision? {
        guard addressPerMinute > 0 else { return nil }
        return limiter.take(rule == .user ? key : "\(rule.rawValue) \(key)", limit: limit(of: rule))
    }

    var hasExemptions: Bool { !exempt.isEmpty }

    func isExempt(_ address: String) -> Bool {
        exempt.contains { $0.contains(address) }
    }
}
