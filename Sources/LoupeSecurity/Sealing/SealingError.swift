/// Why something sealed was not opened. No case holds a secret.
package enum SealingError: Error, Hashable, CustomStringConvertible {
    /// Not in the sealed format at all.
    case malformed
    /// Sealed with a key that the ring does not hold.
    case unknownKey(id: String)
    /// The ring's key of that name is not the one that made the canary.
    case wrongKey(id: String)
    /// Changed since it was sealed, or sealed for another place.
    case notAuthentic

    package var description: String {
        switch self {
        case .malformed: "the sealed value is malformed"
        case .unknownKey(let id): "the value was sealed with the key \(id), which LOUPE_SECRET_KEY does not hold"
        case .wrongKey(let id):
            "the key \(id) of LOUPE_SECRET_KEY is not the key \(id) that this store's secrets were sealed with"
        case .notAuthentic: "the sealed value was changed, or belongs elsewhere"
        }
    }
}
