// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// An element of the user data header, TS 23.040 §9.2.3.24. Unknown ones are kept as they came.
package struct InformationElement: Hashable, Sendable {
    package struct Identifier: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Concatenated short messages, 8-bit reference number (§9.2.3.24.1).
        package static let concatenation8Bit = Identifier(rawValue: 0x00)
        /// Special SMS message indication (§9.2.3.24.2).
        package static let messageIndication = Identifier(rawValue: 0x01)
        /// Application port addressing, 8-bit addresses (§9.2.3.24.3).
        package static let ports8Bit = Identifier(rawValue: 0x04)
        /// Application port addressing, 16-bit addresses (§9.2.3.24.4).
        package static let ports16Bit = Identifier(rawValue: 0x05)
        /// Concatenated short messages, 16-bit reference number (§9.2.3.24.8).
        package static let concatenation16Bit = Identifier(rawValue: 0x08)
        /// National language single shift (§9.2.3.24.15).
        package static let singleShift = Identifier(rawValue: 0x24)
        /// National language locking shift (§9.2.3.24.16).
        package static let lockingShift = Identifier(rawValue: 0x25)
    }

    package let identifier: Identifier
    package let data: [UInt8]

    package init(_ identifier: Identifier, _ data: [UInt8]) {
        self.identifier = identifier
        self.data = data
    }
}

/// Which part of which message this is, TS 23.040 §9.2.3.24.1 and §9.2.3.24.8.
package struct Concatenation: Hashable, Sendable {
    package let reference: UInt16
    /// A 16-bit reference number.
    package let isWide: Bool
    /// 1 to 255.
    package let total: UInt8
    /// 1 to `total`.
    package let sequence: UInt8

    package init(reference: UInt16, isWide: Bool, total: UInt8, sequence: UInt8) {
        self.reference = isWide ? reference : reference & 0xFF
        self.isWide = isWide
        self.total = total
        self.sequence = sequence
    }

    /// The element that says so.
    package var element: InformationElement {
        let low = UInt8(truncatingIfNeeded: self.reference)
        return self.isWide
            ? InformationElement(
                .concatenation16Bit, [UInt8(truncatingIfNeeded: self.reference >> 8), low, self.total, self.sequence])
            : InformationElement(.concatenation8Bit, [low, self.total, self.sequence])
    }
}

/// Application port addressing, TS 23.040 §9.2.3.24.3 and §9.2.3.24.4.
package struct ApplicationPorts: Hashable, Sendable {
    package let destination: UInt16
    package let source: UInt16

    package init(destination: UInt16, source: UInt16) {
        self.destination = destination
        self.source = source
    }

    /// The 16-bit element, which says every pair of ports.
    package var element: InformationElement {
        InformationElement(
            .ports16Bit,
            [
                UInt8(self.destination >> 8), UInt8(self.destination & 0xFF), UInt8(self.source >> 8),
                UInt8(self.source & 0xFF),
            ])
    }
}
