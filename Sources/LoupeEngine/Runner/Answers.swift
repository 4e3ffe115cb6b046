import LoupeConnectors
import LoupeCore

extension ConnectionTest {
    /// As `POST /datasources/test` answers it.
    var json: JSONValue {
        [
            "success": .boolean(success),
            "message": .string(message),
            "latency_ms": latency.map { .number(String($0.wholeMilliseconds)) } ?? .null,
            "warnings": .array(warnings.map(JSONValue.string)),
        ]
    }
}

extension TableSchema {
    /// As `GET /datasources/{id}/schema` answers it.
    var json: JSONValue {
        [
            "schema": .string(schema),
            "name": .string(name),
            "kind": .string(kind.rawValue),
            "row_estimate": rowEstimate.map { .number(String($0)) } ?? .null,
            "columns": .array(columns.map(\.json)),
        ]
    }
}

extension TableSchema.Column {
    var json: JSONValue {
        [
            "name": .string(name),
            "data_type": .string(dataType),
            "is_nullable": .boolean(isNullable),
            "is_primary_key": .boolean(isPrimaryKey),
            "references": references.map(JSONValue.string) ?? .null,
        ]
    }
}
