/// Small damage to an input, of the kinds that parsers trip over.
enum Mutation {
    static func damage(_ text: String, with pieces: [String], _ random: inout FuzzRandom) -> String {
        String(decoding: damage(Array(text.utf8), with: pieces, &random), as: UTF8.self)
    }

    static func damage(_ input: [UInt8], with pieces: [String], _ random: inout FuzzRandom) -> [UInt8] {
        var bytes = input
        for _ in 0..<random.below(4) {
            let at = random.below(bytes.count + 1)
            let length = min(random.below(8), bytes.count - at)
            switch random.below(5) {
            case 0: bytes.removeSubrange(at..<at + length)
            case 1: bytes.insert(contentsOf: Array(random.pick(pieces).utf8), at: at)
            case 2: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
            case 3: bytes.insert(contentsOf: Array(bytes[at..<at + length]), at: random.below(bytes.count + 1))
            default: bytes.replaceSubrange(at..<at + length, with: Array(random.pick(pieces).utf8))
            }
        }
        return bytes
    }
}
