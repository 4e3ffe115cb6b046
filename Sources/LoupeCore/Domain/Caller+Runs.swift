extension Caller {
    /// Whether the caller may see a run: editors see all, a viewer those of saved queries, tiles and canvas nodes, and
    /// their own.
    package func maySee(_ run: Run) -> Bool {
        maySeeRun(query: run.queryID, trigger: run.trigger, createdBy: run.createdBy)
    }

    package func maySeeRun(query: SavedQuery.ID?, trigger: RunTrigger, createdBy: User.ID?) -> Bool {
        role >= .editor || query != nil || trigger == .dashboard || trigger == .canvas || createdBy == user
    }
}
