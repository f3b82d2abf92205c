// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Crypto
package import Foundation

/// The key that a webhook's requests are signed with, and its owner checks them with.
///
/// Standard Webhooks 1.0.0, “Signature scheme”: 24 … 64 random octets, written as `whsec_` and base64.
package struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private let key: [UInt8]

    /// - Returns: `nil` when `text` is not written so, or has fewer or more octets.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), text.utf8.count <= 128,
            let key = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))), (24...64).contains(key.count)
        else { return nil }
        self.key = Array(key)
    }

    /// A new one, 256 bits of the system's randomness.
    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Self.prefix + Data(octets).base64EncodedString()
    }

    /// The value of `Webhook-Signature`: HMAC-SHA256 (RFC 2104) of id, time and body with full stops between them.
    ///
    /// - Parameters:
    ///   - id: of the delivery; without a full stop.
    ///   - timestamp: seconds since 1970, of this attempt.
    package func signature(id: String, timestamp: Int64, body: Data) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: self.key))
        code.update(data: Data("\(id).\(timestamp).".utf8))
        code.update(data: body)
        return "v1," + Data(code.finalize()).base64EncodedString()
    }
}
