import CArgon2

/// libargon2's Argon2id (RFC 9106). Blocking: tens of milliseconds of one core and `memoryKiB` of memory a call.
struct Argon2: Sendable {
    /// A code of libargon2; its words are in `description`.
    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        var description: String { String(cString: argon2_error_message(code)) }
    }

    let cost: PasswordHasher.Cost

    /// The encoded form with the parameters and the salt in it: `$argon2id$v=19$m=19456,t=2,p=1$…$…`.
    func hash(_ password: String, salt: [UInt8]) throws -> String {
        let length = argon2_encodedlen(
            cost.iterations,
            cost.memoryKiB,
            cost.lanes,
            UInt32(salt.count),
            Self.hashLength,
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: length)
        let bytes = Array(password.utf8)
        let code = argon2id_hash_encoded(
            cost.iterations,
            cost.memoryKiB,
            cost.lanes,
            bytes,
            bytes.count,
            salt,
            salt.count,
            Int(Self.hashLength),
            &encoded,
            length
        )
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether `password` made `encoded`, by the parameters that stand in it.
    func verify(_ password: String, against encoded: String) throws -> Bool {
        let bytes = Array(password.utf8)
        let code = argon2id_verify(encoded, bytes, bytes.count)
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        default: throw Failure(code: code)
        }
    }

    private static let hashLength: UInt32 = 32
}
