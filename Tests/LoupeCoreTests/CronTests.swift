import Foundation
import LoupeCore
import Testing

@Suite("Cron expressions")
struct CronTests {
    private static func problem(_ text: String) -> String? {
        do throws(CronExpression.Problem) {
            _ = try CronExpression(parsing: text)
            return nil
        } catch {
            return error.message
        }
    }

    private static func next(
        _ text: String,
        _ count: Int = 1,
        after time: String,
        in zone: String = "UTC"
    ) throws -> [String] {
        let time = try #require(Timestamp(rfc3339: time))
        let zone = try #require(TimeZone(named: zone))
        return try CronExpression(parsing: text).next(count, after: time, in: zone).map {
            $0.description.replacing(".000Z", with: "Z")
        }
    }

    @Test(
        "what is wrong is said with the field and its range",
        arguments: [
            ("61 * * * *", "minute 61 is out of range 0-59"),
            ("60 * * * * *", "second 60 is out of range 0-59"),
            ("0 24 * * *", "hour 24 is out of range 0-23"),
            ("0 0 0 * *", "day of month 0 is out of range 1-31"),
            ("0 0 1 13 *", "month 13 is out of range 1-12"),
            ("0 0 * * 8", "day of week 8 is out of range 0-7"),
            ("99999999999999999999 * * * *", "minute 99999999999999999999 is out of range 0-59"),
            ("*/0 * * * *", "minute step 0 is out of range 1-59"),
            ("*/60 * * * *", "minute step 60 is out of range 1-59"),
            ("*/x * * * *", "minute step \"x\" is not a number"),
            ("30-10 * * * *", "minute range 30-10 runs backwards"),
            ("0 0 * FOO *", "month \"FOO\" is not a number or a name such as FEB"),
            ("0 0 * * MONDAY", "day of week \"MONDAY\" is not a number or a name such as MON"),
            ("0 0 MON * *", "day of month \"MON\" is not a number"),
            ("-1 * * * *", "minute \"-1\" is not a number"),
            ("+1 * * * *", "minute \"+1\" is not a number"),
            ("1,,2 * * * *", "minute \"\" is not a number"),
            ("1- * * * *", "minute \"1-\" is not a number"),
            ("1-2-3 * * * *", "minute \"2-3\" is not a number"),
            ("0 0 ? * *", "day of month \"?\" is not a number"),
            ("* * * *", "must have five fields, or six with seconds first, not 4"),
            ("* * * * * * *", "must have five fields, or six with seconds first, not 7"),
            ("   ", "is empty"),
            ("* * 31 2 *", "never fires: no month that it names has such a day"),
            ("0 0 30,31 FEB *", "never fires: no month that it names has such a day"),
            ("0 0 31 4,6,9,11 */2", "never fires: no month that it names has such a day"),
        ]
    )
    func problems(text: String, message: String) {
        #expect(Self.problem(text) == message)
    }

    @Test("a word that is no schedule is answered with those that are")
    func words() throws {
        #expect(Self.problem("@reboot")?.contains("@daily") == true)
        #expect(Self.problem("@daily 5") != nil)
        let meanings = [
            "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * SUN",
            "@daily": "0 0 * * *", "@Midnight": "0 0 * * *", "@hourly": "0 * * * *",
        ]
        for (word, meaning) in meanings {
            #expect(try CronExpression(parsing: word) == CronExpression(parsing: meaning))
        }
    }

    @Test("names, ranges, steps, lists and blanks are read as cron reads them")
    func forms() throws {
        func same(_ one: String, _ other: String) throws {
            #expect(try CronExpression(parsing: one) == CronExpression(parsing: other), "\(one)")
        }
        try same("  0\t9  * * *", "0 9 * * *")
        try same("0 0 9 * * *", "0 9 * * *")
        try same("0 9 * jan-mar,DEC mon-FRI", "0 9 * 1,2,3,12 1-5")
        try same("0 9 * * 7", "0 9 * * SUN")
        try same("0 9 * * FRI-SUN", "0 9 * * 0,5,6")
        try same("0 9 * * 5-7", "0 9 * * 0,5,6")
        try same("10-30/10,45 * * * *", "10,20,30,45 * * * *")
        try same("50/5 * * * *", "50,55 * * * *")
        try same("007 * * * *", "7 * * * *")
    }

