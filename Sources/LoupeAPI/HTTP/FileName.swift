/// A name for a download, safe in a header and in any file system.
struct FileName {
    private let name: String
    private let suffix: String

    init(_ name: String, suffix: String) {
        self.name = name
        self.suffix = suffix
    }

    /// Plain ASCII for old clients, and the whole name as RFC 5987 writes it.
    var disposition: String {
        "attachment; filename=\"\(plain).\(suffix)\"; filename*=UTF-8''\(encoded).\(suffix)"
    }

    private var plain: String {
        let text = String(
            decoding: name.utf8.prefix(100).map { FileName.isPlain($0) ? $0 : UInt8(ascii: "_") },
            as: UTF8.self
        )
        return text.isEmpty ? "result" : text
    }

    private var encoded: String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(100) {
            let isUsable =
                scalar.value >= 0x20 && scalar.value != 0x7F && !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
            for byte in String(isUsable ? scalar : "_").utf8 {
                if FileName.isPlain(byte), byte != UInt8(ascii: " ") {
                    text.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }
        }
        return text.isEmpty ? "result" : text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
