// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

extension SettingTable where Target == ConfigurationDraft {
    static var webhooks: [Setting<ConfigurationDraft>] {
        [
            Setting("webhooks.allow", .list) { value, draft throws(ConfigurationError) in
                draft.webhooks.allow = try value.items { item throws(ConfigurationError) in
                    try item.allowedDestination()
                }
            },
            Setting("webhooks.timeout") { value, draft throws(ConfigurationError) in
                draft.webhooks.timeout = try value.duration(in: .seconds(1)...(.seconds(120)))
            },
            Setting("webhooks.first_delay") { value, draft throws(ConfigurationError) in
                draft.webhooks.firstDelay = try value.duration(in: .seconds(1)...(.seconds(3600)))
            },
            Setting("webhooks.longest_delay") { value, draft throws(ConfigurationError) in
                draft.webhooks.longestDelay = try value.duration(in: .seconds(1)...(.seconds(86_400)))
            },
            Setting("webhooks.maximum_age") { value, draft throws(ConfigurationError) in
                draft.webhooks.maximumAge = try value.duration(in: .seconds(60)...(.seconds(30 * 86_400)))
            },
            Setting("webhooks.concurrency") { value, draft throws(ConfigurationError) in
                draft.webhooks.concurrency = try value.number(in: 1...64)
            },
            Setting("ussd.timeout") { value, draft throws(ConfigurationError) in
                draft.ussd.timeout = try value.duration(in: .seconds(5)...(.seconds(300)))
            },
        ]
    }
}

extension WrittenValue {
    /// A name, an address, or a network (`10.0.0.0/8`, RFC 4632 §3.1); with a port (`127.0.0.1:9000`,
    /// `[::1]:9000`) that port alone.
    fileprivate func allowedDestination() throws(ConfigurationError) -> String {
        let text = try self.text("a host, an address or a network").lowercased()
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...].prefix { $0 != "/" }
            throw self.problem("a host, not a URL", suggestion: "did you mean \"\(String(rest).shortened)\"?")
        }
        let (host, port) = Self.hostAndPort(text)
        if let port {
            guard let number = UInt16(port), number > 0, port.utf8.allSatisfy(\.isDigit) else {
                throw self.problem("\"\(port.shortened)\" is not a TCP port", suggestion: "a number from 1 to 65535")
            }
        }
        if let slash = host.firstIndex(of: "/") {
            let address = String(host[..<slash])
            let length = String(host[host.index(after: slash)...])
            let bits = Self.isAddress(address, AF_INET) ? 32 : Self.isAddress(address, AF_INET6) ? 128 : 0
            guard bits > 0, let number = Int(length), (0...bits).contains(number), length.utf8.allSatisfy(\.isDigit)
            else {
                throw self.problem(
                    "\"\(text.shortened)\" is not a network",
                    suggestion: "write for example 192.0.2.0/24 or 2001:db8::/32")
            }
            return text
        }
        guard Self.isAddress(host, AF_INET) || Self.isAddress(host, AF_INET6) || Self.isName(host) else {
            throw self.problem(
                "\"\(text.shortened)\" is not a host, an address or a network",
                suggestion: text.contains("*") ? "write every name out; patterns are not read" : nil)
        }
        return text
    }

    /// RFC 1123 §2.1, `_` allowed. A last label of digits would make it one of the other spellings of an IPv4 address
    /// (`127.1`, `2130706433`, `0x7f.1`), which are no names.
    private static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last else { return false }
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-")
                && label.utf8.allSatisfy { $0.isHostLetter && !":%.".utf8.contains($0) }
        }
        return isPlain && !last.utf8.allSatisfy(\.isDigit) && !last.hasPrefix("0x")
    }

    /// An IPv6 address with a port stands in brackets (RFC 3986 §3.2.2).
    private static func hostAndPort(_ text: String) -> (host: String, port: String?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]"), text[..<end].contains(":") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            return (host, rest.isEmpty ? nil : rest.hasPrefix(":") ? String(rest.dropFirst()) : String(rest))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : (text, nil)
    }

    private static func isAddress(_ text: String, _ family: Int32) -> Bool {
        var room = in6_addr()
        return withUnsafeMutableBytes(of: &room) { inet_pton(family, text, $0.baseAddress) } == 1
    }
}
