import LoupeCore
import Testing

@Suite("Address range")
struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
        ("10.1.2.3", "10.1.2.4", false), ("10.1.2.3/8", "10.9.9.9", true), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("192.168.1.128/25", "192.168.1.127", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false), ("10.0.0.0/8", "::ffff:10.0.0.1", true), ("::1", "::1", true),
    ])
    func `an address is in its range alone`(range: String, address: String, isInside: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "a.b", "10.0.0.0/8/8",
        "fe80::1%eth0",
    ])
    func `what is no range is not read`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func `loopback is known in both families`() {
        #expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].allSatisfy { IPAddress($0)?.isLoopback == true })
        #expect(["0.0.0.0", "::", "10.0.0.1", "::2"].allSatisfy { IPAddress($0)?.isLoopback == false })
    }
}
