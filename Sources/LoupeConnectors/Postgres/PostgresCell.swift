import Foundation
import LoupeCore
import LoupePostgres

/// How a type's text stands in JSON.
enum PostgresCell: Sendable {
    case number
    case int8
    case float
    case boolean
    case timestamp
    case json
    /// Valid UTF-8: the server checks that, even for a database without an encoding.
    case text

    init(_ type: UInt32) {
        self =
            switch type {
            case PostgresType.int2, PostgresType.int4, PostgresType.oid: .number
            case PostgresType.int8: .int8
            case PostgresType.float4, PostgresType.float8: .float
            case PostgresType.boolean: .boolean
            case PostgresType.timestamp, PostgresType.timestamptz: .timestamp
            case PostgresType.json, PostgresType.jsonb: .json
            default: .text
            }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to block: inout RowBlock) {
        switch self {
        case .number: block.json(bytes)
        case .int8:
            // Up to 15 digits are exact in any case.
            if bytes.count <= 15 { block.json(bytes) } else { Self.writeInt8(bytes, to: &block) }
        case .float:
            // NaN, Infinity and -Infinity are no JSON; `-` must be followed by a digit.
            let first = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst().first : bytes.first
            if let first, (48...57).contains(first) { block.json(bytes) } else { block.text(bytes) }
        case .boolean: block.boolean(bytes.first == UInt8(ascii: "t"))
        case .timestamp: Self.writeTimestamp(bytes, to: &block)
        case .json: Self.writeJSON(bytes, to: &block)
        case .text: block.text(bytes)
        }
    }

    private static func writeInt8(_ bytes: UnsafeRawBufferPointer, to block: inout RowBlock) {
        if let number = Int64(String(decoding: bytes, as: UTF8.self)) {
            block.integer(number)
        } else {
            block.text(bytes)
        }
    }

    /// `2026-01-31 09:30:00.5+01` becomes `2026-01-31T09:30:00.5+01:00`. What RFC 3339 cannot say (infinity, years before
    /// 1 or past 9999, offsets with seconds) stays the database's own text.
    private static func writeTimestamp(_ bytes: UnsafeRawBufferPointer, to block: inout RowBlock) {
        guard bytes.count >= 19, bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: " "),
            bytes.last != UInt8(ascii: "C")
        else { return block.text(bytes) }
        let tail = bytes.dropFirst(19)
        let sign = tail.lastIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        let offset = sign.map { bytes.count - $0 } ?? 0
        guard offset == 0 || offset == 3 || offset == 6 else { return block.text(bytes) }
        withUnsafeTemporaryAllocation(byteCount: bytes.count + 3, alignment: 1) { copy in
            copy.copyMemory(from: bytes)
            copy[10] = UInt8(ascii: "T")
            guard offset == 3 else { return block.text(UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])) }
            copy[bytes.count] = UInt8(ascii: ":")
            copy[bytes.count + 1] = UInt8(ascii: "0")
            copy[bytes.count + 2] = UInt8(ascii: "0")
            block.text(UnsafeRawBufferPointer(copy))
        }
    }

    /// A line feed is never inside a JSON string, where it must be escaped: each may become a space.
    private static func writeJSON(_ bytes: UnsafeRawBufferPointer, to block: inout RowBlock) {
        guard let base = bytes.baseAddress, memchr(base, 0x0A, bytes.count) != nil else { return block.json(bytes) }
        let line = bytes.map { $0 == 0x0A ? 0x20 : $0 }
        line.withUnsafeBytes { block.json($0) }
    }
}
