import Foundation
import Glibc
import LoupeTelemetry

/// What this process takes of its machine, under the names that Prometheus' own clients give it.
struct ProcessFigures: Sendable {
    private let started = Date.now

    func write(to text: inout MetricsText) {
        text.gauge("process_start_time_seconds", "When the process started, in seconds of Unix time.")
        text.sample(started.timeIntervalSince1970)
        var usage = rusage()
        if getrusage(Int32(RUSAGE_SELF.rawValue), &usage) == 0 {
            text.counter("process_cpu_seconds_total", "Processor time taken.")
            text.sample(usage.ru_utime.seconds + usage.ru_stime.seconds)
        }
        if let pages = residentPages {
            text.gauge("process_resident_memory_bytes", "Memory held.")
            text.sample(pages * Int(sysconf(Int32(_SC_PAGESIZE))))
        }
        // Not on Linux: the figure is left out.
        if let count = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            text.gauge("process_open_fds", "Files and sockets open.")
            text.sample(count)
        }
    }

    private var residentPages: Int? {
        // Not on Linux: the figure is left out.
        guard let line = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}

extension timeval {
    fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1_000_000 }
}
