import Logging
import LoupeCore
import LoupeServices
import Synchronization
import Testing

@Suite("The post")
struct PostTests {
    /// A mail server that fails so often before it takes mails.
    private final class Server: Sendable {
        private let state: Mutex<(failures: Int, taken: [String])>
        private let code: LoupeError.Code

        init(failures: Int, code: LoupeError.Code = .connectionError) {
            state = Mutex((failures, []))
            self.code = code
        }

        var taken: [String] { state.withLock { $0.taken } }

        func take(_ mail: Mail) throws {
            try state.withLock { state in
                if state.failures > 0 {
                    state.failures -= 1
                    throw LoupeError(code, "not now")
                }
                state.taken.append(mail.to)
            }
        }
    }

    private func post(_ server: Server, room: Int = 1000) -> Post {
        Post(
            deliver: { try server.take($0) },
            logger: Logger(label: "loupe.test"),
            surroundings: .system,
            backoff: Backoff(base: .zero, cap: .zero),
            maximumAttempts: 4,
            maximumWaiting: room
        )
    }

    private func mail(_ to: String) -> Mail {
        Mail(to: to, subject: "", text: "", link: "")
    }

    @Test("a mail that is not taken is tried again, and the next need not wait for it")
    func again() async {
        let server = Server(failures: 1)
        let post = post(server)
        for name in ["a", "b"] { await post.send { mail(name) } }
        await post.sendWaiting()
        #expect(server.taken == ["b", "a"])
    }

    @Test("a mail is given up after so many tries, and at once where it can never be taken")
    func givenUp() async {
        let server = Server(failures: 4)
        let post = post(server)
        await post.send { mail("a") }
        await post.sendWaiting()
        #expect(server.taken == [])
        await post.send { mail("b") }
        await post.sendWaiting()
        #expect(server.taken == ["b"])
        let strict = Server(failures: 1, code: .validationFailed)
        let other = self.post(strict)
        await other.send { mail("a") }
        await other.send { mail("b") }
        await other.sendWaiting()
        #expect(strict.taken == ["b"])
    }

    @Test("a letter that turns out to be none sends nothing, and one too many is lost")
    func none() async {
        let server = Server(failures: 0)
        let post = post(server, room: 2)
        await post.send { nil }
        await post.send { mail("a") }
        await post.send { mail("lost") }
        await post.sendWaiting()
        #expect(server.taken == ["a"])
    }

    @Test("what waits when the process ends is tried once more")
    func end() async {
        let server = Server(failures: 1)
        let post = post(server)
        await withTaskGroup(of: Void.self) { group in
            for name in ["a", "b"] { await post.send { mail(name) } }
            group.cancelAll()
            group.addTask { await post.run() }
        }
        #expect(server.taken == [])
        await post.finish()
        #expect(server.taken == ["b"])
    }
}
