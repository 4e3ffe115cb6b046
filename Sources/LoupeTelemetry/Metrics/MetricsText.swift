/// Figures in the text format of Prometheus, version 0.0.4. A family is begun, then its samples follow.
///
/// Labels come from closed sets: a label for an id, a name or an address would make a series for each.
package struct MetricsText: Sendable {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var bytes: [UInt8] = []
    private var family = ""

    package init() {}

    /// A number that only grows while the process lives.
    package mutating func counter(_ name: String, _ help: String) { begin(name, "counter", help) }

    /// A number as it is now.
    package mutating func gauge(_ name: String, _ help: String) { begin(name, "gauge", help) }

    package mutating func histogram(_ name: String, _ help: String) { begin(name, "histogram", help) }

    package mutating func sample(_ value: Int, _ labels: [(String, String)] = []) {
        line(family, labels, String(value))
    }

    package mutating func sample(_ value: Double, _ labels: [(String, String)] = []) {
        line(family, labels, String(value))
    }

    package mutating func sample(_ histogram: Histogram, _ labels: [(String, String)] = []) {
        var below = 0
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            below += count
            line("\(family)_bucket", labels + [("le", String(bound))], String(below))
        }
        line("\(family)_bucket", labels + [("le", "+Inf")], String(histogram.count))
        line("\(family)_sum", labels, String(histogram.secondsTotal))
        line("\(family)_count", labels, String(histogram.count))
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        family = name
        bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        bytes.append(contentsOf: name.utf8)
        for (index, label) in labels.enumerated() {
            bytes.append(contentsOf: (index == 0 ? "{" : ",").utf8)
            bytes.append(contentsOf: "\(label.0)=\"".utf8)
            for byte in label.1.utf8 {
                switch byte {
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        if !labels.isEmpty { bytes.append(UInt8(ascii: "}")) }
        bytes.append(contentsOf: " \(value)\n".utf8)
    }
}
