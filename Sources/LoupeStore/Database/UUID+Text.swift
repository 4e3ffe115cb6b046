import Foundation
import LoupeCore

extension UUID {
    /// Reads the canonical 8-4-4-4-12 form in lower case, as the store writes it, without a `String` in between.
    init?(text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 36 else { return nil }
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isWhole = withUnsafeMutableBytes(of: &bytes) { raw in
            var at = 0
            for index in 0..<16 {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    guard text[at] == UInt8(ascii: "-") else { return false }
                    at += 1
                }
                guard let high = text[at].hexadecimalValue, let low = text[at + 1].hexadecimalValue else {
                    return false
                }
                raw[index] = high << 4 | low
                at += 2
            }
            return true
        }
        guard isWhole else { return nil }
        self.init(uuid: bytes)
    }

    /// The lowercase text, for the call only.
    func withLowercaseText<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        var text = Identifier<UUID>(self).description
        return try text.withUTF8(body)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
