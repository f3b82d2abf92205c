// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What a `+CMS ERROR` says about trying again, TS 27.005 §3.2.5.
///
/// 1 … 127 are RP causes of TS 24.011 annex E-2, 128 … 255 TP-FCS of TS 23.040 §9.2.3.22, 300 … the modem's own.
enum CMSErrorClass: Sendable, Equatable {
    /// The same message may go through later.
    case temporary
    /// The same message will be refused again.
    case final
    /// The message may have been sent although the modem says an error.
    case uncertain

    init(_ number: Int) {
        switch number {
        // Unassigned number, barring, rejected, out of order, unknown subscriber, not subscribed, not implemented,
        // and protocol errors that this PDU would cause again.
        case 1, 8, 10, 21, 27, 28, 29, 30, 50, 69, 81, 95...99, 111, 127: self = .final
        // Network out of order, temporary failure, congestion, resources; and by TS 24.011 §8.2.5.4 any other RP
        // cause is to be read as 41, temporary failure.
        case 0...127: self = .temporary
        // TP-FCS: service centre busy, its failure, SIM toolkit busy, storage full.
        case 0xC0, 0xC2, 0xD0, 0xD3, 0xD4: self = .temporary
        case 128...255: self = .final
        // Operation not supported, invalid PDU or text parameter, SIM PUK needed or wrong SIM need a person, but the
        // message itself is good.
        case 303, 304, 305: self = .final
        // SIM states, memory, service centre address unknown (seen for moments while a SIM starts), no network.
        case 300...331: self = .temporary
        // EC25 manual V1.3: SIM not ready, storage failure, service mode, more messages, GPRS suspended, storage full.
        case 512, 515, 517, 528, 530, 531: self = .temporary
        // EC25 manual V1.3: too long, invalid parameter, MO SMS not allowed.
        case 513, 514, 529: self = .final
        // 332 is the network's time-out: it may have taken the message, and only its confirmation was lost.
        // 500 "unknown error": a Quectel BG95 said it although the message was sent; a SIM7600A-H says it two minutes
        // after the PDU. 350 comes from an EC25 the same way, 135 s late. And whatever else comes after the PDU.
        default: self = .uncertain
        }
    }
}
