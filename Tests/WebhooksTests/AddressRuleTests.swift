// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import Testing
import Webhooks

/// Which addresses are refused, in all their disguises.
@Suite struct AddressRuleTests {
    private static let own: Set<IPAddress> = Set(
        ["192.168.7.2", "2001:db8::2", "192.168.7.255"].compactMap(IPAddress.init))

    @Test(arguments: [
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("0.255.255.255", "unspecified"),
        ("127.0.0.0", "loopback"), ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"),
        ("169.254.0.0", "link-local"), ("169.254.169.254", "link-local"), ("169.254.255.255", "link-local"),
        ("192.0.0.1", "protocol"), ("192.88.99.1", "6to4 relay"),
        ("224.0.0.0", "multicast"), ("224.0.0.251", "multicast"), ("239.255.255.255", "multicast"),
        ("240.0.0.0", "reserved"), ("255.255.255.255", "broadcast"), ("255.255.255.254", "broadcast"),
        ("192.168.7.2", "this machine"), ("192.168.7.255", "this machine"), ("2001:db8::2", "this machine"),
        ("::", "unspecified"), ("::1", "loopback"),
        ("fe80::", "link-local"), ("fe80::1", "link-local"), ("febf:ffff::1", "link-local"), ("fec0::1", "site-local"),
        ("feff::1", "site-local"), ("ff00::", "multicast"), ("ff02::1", "multicast"), ("ffff::1", "multicast"),
        ("::ffff:127.0.0.1", "IPv4-mapped"), ("::ffff:10.0.0.1", "IPv4-mapped"), ("::ffff:192.0.2.1", "IPv4-mapped"),
        ("::ffff:7f00:1", "IPv4-mapped"), ("::ffff:0:127.0.0.1", "IPv4-translated"),
        ("::127.0.0.1", "IPv4-compatible"), ("::2", "IPv4-compatible"), ("::192.0.2.1", "IPv4-compatible"),
        ("2002:7f00:1::", "loopback"), ("2002:a9fe:a9fe::1", "link-local"), ("2002:c0a8:702::1", "this machine"),
        ("2002:0:1::", "unspecified"), ("2002:e000:1::1", "multicast"), ("2002:ffff:ffff::", "broadcast"),
        ("64:ff9b::127.0.0.1", "loopback"), ("64:ff9b::a9fe:a9fe", "link-local"), ("64:ff9b::c0a8:702", "this machine"),
        ("64:ff9b:1::127.0.0.1", "loopback"), ("64:ff9b::", "unspecified"), ("64:ff9b:1:7f00:0:100::", "inside IPv6"),
        ("64:ff9b:1:a9:fe:a9fe::", "inside IPv6"), ("64:ff9b:1:2:7f:0:100:0", "loopback"),
        ("2001:0:7f00:1:0:0:3fff:fdd2", "loopback"), ("2001:0:c000:201:0:0:80ff:fffe", "loopback"),
        ("2001:db8::5efe:127.0.0.1", "loopback"), ("2001:db8::200:5efe:169.254.1.1", "link-local"),
        ("fd00::5efe:c0a8:702", "this machine"),
    ])
    func refused(_ text: String, _ reason: String) throws {
        let address = try #require(IPAddress(text))
        let refusal = AddressRule.refusal(of: address, own: Self.own)
        #expect(refusal?.contains(reason) == true, "\(text): \(refusal ?? "allowed")")
    }

