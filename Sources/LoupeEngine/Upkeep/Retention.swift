import LoupeCore
import LoupeStore

/// Keeps runs and results as long as their organization wants them, and SQL texts as long as a run names them.
struct Retention: Sendable {
    private let organizations: OrganizationRepository
    private let repository: RetentionRepository
    private var texts = RetentionRepository.TextWalk()

    /// Of each kind at a time: whoever keeps house also watches over the runners and must not be long away.
    private static let batches = 20
    /// A text younger than this may belong to a run that is being stored.
    private static let youth = Duration.seconds(3600)

    init(database: any Database) {
        organizations = OrganizationRepository(database)
        repository = RetentionRepository(database)
    }

    /// Whether more is left than one turn takes.
    mutating func enforce(at now: Timestamp) async throws -> Bool {
        var left = Retention.batches
        for organization in try await organizations.all() {
            let settings = organization.settings
            let runLimit = now - .seconds(settings.runRetentionDays * 86_400)
            while try await repository.removeRuns(of: organization.id, endedBefore: runLimit)
                == RetentionRepository.runsAtOnce
            {
                left -= 1
                guard left > 0 else { return true }
            }
            let resultLimit = now - .seconds(settings.resultRetentionDays * 86_400)
            while try await repository.giveUpResults(of: organization.id, madeBefore: resultLimit, at: now)
                == RetentionRepository.resultsAtOnce
            {
                left -= 1
                guard left > 0 else { return true }
            }
        }
        for _ in 0..<Retention.batches {
            texts = try await repository.removeTexts(next: texts, madeBefore: now - Retention.youth)
            guard texts.last != nil else { break }
        }
        return false
    }
}
