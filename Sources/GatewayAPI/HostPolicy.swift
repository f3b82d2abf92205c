// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Which `Host` and `Origin` a request may carry, so that a page of another site cannot use the gateway through a
/// visitor's browser, not even when its name is made to point here (DNS rebinding).
package struct HostPolicy: Sendable {
    /// A host and, where given, its port, both in lower case: `gateway.example.org`, `[::1]:8080`.
    package struct Authority: Sendable, Equatable {
        package var host: String
        package var port: Int?

        /// `nil` for what is no authority (RFC 3986 §3.2, without user information).
        package init?(_ text: String) {
            let text = text.lowercased()
            guard !text.isEmpty, text.utf8.count <= 300, !text.contains(where: { "@/?#\\ ".contains($0) }) else {
                return nil
            }
            let host: Substring
            var rest: Substring
            if text.hasPrefix("[") {
                guard let end = text.firstIndex(of: "]") else { return nil }
                host = text[...end]
                rest = text[text.index(after: end)...]
            } else {
                host = text.prefix { $0 != ":" }
                rest = text[host.endIndex...]
            }
            guard !host.isEmpty else { return nil }
            // A final dot is the same name, written absolutely.
            self.host = host.hasSuffix(".") ? String(host.dropLast()) : String(host)
            guard !rest.isEmpty else { return }
            guard rest.removeFirst() == ":", let port = UInt16(rest) else { return nil }
            self.port = Int(port)
        }

        package init(host: String, port: Int?) {
            self.host = host
            self.port = port
        }

        /// Names and addresses that mean this machine: RFC 6761 §6.3, 127.0.0.0/8, ::1.
        package var isLoopback: Bool {
            if self.host == "localhost" || self.host == "[::1]" || self.host == "::1" { return true }
            let parts = self.host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        }
    }

    /// What to tell the client when a request is not served.
    package enum Refusal: Error, Sendable, Equatable {
        case noHost
        case host(String)
        case origin(String)
        case crossSite
    }

    private let allowed: [Authority]

    /// - Parameters:
    ///   - listen: the host of the listen address. An address for all interfaces stands for no name.
    ///   - allowedHosts: `http.allowed_hosts`: names, with a port where only that one is meant.
    package init(listen: String, allowedHosts: [String]) {
        var allowed = allowedHosts.compactMap(Authority.init)
        if listen != "0.0.0.0", listen != "::", listen != "[::]" {
            let host = listen.contains(":") && !listen.hasPrefix("[") ? "[\(listen)]" : listen
            allowed += [Authority(host)].compactMap { $0 }
        }
        self.allowed = allowed
    }

    /// - Parameters:
    ///   - host: the `Host` header (HTTP/1.1 requires it, RFC 9112 §3.2).
    ///   - origin: the `Origin` header, `nil` when there is none.
    ///   - fetchSite: the `Sec-Fetch-Site` header of newer browsers.
    package func check(host: String?, origin: String?, fetchSite: String?) throws(Refusal) {
        guard let host, !host.isEmpty else { throw .noHost }
        guard let authority = Authority(host), authority.isLoopback || self.lists(authority) else { throw .host(host) }
        if let origin {
            guard let source = Self.authority(ofOrigin: origin), source == authority || self.listsExactly(source) else {
                throw .origin(origin)
            }
        } else if fetchSite == "cross-site" || fetchSite == "same-site" {
            // Images and scripts are fetched without an Origin.
            throw .crossSite
        }
    }

    private func lists(_ authority: Authority) -> Bool {
        self.allowed.contains { $0.host == authority.host && ($0.port == nil || $0.port == authority.port) }
    }

    /// A page on another port of an allowed host is another page, unless that port is listed.
    private func listsExactly(_ authority: Authority) -> Bool {
        self.allowed.contains(authority)
    }

    /// `https://gateway.example.org` → `gateway.example.org`. The opaque origin `null` has none.
    private static func authority(ofOrigin origin: String) -> Authority? {
        for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
            return Authority(String(origin.dropFirst(scheme.count)))
        }
        return nil
    }
}
