import Testing

@testable import LoupeResults

@Suite("What is kept for the next page")
struct RecentlyUsedTests {
    @Test("The one not asked for the longest goes first, and the sum of costs stays within the capacity")
    func eviction() {
        var kept = RecentlyUsed<Int, String>(capacity: 10)
        for key in 1...3 { kept.insert("v\(key)", as: key, cost: 3) }
        #expect(kept.value(of: 1) == "v1")
        kept.insert("v4", as: 4, cost: 3)
        #expect(kept.value(of: 2) == nil)
        #expect(kept.value(of: 1) == "v1")
        #expect(kept.cost == 9)
    }

    @Test("What would take more than half of all room is not kept")
    func tooLarge() {
        var kept = RecentlyUsed<Int, String>(capacity: 10)
        kept.insert("small", as: 1, cost: 5)
        kept.insert("large", as: 2, cost: 6)
        #expect(kept.value(of: 1) == "small")
        #expect(kept.value(of: 2) == nil)
    }

    @Test("A value given again replaces the one before")
    func replacement() {
        var kept = RecentlyUsed<Int, String>(capacity: 10)
        kept.insert("old", as: 1, cost: 4)
        kept.insert("new", as: 1, cost: 2)
        #expect(kept.value(of: 1) == "new")
        #expect(kept.cost == 2)
    }
}
