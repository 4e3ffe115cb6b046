package import Logging
package import LoupeCore

/// Writes each log entry as one line, in text or JSON. Metadata is sorted by key; control characters are escaped, so that
/// what a client sent can neither end a line nor steer a terminal.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let output: LogOutput
    private let now: @Sendable () -> Timestamp

    package init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        output: LogOutput = .standardError,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.output = output
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var entry: [UInt8] = []
        entry.reserveCapacity(256)
        switch format {
        case .text: appendText(event, to: &entry)
        case .json: appendJSON(event, to: &entry)
        }
        entry.append(UInt8(ascii: "\n"))
        output.write(entry)
    }

    private func appendText(_ event: LogEvent, to entry: inout [UInt8]) {
        now().append(to: &entry)
        entry.append(UInt8(ascii: " "))
        entry.append(contentsOf: event.level.rawValue.utf8)
        entry.append(UInt8(ascii: " "))
        entry.append(contentsOf: label.utf8)
        entry.append(contentsOf: ": ".utf8)
        entry.appendEscaped(event.message.description)
        for (key, value) in fields(of: event) {
            entry.append(UInt8(ascii: " "))
            entry.appendEscaped(key)
            entry.append(UInt8(ascii: "="))
            entry.appendTextValue(value)
        }
    }

    private func appendJSON(_ event: LogEvent, to entry: inout [UInt8]) {
        entry.append(contentsOf: #"{"time":""#.utf8)
        now().append(to: &entry)
        entry.append(contentsOf: #"","level":""#.utf8)
        entry.append(contentsOf: event.level.rawValue.utf8)
        entry.append(contentsOf: #"","logger":"#.utf8)
        entry.appendQuoted(label)
        entry.append(contentsOf: #","message":"#.utf8)
        entry.appendQuoted(event.message.description)
        let fields = fields(of: event)
        if !fields.isEmpty {
            entry.append(contentsOf: #","metadata":"#.utf8)
            entry.appendJSONObject(fields)
        }
        entry.append(UInt8(ascii: "}"))
    }

    /// The entry's own metadata wins over the provider's, and that over the logger's.
    private func fields(of event: LogEvent) -> [(key: String, value: Logger.MetadataValue)] {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = .string("\(error)") }
        return all.sorted { $0.key < $1.key }
    }
}
