// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The address of a webhook, RFC 3986, taken apart by us alone: what is checked is then exactly what is called.
package struct WebhookURL: Sendable, Equatable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    /// A name in lower case, or an address without brackets.
    package let host: String
    /// The host, when it is an address.
    package let literal: IPAddress?
    package let port: Int
    /// Path and query.
    package let target: String

    package static let maximumLength = 2_048

    /// - Throws: ``WebhookURLError`` with a sentence that says what to do.
    package init(_ text: String) throws(WebhookURLError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw WebhookURLError("The URL is longer than \(Self.maximumLength) characters.")
        }
        guard let separator = text.firstRange(of: "://") else { throw .notAURL }
        guard let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else {
            throw WebhookURLError("The URL must begin with https:// or http://.")
        }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let (host, port) = try Self.split(authority: rest[..<end])
        self.scheme = scheme
        self.literal = try Self.literal(host)
        self.host = self.literal?.description ?? Self.normalized(name: host)
        self.port = try port.map(Self.number) ?? (scheme == .http ? 80 : 443)
        self.target = try Self.target(rest[end...])
    }

    /// What is called: the same in our spelling.
    package var text: String {
        let isIPv6 = self.literal.map { !$0.isIPv4 } ?? false
        return "\(self.scheme.rawValue)://\(isIPv6 ? "[\(self.host)]" : self.host):\(self.port)\(self.target)"
    }

    private static func split(authority: Substring) throws(WebhookURLError) -> (host: String, port: String?) {
        guard !authority.contains("@") else {
            throw WebhookURLError("The URL must not have a user name or password. The signature says who calls.")
        }
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { throw .notAURL }
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .notAURL }
            return (String(authority[...close]), rest.count > 1 ? String(rest.dropFirst()) : nil)
        }
        let fields = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let port = fields.count > 1 && !fields[1].isEmpty ? String(fields[1]) : nil
        return (fields.first.map(String.init) ?? "", port)
    }

    private static func literal(_ host: String) throws(WebhookURLError) -> IPAddress? {
        if host.hasPrefix("[") {
            guard let address = IPAddress(String(host.dropFirst().dropLast())), !address.isIPv4 else {
                throw WebhookURLError("What stands in brackets must be an IPv6 address without a zone.")
            }
            return address
        }
        if let address = IPAddress(host) { return address }
        guard self.isName(host) else {
            throw WebhookURLError(
                "The URL needs the name of a host or its address: letters, digits, - and . only, international names as "
                    + "xn--…, an IPv4 address as four decimal numbers.")
        }
        return nil
    }

    /// A name of RFC 1123 §2.1, `_` allowed. One whose last label is a number would be taken for an IPv4 address in one
    /// of its other spellings (`127.1`, `0x7f.1`, `2130706433`), and is none.
    static func isName(_ text: String) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard (1...253).contains(name.utf8.count) else { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
        guard isPlain, let last = labels.last?.lowercased() else { return false }
        return !last.utf8.allSatisfy { (0x30...0x39).contains($0) } && !last.hasPrefix("0x")
    }

    static func normalized(name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static func number(_ port: String) throws(WebhookURLError) -> Int {
        guard port.utf8.count <= 5, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65_535).contains(number)
        else { throw WebhookURLError("The URL's port must be a number from 1 to 65535.") }
        return number
    }

    private static func target(_ text: Substring) throws(WebhookURLError) -> String {
        guard !text.contains("#") else { throw WebhookURLError("The URL must not have a fragment (#…).") }
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%") {
                let digits = bytes.prefix(2)
                guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
                    throw WebhookURLError("A % in the URL must be followed by two hexadecimal digits.")
                }
            } else if !Self.isPathOrQuery(byte) {
                throw WebhookURLError(
                    "The URL has a character that must be written as %XX: a space, a control character, a letter "
                        + "beyond ASCII, or one of \"<>[]\\^`{|}.")
            }
        }
        return text.hasPrefix("/") ? String(text) : "/" + text
    }

    /// pchar, `/` and `?` of RFC 3986 §3.3 and §3.4.
    private static func isPathOrQuery(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(byte)
        }
    }
}

package struct WebhookURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence that says what to do.
    package var description: String

    init(_ description: String) { self.description = description }

    static let notAURL = Self("Give a URL like https://hooks.example.org/sms.")
}
