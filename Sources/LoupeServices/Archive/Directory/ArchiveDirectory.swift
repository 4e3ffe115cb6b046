import Foundation
import Glibc

/// The files of an export in a directory: `queries/<key>.yaml`, `queries/<key>.sql` and so on, and `loupe-export.yaml`,
/// which says what it is.
package struct ArchiveDirectory: Sendable {
    /// Something about the directory, not about what a file says.
    package struct Failure: Error, CustomStringConvertible {
        package let message: String

        package var description: String { message }
    }

    static let manifest = "loupe-export.yaml"
    static let format = "1"
    static let manifestText = "# Written by loupe export, read by loupe import.\nformat: 1\n"

    let path: String

    package init(_ path: String) {
        self.path = path
    }
}
