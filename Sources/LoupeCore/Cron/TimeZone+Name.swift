package import Foundation

extension TimeZone {
    /// The zone of an IANA name such as `Europe/Berlin`. Not of an offset, which Foundation takes and PostgreSQL reads
    /// with the other sign.
    package init?(named name: String) {
        guard !name.hasPrefix("GMT+"), !name.hasPrefix("GMT-"), let zone = TimeZone(identifier: name) else {
            return nil
        }
        self = zone
    }
}
