package import Foundation
package import LoupeCore

/// A run that a runner holds, with the lease under which alone its outcome may be written.
package struct RunClaim: Sendable {
    package let run: Run
    package let lease: UUID
    package let datasource: Datasource.Handle
    package let parameters: [BoundParameter]
    /// When the result of this run would be given up, by the organization's retention.
    package let resultExpiry: Timestamp?
}
