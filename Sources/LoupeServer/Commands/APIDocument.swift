import Foundation
import LoupeAPI
import LoupeCore

/// `loupe openapi`: the document that a server of this version serves, without one.
package enum APIDocument {
    /// JSON in one line. Routes are declared by what answers them, so an installation is made and thrown away.
    package static func text() async throws -> String {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("loupe-\(UUID().uuidString)")
        defer {
            // What is left in the system's temporary directory goes with it.
            try? FileManager.default.removeItem(at: directory)
        }
        let installation = try Launch.installation([
            "LOUPE_DATA_DIR": directory.path, "DATABASE_URL": "sqlite:\(directory.path)/loupe.db",
        ])
        return try await APIServer.make(installation).document().json.canonicalText
    }
}
