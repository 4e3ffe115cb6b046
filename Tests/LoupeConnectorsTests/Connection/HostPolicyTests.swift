import LoupeCore
import Testing

@testable import LoupeConnectors

@Suite("Hosts that a datasource may lead to")
struct HostPolicyTests {
    @Test(
        "Link-local, metadata and unspecified addresses are refused to everybody, in every disguise",
        arguments: [
            "169.254.169.254", "169.254.0.1", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe",
            "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254", "100.100.100.200", "168.63.129.16",
            "0.0.0.0",
            "::", "224.0.0.1", "255.255.255.255", "ff02::1", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376",
        ]
    )
    func never(host: String) async {
        await #expect(throws: HostPolicy.Refusal.neverAllowed) {
            try await HostPolicy(allowsPrivate: true).addresses(of: host)
        }
    }

    @Test(
        "Private and loopback addresses are for the founding organization",
        arguments: [
            "127.0.0.1", "127.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1", "fec0::1",
            "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2130706433", "localhost",
        ]
    )
    func inside(host: String) async throws {
        await #expect(throws: HostPolicy.Refusal.privateAddress) {
            try await HostPolicy(allowsPrivate: false).addresses(of: host)
        }
        #expect(try await HostPolicy(allowsPrivate: true).addresses(of: host).isEmpty == false)
    }

    @Test("Other addresses are for everybody", arguments: ["8.8.8.8", "172.32.0.1", "2001:4860:4860::8888"])
    func outside(host: String) async throws {
        let addresses = try await HostPolicy(allowsPrivate: false).addresses(of: host)
        #expect(addresses == [try #require(IPAddress(host))])
    }

    @Test("An unknown host is unknown")
    func unknown() async {
        let policy = HostPolicy(allowsPrivate: true, resolver: HostLookup { _ in [] })
        await #expect(throws: HostPolicy.Refusal.unknownHost) { try await policy.addresses(of: "nowhere.invalid") }
    }

    @Test("Of a name's addresses those that may be used are given, checked as they will be connected")
    func severalAddresses() async throws {
        let found = ["169.254.169.254", "10.0.0.1", "8.8.8.8"].compactMap { IPAddress($0) }
        let resolver = HostLookup { _ in found }
        let everybody = HostPolicy(allowsPrivate: false, resolver: resolver)
        #expect(try await everybody.addresses(of: "db.example.com") == [found[2]])
        let founders = HostPolicy(allowsPrivate: true, resolver: resolver)
        #expect(try await founders.addresses(of: "db.example.com") == [found[1], found[2]])
    }

    @Test("With a list of allowed hosts the others are refused")
    func allowList() async throws {
        let address = try #require(IPAddress("10.1.2.3"))
        let allowed = try AllowedHosts("db.example.com, *.internal.example.com ,192.168.0.0/16,fd00:1::/32")
        let resolver = HostLookup { host in [IPAddress(host) ?? address] }
        let policy = HostPolicy(allowsPrivate: true, allowed: allowed, resolver: resolver)
        for host in ["DB.example.com", "db.example.com.", "a.b.internal.example.com", "192.168.7.7", "fd00:1::5"] {
            #expect(try await policy.addresses(of: host).count == 1)
        }
        for host in ["example.com", "internal.example.com", "xinternal.example.com", "10.1.2.3", "192.169.0.1"] {
            await #expect(throws: HostPolicy.Refusal.notListed) { try await policy.addresses(of: host) }
        }
        await #expect(throws: HostPolicy.Refusal.neverAllowed) { try await policy.addresses(of: "fe80::1") }
    }

    @Test("An entry that is no host is named", arguments: ["a b/c", "10.0.0.0/33", "http://x", "*"])
    func badEntries(entry: String) {
        #expect(throws: AllowedHosts.BadEntry.self) { try AllowedHosts("fine.example.com,\(entry)") }
    }

    @Test("An address is written as the resolver reads it", arguments: ["10.0.0.1", "2001:db8::1", "::1"])
    func writesAddresses(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(IPAddress(address.description) == address)
    }
}
