/// A change of a run's status, with what decides over who may hear of it.
package struct RunEvent: Hashable, Sendable {
    /// In the order of being written; it may become visible after a later one.
    package let number: Int64
    package let organization: Organization.ID
    package let run: Run.ID
    package let status: RunStatus
    package let at: Timestamp
    package let query: SavedQuery.ID?
    package let trigger: RunTrigger
    package let createdBy: User.ID?

    package init(
        number: Int64,
        organization: Organization.ID,
        run: Run.ID,
        status: RunStatus,
        at: Timestamp,
        query: SavedQuery.ID?,
        trigger: RunTrigger,
        createdBy: User.ID?
    ) {
        self.number = number
        self.organization = organization
        self.run = run
        self.status = status
        self.at = at
        self.query = query
        self.trigger = trigger
        self.createdBy = createdBy
    }
}
