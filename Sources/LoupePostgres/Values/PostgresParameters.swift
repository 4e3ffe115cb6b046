import Foundation
import LoupeCore

/// Values in the form in which libpq takes them. Texts go in binary form too: in text form libpq would end them at
/// the first NUL without a word, in binary form the server refuses it (22021).
struct PostgresParameters {
    private(set) var types: [UInt32] = []
    private var bytes: [UInt8] = []
    /// Offset and length in `bytes`; nil is NULL.
    private var places: [(offset: Int, length: Int)?] = []
    private var formats: [Int32] = []

    init(_ values: [PostgresValue]) throws {
        types.reserveCapacity(values.count)
        places.reserveCapacity(values.count)
        formats.reserveCapacity(values.count)
        for value in values { try append(value) }
    }

    var count: Int { types.count }

    /// Gives libpq's four arrays to `body`; they are valid for the call only.
    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) throws -> Result
    ) rethrows -> Result {
        guard !places.isEmpty else { return try body(nil, nil, nil) }
        return try bytes.withUnsafeBytes { raw in
            // An empty buffer has no address, and a null pointer would be a NULL.
            try withUnsafePointer(to: CChar(0)) { empty in
                let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self) ?? empty
                let pointers = places.map { place in place.map { base + $0.offset } }
                let lengths = places.map { Int32($0?.length ?? 0) }
                return try body(pointers, lengths, formats)
            }
        }
    }

    private mutating func append(_ value: PostgresValue) throws {
        switch value {
        case .null: add(0, binary: true, place: nil)
        case .int8(let number): add(PostgresType.int8, bigEndian: UInt64(bitPattern: number))
        case .double(let number): add(PostgresType.float8, bigEndian: number.bitPattern)
        case .boolean(let flag): add(PostgresType.boolean, [flag ? 1 : 0])
        case .text(let text): add(PostgresType.text, text.utf8)
        case .json(let text): add(PostgresType.json, text.utf8)
        case .uuid(let uuid): withUnsafeBytes(of: uuid.uuid) { add(PostgresType.uuid, $0) }
        case .timestamptz(let time): add(PostgresType.timestamptz, bigEndian: try Self.microseconds(time))
        case .bytes(let value): add(PostgresType.bytea, value)
        case .untyped(let text): try addText(0, text)
        case .typed(let text, let oid): try addText(oid, text)
        case .typedNull(let oid): add(oid, binary: true, place: nil)
        }
    }

    private mutating func add(_ type: UInt32, binary: Bool, place: (offset: Int, length: Int)?) {
        types.append(type)
        formats.append(binary ? 1 : 0)
        places.append(place)
    }

    private mutating func add(_ type: UInt32, _ value: some Collection<UInt8>) {
        add(type, binary: true, place: (bytes.count, value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func add(_ type: UInt32, bigEndian number: UInt64) {
        add(type, binary: true, place: (bytes.count, 8))
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func addText(_ type: UInt32, _ text: String) throws {
        guard !text.utf8.contains(0) else { throw PostgresError.textWithNUL }
        add(type, binary: false, place: (bytes.count, text.utf8.count))
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }

    /// PostgreSQL counts microseconds from 2000-01-01.
    static let epochMilliseconds: Int64 = 946_684_800_000

    private static func microseconds(_ time: Timestamp) throws -> UInt64 {
        let (value, isOver) = (time.milliseconds - epochMilliseconds).multipliedReportingOverflow(by: 1000)
        guard !isOver else { throw PostgresError(sqlState: "22008", message: "timestamp out of range") }
        return UInt64(bitPattern: value)
    }
}
