import Crypto
import Foundation

extension KeyRing {
    /// Why a text is not a key ring. No case holds a part of a secret.
    package enum ParsingError: Error, Hashable, CustomStringConvertible {
        case empty
        /// The entry at this place (from 1) is not `id:base64`.
        case malformed(entry: Int)
        /// An id is 1…32 of `A-Z a-z 0-9 _ -`.
        case invalidID(entry: Int)
        case duplicate(id: String)
        /// The entry's base64 is not of 32 bytes.
        case wrongLength(id: String)

        package var description: String {
            switch self {
            case .empty: "it is empty; make one with: echo \"k1:$(openssl rand -base64 32)\""
            case .malformed(let entry): "entry \(entry) is not of the form id:base64"
            case .invalidID(let entry): "the id of entry \(entry) is not 1 to 32 letters, digits, - or _"
            case .duplicate(let id): "the id \(id) is there twice"
            case .wrongLength(let id): "the key \(id) is not the base64 of exactly 32 bytes"
            }
        }
    }

    /// Reads `id:base64(32 bytes),older:…`, as LOUPE_SECRET_KEY and the key file hold it.
    package init(parsing text: String) throws(ParsingError) {
        let entries = text.trimmingCharacters(in: .whitespacesAndNewlines)
            .split(separator: ",", omittingEmptySubsequences: false)
        guard entries != [""] else { throw .empty }
        var keys: [Key] = []
        for (index, entry) in entries.enumerated() {
            let parts = entry.trimmingCharacters(in: .whitespaces).split(
                separator: ":",
                omittingEmptySubsequences: false
            )
            guard parts.count == 2 else { throw .malformed(entry: index + 1) }
            let id = String(parts[0])
            guard Self.isValidID(id) else { throw .invalidID(entry: index + 1) }
            guard !keys.contains(where: { $0.id == id }) else { throw .duplicate(id: id) }
            guard let secret = Data(base64Encoded: String(parts[1])), secret.count == 32 else {
                throw .wrongLength(id: id)
            }
            keys.append(Key(id: id, secret: SymmetricKey(data: secret)))
        }
        self.init(keys: keys)
    }

    /// The text that `init(parsing:)` reads. It holds the secrets: only for the key file.
    package var secretText: String {
        keys.map { key in
            "\(key.id):\(key.secret.withUnsafeBytes { Data($0).base64EncodedString() })"
        }.joined(separator: ",")
    }

    private static func isValidID(_ id: String) -> Bool {
        (1...32).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
