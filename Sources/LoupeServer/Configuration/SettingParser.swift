import Foundation
import LoupeCore

/// How the text of a setting becomes a value, and what to tell an operator about it.
struct SettingParser<Value: Sendable>: Sendable {
    let form: String
    let parse: @Sendable (String) throws(SettingProblem) -> Value

    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> SettingParser<Other> {
        let parse = parse
        return SettingParser<Other>(form: form) { text throws(SettingProblem) in transform(try parse(text)) }
    }
}

extension SettingParser where Value == String {
    static func text(_ form: String) -> SettingParser {
        SettingParser(form: form) { $0 }
    }

    /// A name that stands in logs and rows.
    static let identifier = SettingParser(form: "1 to 64 of `A-Z a-z 0-9 . _ -`") { text throws(SettingProblem) in
        let isValid =
            (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
            }
        guard isValid else { throw SettingProblem(message: "must be 1 to 64 letters, digits, dots, _ or -") }
        return text
    }

    /// Made absolute against the working directory.
    static let path = SettingParser(form: "a path") { text throws(SettingProblem) in
        guard !text.utf8.contains(0) else { throw SettingProblem(message: "is not a path") }
        return URL(filePath: text).standardizedFileURL.path(percentEncoded: false).droppingLastSlash
    }

    /// A name or an address to listen on.
    static let host = SettingParser(form: "a host name or an address") { text throws(SettingProblem) in
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:_%")
        guard text.utf8.count <= 255, text.allSatisfy(allowed.contains) else {
            throw SettingProblem(message: "must be a host name or an address, without a port")
        }
        return text
    }

    static let mailAddress = SettingParser(form: "`name@example.com` or `Loupe <name@example.com>`") {
        text throws(SettingProblem) in
        let address = text.split(separator: "<").last.map { $0.hasSuffix(">") ? $0.dropLast() : $0 } ?? ""
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let hasControls = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }), !hasControls else {
            throw SettingProblem(message: "must be a mail address")
        }
        return text
    }
}

extension SettingParser where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> SettingParser {
        let form =
            range.upperBound == .max ? "a number from \(range.lowerBound)" : "\(range.lowerBound) … \(range.upperBound)"
        return SettingParser(form: form) { text throws(SettingProblem) in
            guard let number = Int(text), range.contains(number) else {
                let end =
                    range.upperBound == .max
                    ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
                throw SettingProblem(message: "must be a whole number \(end)")
            }
            return number
        }
    }

    /// Bytes, with or without a unit of 1,024.
    static func bytes(_ range: ClosedRange<Int>) -> SettingParser {
        SettingParser(form: "bytes, or with KiB, MiB or GiB") { text throws(SettingProblem) in
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let units = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
            let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
            guard let number = Int(digits), let factor = units[unit] else {
                throw SettingProblem(message: "must be a number of bytes, like 1048576 or 256 MiB")
            }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
            guard !overflow, range.contains(bytes) else {
                throw SettingProblem(message: "must be from \(range.lowerBound) to \(range.upperBound) bytes")
            }
            return bytes
        }
    }
}

extension SettingParser where Value == Bool {
    static let boolean = SettingParser(form: "`true`, `false`") { text throws(SettingProblem) in
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw SettingProblem(message: "must be true or false")
        }
    }
}

extension SettingParser where Value: RawRepresentable, Value: CaseIterable, Value.RawValue == String {
    static var choice: SettingParser {
        let words = Value.allCases.map(\.rawValue)
        return SettingParser(form: words.map { "`\($0)`" }.joined(separator: ", ")) { text throws(SettingProblem) in
            guard let value = Value(rawValue: text.lowercased()) else {
                throw SettingProblem(message: "must be one of \(words.joined(separator: ", "))")
            }
            return value
        }
    }
}

extension SettingParser {
    /// Values apart by commas.
    static func list<Element: Sendable>(_ element: SettingParser<Element>) -> SettingParser where Value == [Element] {
        SettingParser(form: "\(element.form); several apart by commas") { text throws(SettingProblem) in
            var values: [Element] = []
            for part in text.split(separator: ",") {
                let trimmed = part.trimmingCharacters(in: .whitespaces)
                if !trimmed.isEmpty { values.append(try element.parse(trimmed)) }
            }
            return values
        }
    }
}

extension String {
    fileprivate var droppingLastSlash: String {
        count > 1 && hasSuffix("/") ? String(dropLast()) : self
    }
}
