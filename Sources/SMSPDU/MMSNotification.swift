// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// M-Notification.ind: a multimedia message waits at the operator, OMA MMS encapsulation §6.2.
///
/// Tolerant: what is not understood is left out, for a notification with half its fields is still one.
package struct MMSNotification: Sendable, Equatable {
    package enum Expiry: Sendable, Equatable {
        /// Seconds since 1970.
        case at(Int)
        /// Seconds from when it was sent.
        case after(Int)
    }

    package var transaction: String?
    /// Without the `/TYPE=PLMN` of a number.
    package var from: String?
    package var subject: String?
    /// Where the content can be fetched.
    package var url: String?
    /// Octets.
    package var size: Int?
    package var expiry: Expiry?

    /// Names of header fields, OMA MMS encapsulation §7.3 table 12, the high bit left out.
    private enum Field: UInt8 {
        case contentLocation = 0x03
        case expiry = 0x08
        case from = 0x09
        case messageType = 0x0C
        case messageSize = 0x0E
        case subject = 0x16
        case transaction = 0x18
    }

    /// X-Mms-Message-Type of m-notification-ind, §7.3.30, the high bit left out.
    private static let notification: UInt8 = 0x02

    /// - Returns: `nil` when the push is no notification of a multimedia message.
    package init?(_ push: WAPPush) {
        guard push.contentType == WAPPush.mmsMediaType else { return nil }
        var reader = WSPReader(push.body)
        var isNotification = false
        while let name = reader.next {
            if name < 0x80 {
                // An application's own field: its name is a text.
                _ = reader.terminatedText()
                if reader.value() == nil { break }
                continue
            }
            _ = reader.octet()
            guard let value = reader.value() else { break }
            guard let field = Field(rawValue: name & 0x7F) else { continue }
            if field == .messageType {
                guard value == .short(Self.notification) else { return nil }
                isNotification = true
            } else {
                self.take(field, value)
            }
        }
        guard isNotification else { return nil }
    }

    private mutating func take(_ field: Field, _ value: WSPReader.Value) {
        switch field {
        case .contentLocation: self.url = value.string
        case .expiry: self.expiry = Self.expiry(value)
        case .from: self.from = Self.sender(value)
        case .messageSize: self.size = value.integer
        case .subject: self.subject = value.string
        case .transaction: self.transaction = value.string
        case .messageType: break
        }
    }

    /// Absolute-token or Relative-token and a number of seconds, §7.3.20.
    private static func expiry(_ value: WSPReader.Value) -> Expiry? {
        guard case .octets(let octets) = value else { return nil }
        var reader = WSPReader(octets)
        guard let token = reader.octet(), let seconds = reader.value()?.integer else { return nil }
        return switch token {
        case 0x80: .at(seconds)
        case 0x81: .after(seconds)
        default: nil
        }
    }

    /// Address-present-token and an address, or Insert-address-token: the sender is hidden, §7.3.22.
    private static func sender(_ value: WSPReader.Value) -> String? {
        guard case .octets(let octets) = value else { return value.string }
        var reader = WSPReader(octets)
        guard reader.octet() == 0x80, let address = reader.value()?.string else { return nil }
        let type = "/TYPE=PLMN"
        return address.uppercased().hasSuffix(type) ? String(address.dropLast(type.count)) : address
    }
}
