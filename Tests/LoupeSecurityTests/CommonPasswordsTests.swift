import LoupeSecurity
import Testing

@Suite("Common passwords")
struct CommonPasswordsTests {
    @Test(
        "what attackers try first is known, in either case",
        arguments: ["password", "12345678", "qwertyuiop", "iloveyou", "trustno1", "PassWord", "1qaz2wsx"]
    )
    func common(_ password: String) {
        #expect(CommonPasswords.contains(password))
    }

    @Test(
        "what is not common passes",
        arguments: ["correct horse", "battery staple", "", "passwort-fuer-loupe", "🔑🔑🔑🔑🔑🔑🔑🔑"]
    )
    func uncommon(_ password: String) {
        #expect(!CommonPasswords.contains(password))
    }

    @Test("an API key is told by its mark and its length, and never prints itself")
    func keys() throws {
        let key = APIKeyText()
        #expect(key.text.hasPrefix("loupe_"))
        #expect(APIKeyText(key.text) == key)
        #expect(APIKeyText(key.text)?.digest == key.digest)
        #expect(key.prefix.count == 12)
        #expect(key.text.hasPrefix(key.prefix))
        for wrong in ["", "loupe_", String(key.text.dropFirst(6)), key.text + "x", key.text.uppercased()] {
            #expect(APIKeyText(wrong) == nil)
        }
        #expect("\(key)" == "•••")
        #expect(String(reflecting: key) == "•••")
    }
}
