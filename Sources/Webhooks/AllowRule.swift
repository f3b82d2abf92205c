// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One entry of `webhooks.allow`: where a webhook may lead although ``AddressRule`` refuses it.
///
/// `NAME`, `ADDRESS` or `NETWORK/LENGTH`, each with `:PORT` for that port alone; IPv6 before a port stands in brackets.
package struct AllowRule: Sendable, Equatable {
    private enum Place: Sendable, Equatable {
        case name(String)
        case network(IPAddress, length: Int)
    }

    private let place: Place
    /// `nil`: any.
    private let port: Int?

    /// - Returns: `nil` when `text` is none of the above.
    package init?(_ text: String) {
        guard let (place, port) = Self.split(text) else { return nil }
        if let port {
            guard port.utf8.count <= 5, let number = Int(port), (1...65_535).contains(number) else { return nil }
            self.port = number
        } else {
            self.port = nil
        }
        if let (network, length) = Self.network(place) {
            self.place = .network(network, length: length)
        } else if !place.contains("/"), WebhookURL.isName(place) {
            self.place = .name(WebhookURL.normalized(name: place))
        } else {
            return nil
        }
    }

    private static func split(_ text: String) -> (place: String, port: String?)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let place = String(text[text.index(after: text.startIndex)..<end])
            guard place.contains(":") else { return nil }
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (place, nil) }
            return rest.hasPrefix(":") ? (place, String(rest.dropFirst())) : nil
        }
        let colons = text.count { $0 == ":" }
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func network(_ text: String) -> (IPAddress, length: Int)? {
        let fields = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = fields.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        let bits = address.bytes.count * 8
        if fields.count == 1 { return (address, bits) }
        guard fields.count == 2, fields[1].utf8.count <= 3, fields[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(fields[1]), length <= bits
        else { return nil }
        return (address, length)
    }

    /// - Parameter host: as in the URL, normalised.
    func permits(_ address: IPAddress, host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        return switch self.place {
        case .name(let name): name == host
        case .network(let network, let length): address.isIn(network, length)
        }
    }
}
