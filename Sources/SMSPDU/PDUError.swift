// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Why a PDU was refused: what is wrong, in which field, at which octet.
///
/// Decoding refuses only what cannot be read at all (see ``PDUWarning`` for the rest); encoding refuses everything that
/// the standard does not allow.
package struct PDUError: Error, Equatable, Sendable {
    /// An open set: a new reason does not break who switches over the known ones.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The text is not pairs of hexadecimal digits.
        package static let notHexadecimal = Code(rawValue: "notHexadecimal")
        /// There is no TPDU at all.
        package static let noTPDU = Code(rawValue: "noTPDU")
        /// Every octet is FF: an unused storage location of a SIM.
        package static let onlyPadding = Code(rawValue: "onlyPadding")
        /// A field ends beyond the PDU or beyond the field it is part of.
        package static let truncated = Code(rawValue: "truncated")
        /// TP-MTI 3, which no direction defines.
        package static let reservedMessageType = Code(rawValue: "reservedMessageType")
        /// TS 23.042 compression, which we do not expand.
        package static let compressed = Code(rawValue: "compressed")
        /// A number with letters, none or too many digits.
        package static let invalidNumber = Code(rawValue: "invalidNumber")
        /// A time or period that its field cannot express.
        package static let invalidTime = Code(rawValue: "invalidTime")
        /// A character that the chosen alphabet does not have.
        package static let notInAlphabet = Code(rawValue: "notInAlphabet")
        /// More than the field or 255 parts can carry.
        package static let tooLong = Code(rawValue: "tooLong")
        /// Two fields contradict each other.
        package static let inconsistent = Code(rawValue: "inconsistent")
    }

    package let code: Code
    /// The field by its name in the standard, for example `TP-OA.length`.
    package let field: String
    /// The octet, counted from 0 at the start of the whole PDU (of the text when encoding).
    package let offset: Int
    /// A sentence for a person.
    package let message: String

    package init(_ code: Code, field: String, offset: Int, _ message: String) {
        self.code = code
        self.field = field
        self.offset = offset
        self.message = message
    }
}

extension PDUError: CustomStringConvertible {
    package var description: String { "\(self.field) at octet \(self.offset): \(self.message)" }
}

/// Something wrong in a PDU that was decoded nevertheless.
package struct PDUWarning: Equatable, Sendable {
    package let field: String
    /// The octet, counted from 0 at the start of the whole PDU.
    package let offset: Int
    package let message: String

    package init(field: String, offset: Int, message: String) {
        self.field = field
        self.offset = offset
        self.message = message
    }
}
