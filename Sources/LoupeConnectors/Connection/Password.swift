/// A secret that no description, dump or interpolation shows.
package struct Password: Hashable, Sendable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// For the driver and for sealing, nowhere else.
    package func reveal() -> String { text }
}

extension Password: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
