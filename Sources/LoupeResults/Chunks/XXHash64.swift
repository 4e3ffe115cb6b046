/// XXH64 with seed 0, as https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md defines it: finds a chunk that
/// was damaged or swapped on its disk at several GB/s. It is no defence against someone who forges chunks.
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The hash in its canonical form: eight bytes, the highest first.
    static func checksum(of bytes: [UInt8]) -> [UInt8] {
        let hash = bytes.withUnsafeBytes { self.hash($0) }
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) }
    }

    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var at = 0
        var hash = bytes.count >= 32 ? stripes(bytes, &at) : prime5
        hash &+= UInt64(bytes.count)
        while at + 8 <= bytes.count {
            hash ^= round(0, word(bytes, at))
            hash = rotate(hash, 27) &* prime1 &+ prime4
            at += 8
        }
        if at + 4 <= bytes.count {
            let half = bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)
            hash ^= UInt64(UInt32(littleEndian: half)) &* prime1
            hash = rotate(hash, 23) &* prime2 &+ prime3
            at += 4
        }
        while at < bytes.count {
            hash ^= UInt64(bytes[at]) &* prime5
            hash = rotate(hash, 11) &* prime1
            at += 1
        }
        return avalanche(hash)
    }

    /// Four lanes over every whole 32 bytes, then joined.
    private static func stripes(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> UInt64 {
        var first = prime1 &+ prime2
        var second = prime2
        var third: UInt64 = 0
        var fourth = 0 &- prime1
        while at + 32 <= bytes.count {
            first = round(first, word(bytes, at))
            second = round(second, word(bytes, at + 8))
            third = round(third, word(bytes, at + 16))
            fourth = round(fourth, word(bytes, at + 24))
            at += 32
        }
        var hash = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
        for lane in [first, second, third, fourth] {
            hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
        }
        return hash
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func avalanche(_ value: UInt64) -> UInt64 {
        var hash = value
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }
}
