// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

/// An IPv4 or IPv6 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// In network order: 4 of IPv4, 16 of IPv6.
    package let bytes: [UInt8]

    /// - Parameter bytes: 4 or 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Four decimal numbers, or IPv6 without brackets and zone. Abbreviations such as `127.1` are names, not addresses.
    package init?(_ text: String) {
        // The longest, IPv6 with an IPv4 tail, has 45 characters; a NUL would end the text early.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var octets = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &octets) == 1 {
            self.bytes = Array(octets.prefix(4))
        } else if inet_pton(AF_INET6, text, &octets) == 1 {
            self.bytes = octets
        } else {
            return nil
        }
    }

    package var isIPv4: Bool { self.bytes.count == 4 }

    package var description: String {
        var text = [CChar](repeating: 0, count: 46)
        let family = self.isIPv4 ? AF_INET : AF_INET6
        guard inet_ntop(family, self.bytes, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The first `length` bits are those of `network`, and the family is the same.
    func isIn(_ network: IPAddress, _ length: Int) -> Bool {
        guard network.bytes.count == self.bytes.count else { return false }
        return zip(self.bytes, network.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(max(length - 8 * index, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            return (pair.0 ^ pair.1) & mask == 0
        }
    }
}
