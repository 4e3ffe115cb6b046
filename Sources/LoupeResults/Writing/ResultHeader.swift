import LoupeCore

/// What is known of a result before its first row.
struct ResultHeader: Sendable {
    let id: StoredResult.ID
    let organization: Organization.ID
    let run: Run.ID
    let attempt: Int
    let columns: [ResultColumn]
    let createdAt: Timestamp
    let expiresAt: Timestamp?
}
