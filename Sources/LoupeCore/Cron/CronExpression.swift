/// When something is due, as cron writes it: five fields (minute, hour, day of month, month, day of week), or six with
/// seconds first, or a word such as `@daily`.
///
/// Days are Vixie cron's: where day of month and day of week are both restricted, either is enough; a field that begins
/// with `*` restricts nothing by itself, so that `*/2` and a weekday must both hold.
package struct CronExpression: Hashable, Sendable {
    let seconds: CronValues
    let minutes: CronValues
    let hours: CronValues
    let daysOfMonth: CronValues
    let months: CronValues
    /// 0 Sunday … 6 Saturday.
    let daysOfWeek: CronValues
    /// Whether either day is enough.
    let isEitherDayEnough: Bool

    /// What is wrong with an expression, in words for the person who wrote it.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package let message: String

        init(_ message: String) {
            self.message = message
        }

        package var description: String { message }
    }

    package static let maximumLength = 255

    private static let words = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Throws for what is no expression, and for one that never fires.
    package init(parsing text: String) throws(Problem) {
        guard text.utf8.count <= CronExpression.maximumLength else {
            throw Problem("must be at most \(CronExpression.maximumLength) characters long")
        }
        var fields = try CronExpression.fields(text)
        if fields.count == 5 { fields.insert("0", at: 0) }
        guard fields.count == 6 else {
            throw Problem("must have five fields, or six with seconds first, not \(fields.count)")
        }
        seconds = try CronFieldParser(field: .second).values(fields[0])
        minutes = try CronFieldParser(field: .minute).values(fields[1])
        hours = try CronFieldParser(field: .hour).values(fields[2])
        daysOfMonth = try CronFieldParser(field: .dayOfMonth).values(fields[3])
        months = try CronFieldParser(field: .month).values(fields[4])
        daysOfWeek = try CronFieldParser(field: .dayOfWeek).values(fields[5])
        isEitherDayEnough = !fields[3].hasPrefix("*") && !fields[5].hasPrefix("*")
        guard nextLocal(from: 0) != nil else {
            throw Problem("never fires: no month that it names has such a day")
        }
    }

    private static func fields(_ text: String) throws(Problem) -> [Substring] {
        let fields = text.split { $0 == " " || $0 == "\t" }
        guard let first = fields.first else { throw Problem("is empty") }
        guard first.hasPrefix("@") else { return fields }
        guard fields.count == 1, let meaning = words[first.lowercased()] else {
            throw Problem("must be one of \(words.keys.sorted().joined(separator: ", ")), or five or six fields")
        }
        return meaning.split(separator: " ")
    }
}
