import Foundation

/// A directory of a test's own.
package enum TestDirectory {
    /// Makes an empty directory, gives its path to `body` and removes it after with all that is in it.
    package static func with<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("loupe-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }  // what is left lies in the system's own /tmp
        return try await body(url.path)
    }
}
