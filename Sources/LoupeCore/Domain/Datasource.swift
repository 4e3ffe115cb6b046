/// A database that an organization connected. The connection string is sealed and is not part of this value.
package struct Datasource: Hashable, Sendable {
    package typealias ID = Identifier<Datasource>

    package enum Kind: String, CaseIterable, Sendable {
        case postgres
        case sqlite
    }

    package let id: ID
    package let organizationID: Organization.ID
    package var name: String
    package var kind: Kind
    /// What of the connection editors and admins may see.
    package var connection: Connection
    /// +1 whenever the connection changes: results of another revision are not reused.
    package var revision: Int
    /// Statements at once, 1…100.
    package var maxConcurrency: Int
    /// The planner's cost above which a run is refused; nil for no limit.
    package var maxCost: Double?
    /// Whether what PostgreSQL 15's grammar cannot read may run by a role that is proven unable to write.
    package var allowsUnparsed = false
    package var lastTest: LastTest?
    package var createdBy: User.ID?
    package var createdByName: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var version: Int

    package init(
        id: ID,
        organizationID: Organization.ID,
        name: String,
        kind: Kind,
        connection: Connection,
        revision: Int = 1,
        maxConcurrency: Int = 4,
        maxCost: Double? = nil,
        lastTest: LastTest? = nil,
        createdBy: User.ID?,
        createdByName: String? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int = 1
    ) {
        self.id = id
        self.organizationID = organizationID
        self.name = name
        self.kind = kind
        self.connection = connection
        self.revision = revision
        self.maxConcurrency = maxConcurrency
        self.maxCost = maxCost
        self.lastTest = lastTest
        self.createdBy = createdBy
        self.createdByName = createdByName
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Where a datasource is, without its secret. For SQLite, `database` is the file's path.
    package struct Connection: Hashable, Sendable {
        package var host: String?
        package var port: Int?
        package var database: String?
        package var user: String?
        package var sslmode: String?

        package init(
            host: String? = nil,
            port: Int? = nil,
            database: String? = nil,
            user: String? = nil,
            sslmode: String? = nil
        ) {
            self.host = host
            self.port = port
            self.database = database
            self.user = user
            self.sslmode = sslmode
        }
    }

    package struct LastTest: Hashable, Sendable {
        package var success: Bool
        package var message: String
        package var at: Timestamp

        package init(success: Bool, message: String, at: Timestamp) {
            self.success = success
            self.message = message
            self.at = at
        }
    }
}

extension Datasource {
    /// What a runner needs to know to open a datasource.
    package struct Handle: Hashable, Sendable {
        package let id: ID
        package let organizationID: Organization.ID
        package let kind: Kind
        package let revision: Int
        package let maxConcurrency: Int
        package let allowsUnparsed: Bool

        package init(
            id: ID,
            organizationID: Organization.ID,
            kind: Kind,
            revision: Int,
            maxConcurrency: Int,
            allowsUnparsed: Bool
        ) {
            self.id = id
            self.organizationID = organizationID
            self.kind = kind
            self.revision = revision
            self.maxConcurrency = maxConcurrency
            self.allowsUnparsed = allowsUnparsed
        }
    }

    package var handle: Handle {
        Handle(
            id: id,
            organizationID: organizationID,
            kind: kind,
            revision: revision,
            maxConcurrency: maxConcurrency,
            allowsUnparsed: allowsUnparsed
        )
    }
}
