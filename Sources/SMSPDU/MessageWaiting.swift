// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A message waiting indication: of the data coding scheme, TS 23.038 §4, or of the user data header,
/// TS 23.040 §9.2.3.24.2.
package struct MessageWaiting: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case voicemail = 0
        case fax = 1
        case email = 2
        case other = 3
        /// Of the header alone: extended type 1.
        case video = 4
    }

    package let kind: Kind
    /// Messages wait; false clears the indication.
    package let isActive: Bool
    /// How many, when it is said; 255 means 255 or more.
    package let count: Int?
    /// False when the text may be thrown away once the indication was shown.
    package let isStored: Bool

    package init(kind: Kind, isActive: Bool, count: Int? = nil, isStored: Bool) {
        self.kind = kind
        self.isActive = isActive
        self.count = count
        self.isStored = isStored
    }

    /// `nil` when the element is another one or too short.
    init?(_ element: InformationElement) {
        guard element.identifier == .messageIndication, element.data.count >= 2 else { return nil }
        let type = element.data[0]
        // Bits 1 and 0 the basic type, of which 3 is told apart by bits 4 to 2; bits 6 and 5 are the subscriber's
        // profile, which nobody here has two of.
        let kind: Kind =
            switch (type & 0x03, type >> 2 & 0x07) {
            case (0, _): .voicemail
            case (1, _): .fax
            case (2, _): .email
            case (_, 1): .video
            case (_, _): .other
            }
        self.init(
            kind: kind, isActive: element.data[1] > 0, count: Int(element.data[1]), isStored: type & 0x80 != 0)
    }

    /// What the parts of a message indicate, one of each kind. The header overrides the data coding scheme where they
    /// differ (TS 23.040 §9.2.3.24.2), and the last element of a kind the others.
    package static func indications(in parts: [AssemblyPart]) -> [MessageWaiting] {
        var found: [MessageWaiting] = []
        func note(_ indication: MessageWaiting) {
            if let index = found.firstIndex(where: { $0.kind == indication.kind }) {
                found[index] = indication
            } else {
                found.append(indication)
            }
        }
        for part in parts { if let indication = part.dataCoding.messageWaiting { note(indication) } }
        for part in parts {
            for element in part.userData.header { if let indication = MessageWaiting(element) { note(indication) } }
        }
        return found
    }
}
