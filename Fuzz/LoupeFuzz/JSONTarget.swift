import Foundation
import LoupeCore

extension FuzzTarget {
    /// JSON is accepted where Foundation accepts it, within the depth that Loupe allows, and comes back the same.
    static let json = FuzzTarget(name: "json") { random in
        var bytes = Array(value(&random, depth: 0).utf8)
        if random.chance(60) { bytes = Mutation.damage(bytes, with: pieces, &random) }
        let text = String(decoding: bytes, as: UTF8.self)
        let parsed: JSONValue?
        do {
            parsed = try JSONValue(parsing: bytes)
        } catch {
            parsed = nil
        }
        if let parsed {
            guard try JSONValue(parsing: parsed.canonicalText) == parsed else {
                throw FuzzFinding("it is written back as something else", text)
            }
        }
        guard isComparable(bytes) else { return }
        let isFoundations: Bool
        do {
            _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            isFoundations = true
        } catch {
            isFoundations = false
        }
        guard isFoundations == (parsed != nil) else {
            throw FuzzFinding("Foundation \(isFoundations ? "accepts" : "refuses") it and Loupe does not agree", text)
        }
    }

    /// Foundation guesses at UTF-16 from NUL bytes and marks, mends lone surrogates, and refuses numbers that no Double holds;
    /// it lets a comma stand before a closing bracket. There the two differ on purpose.
    private static func isComparable(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let isDeep = bytes.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") } >= 64
        return !isDeep && !bytes.contains(0) && !text.hasPrefix("\u{FEFF}") && bytes.first ?? 0 < 0xFE
            && !text.contains("\\u") && !hasTrailingComma(bytes) && !hasLongExponent(bytes)
    }

    private static func hasLongExponent(_ bytes: [UInt8]) -> Bool {
        bytes.split { $0 | 0x20 != UInt8(ascii: "e") && !(0x2B...0x39).contains($0) }.contains { number in
            number.firstIndex { $0 | 0x20 == UInt8(ascii: "e") }.map { number.endIndex - $0 > 3 } ?? false
        }
    }

    private static func hasTrailingComma(_ bytes: [UInt8]) -> Bool {
        let solid = bytes.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return zip(solid, solid.dropFirst()).contains { comma, close in
            comma == UInt8(ascii: ",") && (close == UInt8(ascii: "]") || close == UInt8(ascii: "}"))
        }
    }

    private static func value(_ random: inout FuzzRandom, depth: Int) -> String {
        switch random.below(depth < 6 ? 9 : 6) {
        case 0: random.pick(["null", "true", "false"])
        case 1: random.pick(["0", "-0", "1", "-12.50", "9007199254740993", "0.1", "12345678901234567890"])
        case 2: random.pick(["1e5", "1E-3", "2e+7"])
        case 3, 4, 5:
            random.pick(["\"\"", "\"a\"", "\"\\n\\\"\\\\\\/\"", "\"ü😀\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\""])
        case 6, 7:
            "[" + (0..<random.below(4)).map { _ in value(&random, depth: depth + 1) }.joined(separator: ", ") + "]"
        default:
            "{"
                + (0..<random.below(4)).map { "\"k\($0)\" : " + value(&random, depth: depth + 1) }.joined(
                    separator: ","
                )
                + "}"
        }
    }

    private static let pieces = [
        "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u", "\\ud800", "-", "0", "01", ".", "e", "+", "nul", "tru", " ",
        "\n", "\t",
        "\u{1}", "é", "//", "NaN", "'", "\u{FEFF}",
    ]
}
