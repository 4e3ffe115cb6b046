import Foundation
import LoupeCore
import Testing

@Suite("Ids and times")
struct ValueTests {
    @Test("ids are written in lower case and read in either")
    func ids() throws {
        let id = try #require(Run.ID("01A2090E-1be2-7873-b421-6313bca7c00d"))
        #expect(id.description == "01a2090e-1be2-7873-b421-6313bca7c00d")
        #expect(Run.ID(id.description) == id)
        for text in ["", "01a2090e", "01a2090e-1be2-7873-b421-6313bca7c00g", "01a2090e1be27873b4216313bca7c00d", "{…}"]
        {
            #expect(Run.ID(text) == nil)
        }
    }

    @Test("new ids sort by the time of their making and are of version 7")
    func version7() {
        let early = UUID.version7(at: Timestamp(milliseconds: 1_700_000_000_000), random: (.max, .max))
        let late = UUID.version7(at: Timestamp(milliseconds: 1_700_000_000_001), random: (0, 0))
        #expect(Run.ID(early).description < Run.ID(late).description)
        #expect(Array(Run.ID(late).description)[14] == "7")
        #expect("89ab".contains(Array(Run.ID(early).description)[19]))
    }

    @Test(
        "times are read with any offset and written in UTC",
        arguments: [
            ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00.000Z"),
            ("2026-01-31T09:30:00.1239+01:30", "2026-01-31T08:00:00.123Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
            ("0001-01-01T00:00:00-01:00", "0001-01-01T01:00:00.000Z"),
            ("2000-02-29T00:00:00z", "2000-02-29T00:00:00.000Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
        ]
    )
    func times(_ text: String, _ written: String) throws {
        #expect(try #require(Timestamp(rfc3339: text)).description == written)
    }

    @Test(
        "times that are not times are refused",
        arguments: [
            "", "2026-01-31", "2026-02-29T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:30:00",
            "2026-13-01T00:00:00Z",
            "2026-01-31T09:30:00.Z", "2026-01-31T09:30:00+1:00", "2026-01-31T09:30:00Zx",
        ]
    )
    func notTimes(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("a wait before another try doubles up to its cap and is never longer")
    func backoff() {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(60))
        #expect(backoff.delay(afterAttempt: 1, fraction: 0.5) == .milliseconds(500))
        #expect(backoff.delay(afterAttempt: 3, fraction: 0.5) == .seconds(2))
        #expect(backoff.delay(afterAttempt: 1000, fraction: 0.999) < .seconds(60))
        #expect(backoff.delay(afterAttempt: 5, fraction: 0) == .zero)
    }
}
