/// How many connections a pool holds and for how long.
package struct PostgresPoolConfiguration: Sendable, Hashable {
    /// Kept open however long they are idle.
    package var minimum: Int
    package var maximum: Int
    /// For a connection to become free, or to be made.
    package var acquireTimeout: Duration
    /// After it a connection above the minimum is closed.
    package var idleTimeout: Duration
    /// After it a connection is closed when nobody uses it, so that a server's memory and a changed route are let go.
    package var lifetime: Duration
    /// A connection that was idle for longer is tried before it is handed out. One on whose socket something stands is
    /// tried in any case.
    package var testAfter: Duration

    package init(
        minimum: Int = 2,
        maximum: Int = 10,
        acquireTimeout: Duration = .seconds(5),
        idleTimeout: Duration = .seconds(600),
        lifetime: Duration = .seconds(1800),
        testAfter: Duration = .seconds(30)
    ) {
        precondition(maximum > 0 && minimum >= 0 && minimum <= maximum, "a pool's bounds contradict each other")
        self.minimum = minimum
        self.maximum = maximum
        self.acquireTimeout = acquireTimeout
        self.idleTimeout = idleTimeout
        self.lifetime = lifetime
        self.testAfter = testAfter
    }
}

package struct PostgresPoolStatistics: Sendable, Hashable {
    package var idle: Int
    package var leased: Int
    /// Callers that wait for a connection.
    package var waiting: Int
    /// Connections made since the start.
    package var opened: Int
    /// Callers that waited in vain since the start.
    package var timeouts: Int
}
