import Glibc

/// The system's limit on open files. Connections of clients must never use it up: the store, results and users'
/// databases need files too.
enum OpenFiles {
    /// Kept for everything that is no client.
    static let reserve = 512
    private static let wanted: rlim_t = 65_536

    /// Raises this process's limit as far as it may, and returns how many of `clients` it leaves room for.
    static func allow(_ clients: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return clients }
        let raised = min(limit.rlim_max, max(limit.rlim_cur, wanted))
        if raised > limit.rlim_cur {
            var higher = rlimit(rlim_cur: raised, rlim_max: limit.rlim_max)
            higher.rlim_cur = raised
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &higher) == 0 { limit.rlim_cur = raised }
        }
        let room = limit.rlim_cur > rlim_t(Int32.max) ? Int(Int32.max) : Int(limit.rlim_cur)
        return max(1, min(clients, room - min(reserve, room / 2)))
    }
}