    @Test("either day is enough where both are restricted, unless one begins with a star")
    func days() throws {
        let start = "2026-01-31T12:00:00Z"
        #expect(
            try Self.next("0 0 13 * FRI", 3, after: start) == [
                "2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z",
            ]
        )
        #expect(
            try Self.next("0 0 */2 * MON", 2, after: start) == ["2026-02-09T00:00:00Z", "2026-02-23T00:00:00Z"]
        )
        #expect(try Self.next("0 0 31 2 MON", after: start) == ["2026-02-02T00:00:00Z"])
    }

    @Test("a leap day is found however far it is, and at once")
    func leapDays() throws {
        #expect(
            try Self.next("0 0 29 2 *", 2, after: "2096-03-01T00:00:00Z") == [
                "2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z",
            ]
        )
        let rare = try CronExpression(parsing: "59 59 23 29 2 */7")
        let zone = try #require(TimeZone(named: "America/New_York"))
        let clock = ContinuousClock()
        let spent = clock.measure {
            #expect(rare.next(3, after: Timestamp(milliseconds: 0), in: zone).count == 3)
        }
        // Three times over 120 years; minute by minute it would be sixty million steps.
        #expect(spent < .seconds(1))
    }

    @Test("the next time is after the given moment, to the millisecond")
    func strictlyAfter() throws {
        #expect(try Self.next("30 9 * * *", after: "2026-01-31T09:29:59.999Z") == ["2026-01-31T09:30:00Z"])
        #expect(try Self.next("30 9 * * *", after: "2026-01-31T09:30:00.000Z") == ["2026-02-01T09:30:00Z"])
        #expect(
            try Self.next("*/20 * * * * *", 2, after: "1969-12-31T23:59:39.5Z") == [
                "1969-12-31T23:59:40Z", "1970-01-01T00:00:00Z",
            ]
        )
    }

    @Test("a local time that does not exist is due once, just after the gap")
    func gaps() throws {
        #expect(
            try Self.next("30 2 * * *", 2, after: "2026-03-28T12:00:00Z", in: "Europe/Berlin") == [
                "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z",
            ]
        )
        // Four times fell into it, and 03:00 itself is due: once all the same.
        #expect(
            try Self.next("*/15 2-3 * * *", 2, after: "2026-03-28T12:00:00Z", in: "Europe/Berlin") == [
                "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z",
            ]
        )
        // Half an hour.
        #expect(
            try Self.next("15 2 * * *", 2, after: "2026-10-03T00:00:00Z", in: "Australia/Lord_Howe") == [
                "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z",
            ]
        )
        // A whole day: Samoa had no 30 December 2011.
        #expect(
            try Self.next("0 12 * * *", 3, after: "2011-12-29T00:00:00Z", in: "Pacific/Apia") == [
                "2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z",
            ]
        )
        #expect(
            try Self.next("0 12 30 12 *", 2, after: "2011-12-29T00:00:00Z", in: "Pacific/Apia") == [
                "2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z",
            ]
        )
    }

    @Test("a local time that exists twice is due the first time only")
    func folds() throws {
        #expect(
            try Self.next("30 2 * * *", 2, after: "2026-10-24T12:00:00Z", in: "Europe/Berlin") == [
                "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z",
            ]
        )
        // Asked for between the two.
        #expect(
            try Self.next("30 2 * * *", after: "2026-10-25T00:45:00Z", in: "Europe/Berlin") == ["2026-10-26T01:30:00Z"]
        )
        #expect(
            try Self.next("*/30 1-3 * * *", 6, after: "2026-11-01T04:00:00Z", in: "America/New_York") == [
                "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T07:00:00Z", "2026-11-01T07:30:00Z",
                "2026-11-01T08:00:00Z", "2026-11-01T08:30:00Z",
            ]
        )
    }

    @Test(
        "an expression is told in English",
        arguments: [
            ("* * * * *", "every minute"),
            ("* * * * * *", "every second"),
            ("*/10 * * * * *", "every 10 seconds"),
            ("30 * * * * *", "at second 30 of every minute"),
            ("*/15 * * * *", "every 15 minutes"),
            ("@hourly", "every hour"),
            ("5 * * * *", "at minute 5 of every hour"),
            ("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour"),
            ("0 */2 * * *", "every 2 hours"),
            ("0 */6 * * *", "at 00:00, 06:00, 12:00 and 18:00, every day"),
            ("0 9-17 * * *", "every hour from 09:00 to 17:00"),
            ("*/15 9-17 * * 1-5", "every 15 minutes from 09:00 to 17:59, Monday through Friday"),
            ("@daily", "at 00:00, every day"),
            ("15 30 9 * * *", "at 09:30:15, every day"),
            ("0 9 * * MON-FRI", "at 09:00, Monday through Friday"),
            ("0 9 * * FRI-SUN", "at 09:00, Friday through Sunday"),
            ("0 9 * * 1,3", "at 09:00, on Monday and Wednesday"),
            ("0 0 1,15 * *", "at 00:00, on days 1 and 15 of the month"),
            ("0 0 1 JAN,JUL *", "at 00:00, on day 1 of the month, in January and July"),
            ("0 0 13 * FRI", "at 00:00, on day 13 of the month, or on Friday"),
            ("0 0 */2 * MON", "at 00:00, on odd days of the month, but only on Monday"),
            ("0 12 * 6-8 *", "at 12:00, June through August"),
        ]
    )
    func summary(text: String, words: String) throws {
        #expect(try CronExpression(parsing: text).summary == words)
    }

    @Test("an offset is no zone's name, as PostgreSQL reads it the other way round")
    func zones() {
        #expect(TimeZone(named: "Europe/Berlin") != nil)
        #expect(TimeZone(named: "UTC") != nil)
        for name in ["GMT+5", "GMT-03:00", "Europe/Atlantis", "../etc/passwd", ""] {
            #expect(TimeZone(named: name) == nil, "\(name)")
        }
    }
}
