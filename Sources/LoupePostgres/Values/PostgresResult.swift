import CPQ
package import Foundation
package import LoupeCore

/// A statement's whole answer. Valid in the `run` that made it.
package final class PostgresResult {
    let handle: OpaquePointer
    package let rowCount: Int
    package let columnCount: Int

    init(_ handle: OpaquePointer) {
        self.handle = handle
        rowCount = Int(PQntuples(handle))
        columnCount = Int(PQnfields(handle))
    }

    deinit {
        PQclear(handle)
    }

    /// Rows that an INSERT, UPDATE, DELETE, MERGE or SELECT touched.
    package var affectedRows: Int {
        guard let text = PQcmdTuples(handle) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// Such as `COMMIT` or `UPDATE 3`.
    package var commandTag: String {
        PQcmdStatus(handle).map { String(cString: $0) } ?? ""
    }

    package func columnName(_ column: Int) -> String {
        PQfname(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    package func columnType(_ column: Int) -> UInt32 { PQftype(handle, Int32(column)) }

    /// What the type's parentheses say, such as the length of a varchar; -1 for nothing.
    package func columnModifier(_ column: Int) -> Int32 { PQfmod(handle, Int32(column)) }

    package func isNull(_ row: Int, _ column: Int) -> Bool {
        PQgetisnull(handle, Int32(row), Int32(column)) == 1
    }

    /// The value as it was sent; empty for NULL. Valid while the result lives.
    package func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(handle, Int32(row), Int32(column)),
            count: Int(PQgetlength(handle, Int32(row), Int32(column)))
        )
    }
}

/// A column that was not what the code expected: a disagreement of statement and code.
package struct PostgresDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
    package let column: Int
    package let expected: String
    /// Oid of the type that came.
    package let found: UInt32

    package var description: String { "column \(column) is of type \(found), not \(expected), or NULL" }
}

/// Readers of binary results, which `execute` asks for.
extension PostgresResult {
    private func value(
        _ row: Int,
        _ column: Int,
        _ expected: String,
        _ types: UInt32...
    ) throws -> UnsafeRawBufferPointer {
        guard PQfformat(handle, Int32(column)) == 1, types.contains(columnType(column)), !isNull(row, column) else {
            throw PostgresDecodingError(column: column, expected: expected, found: columnType(column))
        }
        return bytes(row, column)
    }

    /// Of int2, int4, int8 and oid.
    package func int8(_ row: Int, _ column: Int) throws -> Int64 {
        let bytes = try value(
            row,
            column,
            "an integer",
            PostgresType.int8,
            PostgresType.int4,
            PostgresType.int2,
            PostgresType.oid
        )
        switch columnType(column) {
        case PostgresType.int8: return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case PostgresType.int4: return Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case PostgresType.oid: return Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        default: return Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        }
    }

    /// Of float4 and float8.
    package func double(_ row: Int, _ column: Int) throws -> Double {
        let bytes = try value(row, column, "a float", PostgresType.float8, PostgresType.float4)
        guard columnType(column) == PostgresType.float8 else {
            return Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
        }
        return Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    }

    package func boolean(_ row: Int, _ column: Int) throws -> Bool {
        try value(row, column, "a boolean", PostgresType.boolean)[0] != 0
    }

    /// Of text, varchar, char(n), "char", name, json, jsonb, xml and untyped literals.
    package func text(_ row: Int, _ column: Int) throws -> String {
        var bytes = try value(
            row,
            column,
            "text",
            PostgresType.text,
            PostgresType.varchar,
            PostgresType.json,
            PostgresType.bpchar,
            PostgresType.name,
            PostgresType.jsonb,
            PostgresType.unknown,
            PostgresType.char,
            PostgresType.xml
        )
        // jsonb is sent as a version, which is 1, and its text.
        if columnType(column) == PostgresType.jsonb { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func uuid(_ row: Int, _ column: Int) throws -> UUID {
        UUID(uuid: try value(row, column, "a uuid", PostgresType.uuid).loadUnaligned(as: uuid_t.self))
    }

    /// Of timestamptz, and of timestamp taken as UTC; finer than milliseconds is cut.
    package func timestamp(_ row: Int, _ column: Int) throws -> Timestamp {
        let bytes = try value(row, column, "a timestamp", PostgresType.timestamptz, PostgresType.timestamp)
        let microseconds = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        guard microseconds != .min, microseconds != .max else {
            throw PostgresDecodingError(column: column, expected: "a finite timestamp", found: columnType(column))
        }
        return Timestamp(milliseconds: microseconds.flooringDivide(1000) + PostgresParameters.epochMilliseconds)
    }

    /// Of bytea.
    package func byteArray(_ row: Int, _ column: Int) throws -> [UInt8] {
        Array(try value(row, column, "bytes", PostgresType.bytea))
    }
}
