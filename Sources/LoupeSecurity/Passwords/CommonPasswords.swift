import Crypto
import Foundation

/// The 10,000 most common passwords, as far as they are long enough to be taken: what an attacker tries first.
///
/// The binary carries the first four bytes of each one's SHA-256, sorted; scripts/common-passwords makes them.
package enum CommonPasswords {
    private static let width = 4
    private static let sums = PackageResources.common_passwords_bin

    /// Whether the password is one of them, in upper or lower case. One in a million others is taken for one.
    package static func contains(_ password: String) -> Bool {
        let wanted = SHA256.hash(data: Data(password.lowercased().utf8)).prefix(width)
        var (low, high) = (0, sums.count / width)
        while low < high {
            let middle = (low + high) / 2
            let sum = sums[middle * width..<(middle + 1) * width]
            if sum.elementsEqual(wanted) { return true }
            if sum.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
        }
        return false
    }
}
