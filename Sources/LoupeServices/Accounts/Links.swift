import LoupeCore
import LoupeSecurity
import Synchronization

/// The links that go out to people. They begin with PUBLIC_URL, never with what a request names as its host; their token
/// is in the fragment, which no server or proxy gets to see.
package final class Links: Sendable {
    /// Such as `https://loupe.example.com`; nil until the server listens, where the address decides.
    private let base: Mutex<String?>

    package init(base: String?) {
        self.base = Mutex(base)
    }

    /// Without a PUBLIC_URL links begin with the address that a server on loopback listens on.
    package func listens(on url: String) {
        base.withLock { base in
            if base == nil { base = url }
        }
    }

    func invitation(_ token: RandomToken) -> String { link("invitation", token) }
    func passwordReset(_ token: RandomToken) -> String { link("reset-password", token) }

    private func link(_ page: String, _ token: RandomToken) -> String {
        "\(base.withLock { $0 } ?? "")/\(page)#\(token.text)"
    }
}
