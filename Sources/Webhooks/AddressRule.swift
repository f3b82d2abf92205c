// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What the gateway must not connect to by itself: a webhook's address comes from outside, and what listens on this
/// machine trusts who connects from it (an AMI session begins with whatever is written to port 5038).
///
/// Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890) and the clauses named below.
/// Private networks (RFC 1918, RFC 4193, RFC 6598) are allowed: many targets are there.
package enum AddressRule {
    private struct Network: Sendable {
        var prefix: [UInt8]
        var length: Int
        var reason: String
    }

    private static let ipv4: [Network] = [
        Network(prefix: [0], length: 8, reason: "an unspecified address"),  // RFC 1122 §3.2.1.3
        Network(prefix: [127], length: 8, reason: "a loopback address"),  // RFC 1122 §3.2.1.3
        Network(prefix: [169, 254], length: 16, reason: "a link-local address"),  // RFC 3927
        Network(prefix: [192, 0, 0], length: 24, reason: "a protocol assignment"),  // RFC 6890
        Network(prefix: [192, 88, 99], length: 24, reason: "a 6to4 relay"),  // RFC 7526
        Network(prefix: [224], length: 4, reason: "a multicast address"),  // RFC 5771
        Network(prefix: [240], length: 4, reason: "a reserved or broadcast address"),  // RFC 1112 §4, RFC 919
    ]

    /// The clauses of RFC 4291: §2.5.2 unspecified, §2.5.3 loopback, §2.5.5.1 IPv4-compatible.
    private static let ipv6: [Network] = [
        Network(prefix: Array(repeating: 0, count: 16), length: 128, reason: "an unspecified address"),
        Network(
            prefix: Array(repeating: 0, count: 15) + [1], length: 128, reason: "a loopback address"),
        Network(prefix: [0xFE, 0x80], length: 10, reason: "a link-local address"),  // RFC 4291 §2.5.6
        Network(prefix: [0xFE, 0xC0], length: 10, reason: "a site-local address"),  // RFC 3879
        Network(prefix: [0xFF], length: 8, reason: "a multicast address"),  // RFC 4291 §2.7
        Network(
            prefix: Array(repeating: 0, count: 10) + [0xFF, 0xFF], length: 96,
            reason: "an IPv4-mapped address"),  // RFC 4291 §2.5.5.2
        Network(prefix: Array(repeating: 0, count: 12), length: 96, reason: "an IPv4-compatible address"),
        Network(
            prefix: Array(repeating: 0, count: 8) + [0xFF, 0xFF, 0, 0], length: 96,
            reason: "an IPv4-translated address"),  // RFC 2765 §2.1
    ]

    /// Why `address` is refused, as the end of a sentence “… is”; `nil`: it is not.
    ///
    /// - Parameter own: addresses of this machine's interfaces, their broadcast addresses included.
    package static func refusal(of address: IPAddress, own: Set<IPAddress>) -> String? {
        if let reason = self.plainRefusal(of: address, own: own) { return reason }
        for embedded in self.embedded(in: address) {
            if let reason = self.plainRefusal(of: embedded, own: own) { return "\(reason) (\(embedded)) inside IPv6" }
        }
        return nil
    }

    private static func plainRefusal(of address: IPAddress, own: Set<IPAddress>) -> String? {
        for network in address.isIPv4 ? self.ipv4 : self.ipv6 {
            let padding = Array(repeating: UInt8(0), count: address.bytes.count - network.prefix.count)
            guard let prefix = IPAddress(bytes: network.prefix + padding) else { continue }
            if address.isIn(prefix, network.length) { return network.reason }
        }
        return own.contains(address) ? "an address of this machine" : nil
    }

    /// The IPv4 addresses that a network may take out of an IPv6 address and connect to.
    private static func embedded(in address: IPAddress) -> [IPAddress] {
        guard !address.isIPv4 else { return [] }
        let bytes = address.bytes
        var found: [[UInt8]] = []
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x20, 0x02, _, _): found.append(Array(bytes[2..<6]))  // 6to4, RFC 3056 §2
        case (0x20, 0x01, 0, 0):  // Teredo, RFC 4380 §4: the server, and the client with all bits turned over
            found += [Array(bytes[4..<8]), bytes[12..<16].map { ~$0 }]
        case (0x00, 0x64, 0xFF, 0x9B): found += self.translated(bytes)
        default: break
        }
        // ISATAP, RFC 5214 §6.1.
        if bytes[8] & 0xFD == 0, bytes[9] == 0, bytes[10] == 0x5E, bytes[11] == 0xFE {
            found.append(Array(bytes[12..<16]))
        }
        return found.compactMap(IPAddress.init(bytes:))
    }

    /// NAT64: the well-known prefix of RFC 6052 §2.1, and the one for local use of RFC 8215, whose length is the
    /// operator's choice: every place of RFC 6052 §2.2 counts where what follows it is zero.
    private static func translated(_ bytes: [UInt8]) -> [[UInt8]] {
        let last = Array(bytes[12..<16])
        guard bytes[4] != 0 || bytes[5] != 0 else { return [last] }
        var found = last == [0, 0, 0, 0] ? [] : [last]
        for (places, end) in [([9, 10, 11, 12], 13), ([7, 9, 10, 11], 12), ([6, 7, 9, 10], 11)]
        where bytes[end...].allSatisfy({ $0 == 0 }) {
            found.append(places.map { bytes[$0] })
        }
        return found
    }
}
