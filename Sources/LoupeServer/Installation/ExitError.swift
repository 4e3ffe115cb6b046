/// Why the process ends: one line for the person and a code of sysexits.h for the program that started it.
package struct ExitError: Error, CustomStringConvertible {
    /// The codes of sysexits.h that Loupe uses.
    package enum Code: Int32, Sendable {
        case usage = 64
        case dataError = 65
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case ioError = 74
        case noPermission = 77
        case configuration = 78
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
