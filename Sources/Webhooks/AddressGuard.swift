// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Says of every address a name leads to whether it may be connected to.
package struct AddressGuard: Sendable {
    private let allow: [AllowRule]
    private let own: @Sendable () throws -> Set<IPAddress>

    /// - Parameter own: addresses of this machine; asked at every attempt, for interfaces come and go.
    package init(
        allow: [AllowRule], own: @escaping @Sendable () throws -> Set<IPAddress> = { try InterfaceAddresses.current() }
    ) {
        self.allow = allow
        self.own = own
    }

    /// - Parameter host: as in the URL, normalised.
    /// - Returns: a sentence that says why not and what to do; `nil`: it may.
    package func refusal(of address: IPAddress, host: String, port: Int) throws -> String? {
        if self.allow.contains(where: { $0.permits(address, host: host, port: port) }) { return nil }
        guard let reason = AddressRule.refusal(of: address, own: try self.own()) else { return nil }
        let place = address.description == host ? "\(address)" : "\(host) leads to \(address), which"
        return "\(place) is \(reason); the gateway does not call it. If it must, list it in webhooks.allow."
    }
}
