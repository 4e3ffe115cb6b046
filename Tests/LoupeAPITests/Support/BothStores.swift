import LoupeTestSupport
import Testing

/// Runs each test of a suite on a store of every kind: `@Suite(.onBothStores)`, and in the test
/// `StoreKind.current.withStore`.
struct BothStores: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for _: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        // Around a whole suite once, around each of its tests a second time.
        guard testCase != nil else { return try await function() }
        for kind in StoreKind.allCases {
            try await StoreKind.$current.withValue(kind) { try await function() }
        }
    }
}

extension Trait where Self == BothStores {
    static var onBothStores: BothStores { BothStores() }
}
