import LoupeCore
import NIOCore

/// A message of a stream, in the format of Server-Sent Events.
enum EventMessage {
    /// The first: where the stream starts, so that also who hears nothing can go on from there.
    case start(id: Int64)
    /// A run's status changed. `id` is the event up to which everything was told.
    case change(RunEvent, id: Int64)
    /// Some changes can no longer be told: what is shown must be read anew.
    case resync(id: Int64)
    /// Keeps the connection from being taken for dead.
    case keepAlive

    var bytes: ByteBuffer {
        switch self {
        case .start(let id): return ByteBuffer(string: "retry: 1000\nid: \(id)\n\n")
        case .resync(let id): return ByteBuffer(string: "event: resync\nid: \(id)\ndata: {}\n\n")
        case .keepAlive: return ByteBuffer(string: ":\n\n")
        case .change(let event, let id):
            var json = JSONWriter(reserving: 200)
            json.object { json in
                json.field("run_id", event.run)
                json.field("query_id", event.query)
                json.field("trigger", event.trigger.rawValue)
                json.field("status", event.status.rawValue)
                json.field("at", event.at)
            }
            var buffer = ByteBuffer(string: "event: run\nid: \(id)\ndata: ")
            buffer.writeBytes(json.bytes)
            buffer.writeString("\n\n")
            return buffer
        }
    }
}
