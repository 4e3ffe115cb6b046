import LoupeCore
import LoupePostgres
import Synchronization

/// The names of a datasource's types as PostgreSQL writes them (`numeric(10,2)`, `integer[]`), asked once each.
final class PostgresTypeNames: Sendable {
    struct Name: Sendable {
        let name: String
        let isArray: Bool
    }

    private struct Key: Hashable {
        let type: UInt32
        let modifier: Int32
    }

    /// Past it everything is asked anew: types come and go in a database.
    private static let limit = 1000
    private let known = Mutex<[Key: Name]>([:])

    /// In the order of `columns`. Throws `PostgresError`.
    func names(of columns: [PostgresColumn], _ session: PostgresSession) throws -> [Name] {
        let keys = columns.map { Key(type: $0.type, modifier: $0.modifier) }
        let missing = known.withLock { known in Set(keys).filter { known[$0] == nil } }
        if !missing.isEmpty { try ask(Array(missing), session) }
        return known.withLock { known in keys.map { known[$0] ?? Name(name: "unknown", isArray: false) } }
    }

    private func ask(_ keys: [Key], _ session: PostgresSession) throws {
        let result = try session.executeText(
            "SELECT pg_catalog.format_type(k.o, k.m), coalesce(t.typcategory = 'A', false) "
                + "FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]), pg_catalog.unnest($2::pg_catalog.int4[])) "
                + "WITH ORDINALITY AS k(o, m, n) "
                + "LEFT JOIN pg_catalog.pg_type t ON t.oid = k.o ORDER BY k.n",
            [
                .untyped("{" + keys.map { String($0.type) }.joined(separator: ",") + "}"),
                .untyped("{" + keys.map { String($0.modifier) }.joined(separator: ",") + "}"),
            ]
        )
        known.withLock { known in
            if known.count > Self.limit { known = [:] }
            for (row, key) in keys.enumerated() where row < result.rowCount {
                known[key] = Name(
                    name: String(decoding: result.bytes(row, 0), as: UTF8.self),
                    isArray: result.bytes(row, 1).first == UInt8(ascii: "t")
                )
            }
        }
    }

    /// Domains never come here: the server describes a column by its base type.
    static func kind(_ type: UInt32, isArray: Bool) -> ValueKind {
        switch type {
        case PostgresType.int2, PostgresType.int4, PostgresType.int8, PostgresType.oid: .integer
        case PostgresType.numeric: .decimal
        case PostgresType.float4, PostgresType.float8: .float
        case PostgresType.boolean: .boolean
        case PostgresType.timestamp: .timestamp
        case PostgresType.timestamptz: .timestamptz
        case PostgresType.date: .date
        case PostgresType.time, PostgresType.timetz: .time
        case PostgresType.interval: .interval
        case PostgresType.json, PostgresType.jsonb: .json
        case PostgresType.bytea: .bytes
        case PostgresType.uuid: .uuid
        default: isArray ? .array : .text
        }
    }
}
