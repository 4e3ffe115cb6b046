import HTTPTypes
import LoupeCore

/// The id of a request: the caller's where it sent a sane one, else a new one.
enum RequestIDs {
    static func id(_ headers: HTTPFields, _ surroundings: Surroundings) -> String {
        if let sent = headers.first(.requestID), isSane(sent) { return sent }
        return surroundings.newID(IncomingRequest.self).description
    }

    /// 1…64 of `A-Z a-z 0-9 . _ -`: nothing that could forge a log line.
    private static func isSane(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

extension HTTPFields {
    /// The value of the first field of that name, without joining several.
    func first(_ name: HTTPField.Name) -> String? {
        for field in self where field.name == name { return field.value }
        return nil
    }
}
