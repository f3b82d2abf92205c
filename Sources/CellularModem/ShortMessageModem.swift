// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A modem as the message flow sees it: submit a TPDU, hand over what arrived, let it go once it is safe.
package protocol ShortMessageModem: Sendable {
    var id: String { get }

    /// Sends one SMS-SUBMIT (`AT+CMGS`, TS 27.005 §3.5.1) and returns the TP-Message-Reference the modem gave it.
    ///
    /// - Parameters:
    ///   - pdu: service centre address and TPDU in hexadecimal.
    ///   - length: octets of the TPDU alone.
    func submit(pdu: String, length: Int) async throws(SubmitError) -> UInt8

    /// Lets the modem forget what `incoming` brought, after it is stored: `AT+CMGD`, `AT+CNMA` or nothing.
    func release(_ incoming: IncomingPDU) async throws

    /// What arrives, in order. One consumer.
    var incoming: AsyncStream<IncomingPDU> { get }

    /// `true` as messages can be sent, `false` as they cannot; starts with the present value. One consumer.
    var availability: AsyncStream<Bool> { get }
}

/// One message or report a modem handed over, not yet released.
package struct IncomingPDU: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case message, statusReport }

    /// Where it lies, and so what releasing it means.
    package enum Place: Sendable, Equatable {
        /// In the modem's or SIM's storage (`ME`, `SM`, `MT`, `SR`) at this index.
        case stored(memory: String, index: Int)
        /// Came by `+CMT` or `+CDS`; `mustAcknowledge` with `+CSMS=1` (TS 27.005 §3.4.4).
        case direct(mustAcknowledge: Bool)
    }

    package var kind: Kind
    package var place: Place
    /// Service centre address and TPDU in hexadecimal, as the modem printed it.
    package var pdu: String
    /// `<length>` of the modem's line: octets of the TPDU.
    package var length: Int?
    /// Of which life of the port it is: a slot number means nothing in the next one, in which the modem, or its SIM, may
    /// be another and a message that lay there be deleted and the slot used again.
    package var session: Int

    package init(kind: Kind, place: Place, pdu: String, length: Int?, session: Int = 0) {
        self.kind = kind
        self.place = place
        self.pdu = pdu
        self.length = length
        self.session = session
    }
}

/// Why a TPDU was not confirmed by the modem.
package struct SubmitError: Error, Sendable, Equatable {
    /// What may have happened to the message.
    package enum Outcome: Sendable, Equatable {
        /// It never left: the modem refused it, or the prompt never came.
        case notSent
        /// The PDU was handed over and no answer came back; it may be on the air.
        case unknown
    }

    package var outcome: Outcome
    /// `+CMS ERROR` (TS 27.005 §3.2.5) when the modem or network said one.
    package var cmsError: Int?
    package var message: String

    package init(outcome: Outcome, cmsError: Int? = nil, message: String) {
        self.outcome = outcome
        self.cmsError = cmsError
        self.message = message
    }
}