    @Test(arguments: [
        "1.0.0.1", "8.8.8.8", "10.0.0.1", "10.255.255.255", "100.64.0.1", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.1", "172.16.0.1", "172.31.255.255", "192.168.7.1", "192.168.7.3", "198.51.100.7",
        "203.0.113.9", "223.255.255.255", "2001:db8::1", "2a00:1450::1", "fc00::1", "fd12:3456::1",
        "2002:c0a8:101::1", "2002:808:808::1", "64:ff9b::8.8.8.8", "64:ff9b:1::8.8.8.8", "64:ff9b:1:808:8:800::",
        "64:ff9b::192.168.1.1",
        "2001:0:c000:201:0:0:3fff:fdd2", "2001:db8::5efe:192.168.1.1", "fe00::1", "::1:0:0:0:1",
    ])
    func allowed(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressRule.refusal(of: address, own: Self.own) == nil)
    }

    /// The refused networks of IPv4, by their first octet alone and over the whole range.
    @Test func everyFirstOctet() throws {
        let whole = Set([0, 127] + Array(224...255))
        for octet in UInt8.min ... .max {
            let address = try #require(IPAddress(bytes: [octet, 1, 2, 3]))
            let isRefused = AddressRule.refusal(of: address, own: []) != nil
            #expect(isRefused == whole.contains(Int(octet)), "\(octet)")
            let mapped = try #require(IPAddress(bytes: Array(repeating: 0, count: 10) + [255, 255, octet, 1, 2, 3]))
            #expect(AddressRule.refusal(of: mapped, own: []) != nil)
            let sixToFour = try #require(
                IPAddress(bytes: [0x20, 0x02, octet, 1, 2, 3] + Array(repeating: 9, count: 10)))
            #expect((AddressRule.refusal(of: sixToFour, own: []) != nil) == isRefused)
        }
    }

    @Test(arguments: [
        "", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", " 127.0.0.1", "127.0.0.1\0", "1.2.3.256", "fe80::1%eth0",
        "[::1]", "::g", "01.2.3.4", "1.2.3", "٣.0.0.1",
    ])
    func notAnAddress(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [("::FFFF:1.2.3.4", "::ffff:1.2.3.4"), ("2001:DB8:0::1", "2001:db8::1"), ("10.0.0.1", "10.0.0.1")])
    func oneSpelling(_ text: String, _ canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }
}

/// `webhooks.allow`.
@Suite struct AllowRuleTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", "localhost", 80, true), ("127.0.0.1", "127.0.0.2", "localhost", 80, false),
        ("127.0.0.1:9000", "127.0.0.1", "a", 9000, true), ("127.0.0.1:9000", "127.0.0.1", "a", 5038, false),
        ("127.0.0.0/8", "127.9.9.9", "a", 80, true), ("127.0.0.0/9", "127.128.0.1", "a", 80, false),
        ("127.0.0.0/8:81", "127.0.0.1", "a", 81, true), ("127.0.0.0/8:81", "127.0.0.1", "a", 80, false),
        ("127.1.2.3/9", "127.127.0.1", "a", 80, true), ("127.1.2.3/31", "127.1.2.4", "a", 80, false),
        ("0.0.0.0/0", "255.255.255.255", "a", 80, true), ("0.0.0.0/0", "::1", "a", 80, false),
        ("::1", "::1", "a", 80, true), ("[::1]", "::1", "a", 80, true), ("[::1]:80", "::1", "a", 80, true),
        ("[::1]:80", "::1", "a", 81, false), ("::1/128", "::1", "a", 80, true), ("fe80::/10", "febf::1", "a", 80, true),
        ("[fe80::/10]:80", "fe80::1", "a", 80, true), ("fe80::/10", "fec0::1", "a", 80, false),
        ("127.0.0.1", "::ffff:127.0.0.1", "a", 80, false), ("localhost", "127.0.0.1", "localhost", 80, true),
        ("LocalHost.", "127.0.0.1", "localhost", 80, true), ("localhost:80", "127.0.0.1", "localhost", 80, true),
        ("localhost:80", "127.0.0.1", "localhost", 81, false), ("localhost", "127.0.0.1", "other", 80, false),
        ("hooks.example.org", "169.254.1.1", "hooks.example.org", 443, true),
        ("example.org", "169.254.1.1", "hooks.example.org", 443, false),
    ])
    func permits(_ rule: String, _ address: String, _ host: String, _ port: Int, _ isPermitted: Bool) throws {
        let guardian = AddressGuard(allow: [try #require(AllowRule(rule))], own: { [] })
        let refusal = try guardian.refusal(of: try #require(IPAddress(address)), host: host, port: port)
        #expect((refusal == nil) == isPermitted)
    }

    @Test(arguments: [
        "", ":80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1/33", "127.0.0.1/-1", "::1/129", "127.1",
        "local host", "http://localhost", "a/8", "[127.0.0.1]", "[::1", "[::1]80", "[::1]:x", "2130706433",
        "0x7f000001",
        "127.0.0.1/8/9", "127.0.0.1/+8", "é.example.org",
    ])
    func notARule(_ text: String) {
        #expect(AllowRule(text) == nil)
    }
}
