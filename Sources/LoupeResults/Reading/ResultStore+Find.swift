package import LoupeCore
package import LoupeStore

extension ResultStore {
    /// Throws `notFound` for an unfinished result and for another organization's, and `gone` for one that expired or
    /// was given up.
    package func find(_ id: StoredResult.ID, in organization: Organization.ID) async throws -> ResultReader {
        let row = try await database.read { try ResultRow.find(id, in: organization, $0) }
        return try reader(row)
    }

    /// The same inside a transaction that reads something else too, such as the run.
    package func find(
        _ id: StoredResult.ID,
        in organization: Organization.ID,
        _ transaction: any Transaction
    ) throws -> ResultReader {
        try reader(ResultRow.find(id, in: organization, transaction))
    }

    private func reader(_ row: ResultRow?) throws -> ResultReader {
        guard let row else { throw LoupeError.notFound("result") }
        guard !row.isDeleted, row.expiresAt.map({ $0 > surroundings.now() }) ?? true else {
            throw LoupeError(.gone, "the result expired; run the query again")
        }
        return ResultReader(row, store: self)
    }
}
