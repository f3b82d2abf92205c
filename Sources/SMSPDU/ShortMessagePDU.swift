// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A PDU as modems exchange it (TS 27.005 §3.1): the service centre address, then the TPDU.
package struct ShortMessagePDU: Sendable, Equatable {
    /// Nil: none received; when sending, the one that the SIM holds.
    package var serviceCentre: Address?
    package var tpdu: TPDU

    package init(serviceCentre: Address? = nil, tpdu: TPDU) {
        self.serviceCentre = serviceCentre
        self.tpdu = tpdu
    }
}

/// A PDU with all that decoding found.
package struct DecodedPDU: Sendable, Equatable {
    package let pdu: ShortMessagePDU
    /// The PDU as it came.
    package let octets: [UInt8]
    /// What was wrong and did not prevent reading it.
    package let warnings: [PDUWarning]
}

/// A PDU ready for `AT+CMGS=<length>`.
package struct EncodedPDU: Sendable, Equatable {
    /// Upper-case hexadecimal text.
    package let hex: String
    /// Octets of the TPDU alone, as `+CMGS` counts.
    package let length: Int
}
