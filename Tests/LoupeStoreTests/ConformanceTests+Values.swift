import Foundation
import LoupeCore
import LoupeStore
import LoupeTestSupport
import Testing

/// What goes in and comes out, and what the stores refuse.
extension ConformanceTests {
    @Test("Every type comes back as it went, to the ends of its range", arguments: StoreKind.allCases)
    func values(kind: StoreKind) async throws {
        let numbers: [Int64] = [0, .max, .min, -1]
        let fractions = [0, -0.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1 / 3]
        let texts = ["", "plain", "naïve 🧭 \u{10FFFF}", "o'clock \"quoted\" \\ % _", "line\nfeed\ttab", "\u{1}\u{7F}"]
        let moments: [Int64] = [0, -1, -62_135_596_800_000, 1_769_851_800_123, 253_402_300_799_999]
        let blobs: [[UInt8]] = [[], [0], Array(0...255), Array(repeating: 7, count: 1 << 20)]
        try await withTable(kind) { database in
            for index in 0..<6 {
                let (number, fraction) = (numbers[index % 4], fractions[index % 5])
                let (text, moment) = (texts[index], Timestamp(milliseconds: moments[index % 5]))
                let (blob, ident, flag) = (blobs[index % 4], UUID(), index.isMultiple(of: 2))
                let json: JSONValue = ["text": .string(text), "number": .number("1e400"), "list": [1, nil, true]]
                try await database.write { transaction in
                    try transaction.execute(
                        """
                        INSERT INTO things (id, number, fraction, flag, words, body, ident, moment, raw)
                        VALUES (\(index), \(SQLValue.integer(number)), \(SQLValue.double(fraction)), \(flag), \(text),
                        \(json), \(SQLValue.uuid(ident)), \(moment), \(blob))
                        """
                    )
                }
                try await database.read { transaction in
                    let found: Void? = try transaction.first(
                        """
                        SELECT number, fraction, flag, words, body, ident, moment, raw FROM things WHERE id = \(index)
                        """
                    ) { (row: inout RowReader) throws -> Void in
                        #expect(try row.integer() == number)
                        #expect(try row.double() == fraction)
                        #expect(try row.boolean() == flag)
                        #expect(try row.text() == text)
                        #expect(try row.json() == json)
                        #expect(try row.uuid() == ident)
                        #expect(try row.timestamp() == moment)
                        #expect(try row.bytes() == blob)
                    }
                    #expect(found != nil)
                }
            }
        }
    }

    @Test("NULL goes in and comes out for every type", arguments: StoreKind.allCases)
    func nulls(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await database.write { transaction in
                try transaction.execute(
                    """
                    INSERT INTO things (id, number, fraction, flag, words, body, ident, moment, raw)
                    VALUES (1, \(nil as Int?), \(SQLValue.null), \(SQLValue.null), \(nil as String?),
                    \(nil as JSONValue?), \(nil as Identifier<Void>?), \(nil as Timestamp?), \(nil as [UInt8]?))
                    """
                )
            }
            try await database.read { transaction in
                _ = try transaction.first(
                    "SELECT number, fraction, flag, words, body, ident, moment, raw, number FROM things"
                ) { (row: inout RowReader) throws -> Void in
                    #expect(try row.optionalInt() == nil)
                    #expect(try row.optionalDouble() == nil)
                    #expect(try row.optionalBoolean() == nil)
                    #expect(try row.optionalText() == nil)
                    #expect(try row.optionalJSON() == nil)
                    #expect(try row.optionalUUID() == nil)
                    #expect(try row.optionalTimestamp() == nil)
                    #expect(try row.optionalBytes() == nil)
                    #expect(throws: StoreDecodingError.self) { try row.integer() }
                }
            }
        }
    }

    @Test("A column of another type is told as such", arguments: StoreKind.allCases)
    func wrongType(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            try await add(1, to: database)
            await #expect(throws: StoreDecodingError.self) {
                try await database.read { try $0.first("SELECT number FROM things") { try $0.text() } }
            }
            await #expect(throws: StoreDecodingError.self) {
                try await database.read { try $0.first("SELECT number FROM things") { try $0.uuid() } }
            }
        }
    }

    @Test("Text with NUL is refused before it reaches the store", arguments: StoreKind.allCases)
    func nul(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let error = try await #require(throws: LoupeError.self) {
                try await database.write { try $0.execute("INSERT INTO things (id, words) VALUES (1, \("a\0b"))") }
            }
            #expect(error.code == .validationFailed)
            let count = try await database.read { try $0.count("SELECT count(*) FROM things") }
            #expect(count == 0)
        }
    }

    @Test("A taken unique key is a conflict that names the key", arguments: StoreKind.allCases)
    func uniqueKey(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let insert: @Sendable (any Transaction, Int) throws -> Void = { transaction, id in
                try transaction.execute("INSERT INTO things (id, words) VALUES (\(id), 'same')")
            }
            try await database.write { try insert($0, 1) }
            let byIndex = try await #require(throws: LoupeError.self) { try await database.write { try insert($0, 2) } }
            #expect(byIndex.code == .conflict)
            #expect(byIndex.isConflict(on: "things_words_key"))
            let byKey = try await #require(throws: LoupeError.self) { try await add(1, to: database) }
            #expect(byKey.code == .conflict)
            #expect(byKey.isConflict(on: "things_pkey"))
        }
    }

    @Test("A reference to nothing, and deleting what is referred to, are conflicts", arguments: StoreKind.allCases)
    func foreignKeys(kind: StoreKind) async throws {
        try await withTable(kind) { database in
            let missing = try await #require(throws: LoupeError.self) {
                try await database.write { try $0.execute("INSERT INTO things (id, parent) VALUES (2, 1)") }
            }
            #expect(missing.code == .conflict)
            #expect(missing.storeConflict?.kind == .foreignKey)
            try await database.write { try $0.execute("INSERT INTO things (id, parent) VALUES (1, NULL), (2, 1)") }
            let referred = try await #require(throws: LoupeError.self) {
                try await database.write { try $0.execute("DELETE FROM things WHERE id = 1") }
            }
            #expect(referred.storeConflict?.kind == .foreignKey)
        }
    }

    @Test("A broken CHECK is a broken rule", arguments: StoreKind.allCases)
    func checks(kind: StoreKind) async throws {
        try await kind.withStore { database in
            let error = try await #require(throws: LoupeError.self) {
                try await database.write { transaction in
                    try transaction.execute(
                        """
                        INSERT INTO organizations (id, name, created_at, updated_at)
                        VALUES (\(SQLValue.uuid(UUID())), '', \(TestStore.moment), \(TestStore.moment))
                        """
                    )
                }
            }
            #expect(error.code == .validationFailed)
            #expect(error.storeConflict?.kind == .check)
        }
    }
}
