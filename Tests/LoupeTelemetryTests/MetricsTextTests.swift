import LoupeTelemetry
import Testing

@Suite("Metrics")
struct MetricsTextTests {
    @Test func `families and samples are written as Prometheus reads them`() {
        var text = MetricsText()
        text.counter("a_total", "How many.")
        text.sample(3, [("kind", "x\"y\\z\n"), ("n", "1")])
        text.gauge("b", "Now.")
        text.sample(0.5)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == #"""
                # HELP a_total How many.
                # TYPE a_total counter
                a_total{kind="x\"y\\z\n",n="1"} 3
                # HELP b Now.
                # TYPE b gauge
                b 0.5

                """#
        )
    }

    @Test func `a histogram counts up to each bound, and all in the last`() {
        var histogram = Histogram()
        for duration in [Duration.microseconds(900), .milliseconds(1), .milliseconds(30), .seconds(60)] {
            histogram.record(duration)
        }
        var text = MetricsText()
        text.histogram("d", "Time.")
        text.sample(histogram, [("route", "/x")])
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains(#"d_bucket{route="/x",le="0.001"} 2"#))
        #expect(lines.contains(#"d_bucket{route="/x",le="0.025"} 2"#))
        #expect(lines.contains(#"d_bucket{route="/x",le="0.05"} 3"#))
        #expect(lines.contains(#"d_bucket{route="/x",le="30.0"} 3"#))
        #expect(lines.contains(#"d_bucket{route="/x",le="+Inf"} 4"#))
        #expect(lines.contains(#"d_count{route="/x"} 4"#))
    }
}
