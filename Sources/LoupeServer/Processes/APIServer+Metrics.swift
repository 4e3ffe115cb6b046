import LoupeAPI
import LoupeCore
import LoupePostgres
import LoupeStore
import LoupeTelemetry

extension APIServer {
    var metricsRoutes: MetricsRoutes {
        let (requests, figures) = (metrics, WorkFigures(installation))
        let (store, process) = (installation.store, ProcessFigures())
        return MetricsRoutes(token: installation.configuration.http.metricsToken, rules: rules) {
            var text = MetricsText()
            text.gauge("loupe_info", "The version, as a label.")
            text.sample(1, [("version", LoupeVersion.current)])
            process.write(to: &text)
            requests.write(to: &text)
            store.writePool(to: &text)
            await figures.write(to: &text)
            return text
        }
    }
}

extension OpenedStore {
    /// Nothing on SQLite, which has no pool of ours.
    fileprivate func writePool(to text: inout MetricsText) {
        guard let pool = poolStatistics else { return }
        text.gauge("loupe_store_connections", "Connections to the store, by what they do.")
        text.sample(pool.idle, [("state", "idle")])
        text.sample(pool.leased, [("state", "leased")])
        text.gauge("loupe_store_connection_waiters", "Who waits for a connection to the store.")
        text.sample(pool.waiting)
        text.counter("loupe_store_connections_opened_total", "Connections to the store ever opened.")
        text.sample(pool.opened)
        text.counter("loupe_store_connection_timeouts_total", "Who waited in vain for a connection to the store.")
        text.sample(pool.timeouts)
    }
}
