/// Reads one field of a cron expression: `*`, `5`, `MON`, `1-5`, `*/15`, `10-50/20`, and lists of these.
struct CronFieldParser {
    let field: CronField

    /// Throws what is wrong, naming the field and its range.
    func values(_ text: Substring) throws(CronExpression.Problem) -> CronValues {
        var values = CronValues()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try self.values(ofPart: part))
        }
        guard field == .dayOfWeek, values.contains(7) else { return values }
        values.remove(7)
        values.insert(0)
        return values
    }

    private func values(ofPart part: Substring) throws(CronExpression.Problem) -> CronValues {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let hasStep = pieces.count == 2
        let range = try self.range(pieces[0], isOpen: hasStep)
        return CronValues(range, step: hasStep ? try step(pieces[1]) : 1)
    }

    /// A single value with a step goes on to the end of the field's range.
    private func range(_ text: Substring, isOpen: Bool) throws(CronExpression.Problem) -> ClosedRange<Int> {
        // Sunday once: `*/2` of the days of week is 0, 2, 4, 6.
        let last = field == .dayOfWeek ? 6 : field.range.upperBound
        if text == "*" { return field.range.lowerBound...last }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard !ends.contains("") else { throw notANumber(text) }
        let start = try value(ends[0])
        guard ends.count == 2 else { return isOpen ? start...max(start, last) : start...start }
        var end = try value(ends[1])
        // FRI-SUN ends the week.
        if field == .dayOfWeek, end == 0, start > 0, Int(ends[1]) == nil { end = 7 }
        guard start <= end else {
            throw CronExpression.Problem("\(field.rawValue) range \(text) runs backwards")
        }
        return start...end
    }

    private func value(_ text: Substring) throws(CronExpression.Problem) -> Int {
        if let index = field.words.firstIndex(of: text.uppercased()) { return field.range.lowerBound + index }
        guard let number = self.number(text) else {
            throw notANumber(text)
        }
        guard field.range.contains(number) else { throw outOfRange(field.rawValue, text, field.range) }
        return number
    }

    private func step(_ text: Substring) throws(CronExpression.Problem) -> Int {
        let range = 1...field.range.upperBound
        guard let number = self.number(text) else {
            throw CronExpression.Problem("\(field.rawValue) step \"\(text)\" is not a number")
        }
        guard range.contains(number) else { throw outOfRange("\(field.rawValue) step", text, range) }
        return number
    }

    /// Digits alone: no sign, and what is too long is out of every range.
    private func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text) ?? .max
    }

    private func notANumber(_ text: Substring) -> CronExpression.Problem {
        let words = field.words.isEmpty ? "" : " or a name such as \(field.words[1])"
        return CronExpression.Problem("\(field.rawValue) \"\(text)\" is not a number\(words)")
    }

    private func outOfRange(_ what: String, _ text: Substring, _ range: ClosedRange<Int>) -> CronExpression.Problem {
        CronExpression.Problem("\(what) \(text) is out of range \(range.lowerBound)-\(range.upperBound)")
    }
}
