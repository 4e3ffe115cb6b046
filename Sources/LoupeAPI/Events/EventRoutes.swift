import HTTPTypes
import HummingbirdCore
import LoupeCore
package import LoupeServices
import LoupeStore
import NIOCore

/// `/api/v1/events` and `/api/v1/runs/{id}/events`: changes of runs' statuses as Server-Sent Events, each at least once.
///
/// A client that was away sends the last id it saw as `Last-Event-ID` and is told what it missed, as far as that is
/// kept; beyond, it is told to read anew.
package struct EventRoutes: Sendable {
    private static let replayLimit = 500

    let streams: EventStreams
    let runs: RunService

    package init(streams: EventStreams, runs: RunService) {
        self.streams = streams
        self.runs = runs
    }

    package func add(to api: Endpoints) {
        let options = EndpointOptions().with { $0.content = .stream(["text/event-stream"]) }
        api.get(
            "events",
            permission: .view,
            summary: "Changes of runs' statuses as they happen",
            options: options,
            handler: all
        )
        api.get(
            "runs/{id}/events",
            permission: .view,
            summary: "Changes of one run's status, until it is final",
            options: options,
            handler: one
        )
    }

    func all(_ request: AuthorizedRequest) async throws -> Answer {
        let last = try lastEventID(of: request)
        let place = try open(request, run: nil)
        if let last { try await replay(after: last, to: place) }
        return answer(place)
    }

    func one(_ request: AuthorizedRequest) async throws -> Answer {
        let last = try lastEventID(of: request)
        let id = try request.path("id", as: Run.ID.self)
        _ = try await runs.find(id, by: request.caller)
        let place = try open(request, run: id)
        if let last { try await replay(after: last, to: place) }
        // Read after the stream is open, so that no change falls between.
        let run = try await runs.find(id, by: request.caller)
        if last == nil || run.status.isFinal {
            place.stream.push(EventMessage.change(RunEvent(state: run), id: place.start).bytes)
        }
        if run.status.isFinal { place.stream.end() }
        return answer(place)
    }

    private func lastEventID(of request: AuthorizedRequest) throws -> Int64? {
        guard let text = request.incoming.headers[.lastEventID], !text.isEmpty else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw LoupeError(.badRequest, "Last-Event-ID: is not an id of this stream")
        }
        return number
    }

    private func open(_ request: AuthorizedRequest, run: Run.ID?) throws -> EventStreams.Place {
        let channel = request.incoming.client.context.channel
        let stream = EventStream(
            identity: request.identity,
            caller: request.caller,
            run: run,
            cut: { channel.close(promise: nil) }
        )
        let place = try streams.open(stream)
        place.stream.push(EventMessage.start(id: place.start).bytes)
        channel.closeFuture.whenComplete { [weak stream] _ in stream?.end() }
        return place
    }

    private func replay(after last: Int64, to place: EventStreams.Place) async throws {
        let stream = place.stream
        let missed = try await streams.events.replay(
            after: last,
            run: stream.run,
            in: stream.caller.organization,
            limit: EventRoutes.replayLimit + 1
        )
        let oldest = try await streams.events.oldest() ?? place.start + 1
        guard missed.count <= EventRoutes.replayLimit, last >= place.start || oldest <= last + 1 else {
            stream.push(EventMessage.resync(id: place.start).bytes)
            return
        }
        for event in missed where stream.wants(event) {
            stream.push(EventMessage.change(event, id: min(event.number, place.start)).bytes)
        }
    }

    private func answer(_ place: EventStreams.Place) -> Answer {
        var body = Answer.Stream(contentType: "text/event-stream") { writer in
            for await _ in place.stream.bell.rings {
                let (bytes, isLast) = place.stream.take()
                if let bytes { try await writer.write(bytes) }
                place.stream.sent()
                if isLast { return }
            }
        }
        body.isOpenEnded = true
        // Proxies that gather answers would hold events back.
        return Answer(.stream(body), caching: .never, headers: [.accelBuffering: "no"])
    }
}

extension RunEvent {
    /// A run as it stands.
    fileprivate init(state run: Run) {
        self.init(
            number: 0,
            organization: run.organizationID,
            run: run.id,
            status: run.status,
            at: run.completedAt ?? run.startedAt ?? run.createdAt,
            query: run.queryID,
            trigger: run.trigger,
            createdBy: run.createdBy
        )
    }
}
