// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// TP-Protocol-Identifier, TS 23.040 §9.2.3.9.
package struct ProtocolIdentifier: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A short message from person to person.
    package static let `default` = ProtocolIdentifier(rawValue: 0x00)
    /// Short message type 0: acknowledged by the mobile, neither shown nor stored.
    package static let type0 = ProtocolIdentifier(rawValue: 0x40)
    package static let returnCall = ProtocolIdentifier(rawValue: 0x5F)
    /// ME data download.
    package static let mobileEquipmentDownload = ProtocolIdentifier(rawValue: 0x7D)
    /// (U)SIM data download.
    package static let simDownload = ProtocolIdentifier(rawValue: 0x7F)

    /// Replace short message type 1 to 7; nil for another number.
    package static func replace(type: Int) -> ProtocolIdentifier? {
        1...7 ~= type ? ProtocolIdentifier(rawValue: 0x40 + UInt8(type)) : nil
    }

    /// Which earlier message of the same sender this one replaces: 1 to 7, nil when none.
    package var replaceType: Int? {
        0x41...0x47 ~= self.rawValue ? Int(self.rawValue - 0x40) : nil
    }

    /// What it asks for, in words.
    package var text: String {
        switch self.rawValue {
        case 0x00: "short message"
        case 0x01...0x1F: "short message, SME protocol \(self.rawValue)"
        case 0x20...0x3F: "telematic interworking, device \(self.rawValue & 0x1F)"
        case 0x40: "short message type 0"
        case 0x41...0x47: "replace short message type \(self.rawValue - 0x40)"
        case 0x48: "device triggering"
        case 0x5E: "enhanced message service, obsolete"
        case 0x5F: "return call"
        case 0x7C: "ANSI-136 R-DATA"
        case 0x7D: "ME data download"
        case 0x7E: "ME de-personalisation"
        case 0x7F: "SIM data download"
        case 0xC0...0xFF: "service centre specific \(self.rawValue)"
        default: "reserved \(self.rawValue)"
        }
    }
}
