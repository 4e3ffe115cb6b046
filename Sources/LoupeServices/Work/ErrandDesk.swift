package import LoupeCore
package import LoupeStore

/// Hands errands to the runners and waits for their answers: the api itself never speaks to a user's database.
package struct ErrandDesk: Sendable {
    private let work: WorkRepository
    let signals: SignalHub
    private let surroundings: Surroundings
    private let patience: Duration

    package init(
        work: WorkRepository,
        signals: SignalHub,
        surroundings: Surroundings,
        patience: Duration = .seconds(10)
    ) {
        self.work = work
        self.signals = signals
        self.surroundings = surroundings
        self.patience = patience
    }

    /// A new errand of this organization; `seal` may add what only the runner may read.
    package func item(
        _ kind: WorkItem.Kind,
        datasource: Datasource.ID?,
        payload: JSONValue = [:],
        for caller: Caller
    ) -> WorkItem {
        WorkItem(
            id: surroundings.newID(),
            organizationID: caller.organization,
            kind: kind,
            datasourceID: datasource,
            payload: payload,
            createdAt: surroundings.now()
        )
    }

    /// The answer of a runner. Throws `timeout` where none came in time, `internal_error` and `unavailable` where Loupe
    /// itself failed, and else the errand's own `QueryFailure`.
    package func carryOut(_ item: WorkItem, for caller: Caller) async throws -> JSONValue {
        let answers = signals.subscribe(.answer(item.id))
        try await work.enqueue(item, by: caller.user)
        let answer = try await Patience.wait(patience, for: answers) {
            try await work.find(item.id, in: caller.organization)
        }
        switch answer {
        case .completed(let value)?: return value
        case .failed(let failure)?: throw failure.ofLoupe ?? failure
        case nil: throw LoupeError(.timeout, "no runner answered in time; is one running?")
        }
    }
}

extension QueryFailure {
    /// A failure that is Loupe's own and no database's word.
    fileprivate var ofLoupe: (any Error)? {
        switch code {
        case "internal_error": LoupeError(.internalError, message, underlying: self)
        case "runner_lost": LoupeError(.unavailable, message, underlying: self)
        default: nil
        }
    }
}
