// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A message or report on its way from the network to a SIM.
struct NetworkDelivery: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// SMS-DELIVER with its message class (TS 23.038 §4), where it has one.
        case message(class: Int?)
        case statusReport
    }

    /// The network's number of the delivery; a repeated attempt keeps it.
    var id: Int
    var kind: Kind
    /// Service centre address and TPDU in hexadecimal.
    var pdu: String
    /// Octets of the TPDU alone.
    var length: Int
}

/// What the modem tells the network of a delivery (RP-ACK or RP-ERROR, TS 24.011 §8.2.5).
enum DeliveryOutcome: String, Sendable, Equatable {
    case accepted
    /// RP cause 22; the modem says when there is room again (RP-SMMA).
    case memoryFull
    /// Off, without service, or its SIM is not open.
    case unreachable
    /// Handed over by `+CMT` or `+CDS`, and `AT+CNMA` refused it or did not come.
    case unacknowledged
}

/// A TPDU a modem wants to send.
struct MessageSubmission: Sendable, Equatable {
    /// Service centre address and TPDU in hexadecimal, as it was written to the modem.
    var pdu: String
    /// TP-Message-Reference the modem gave it.
    var reference: UInt8
}

/// The network's answer to a submission.
enum SubmissionOutcome: Sendable, Equatable {
    case accepted
    /// `+CMS ERROR` number: an RP cause (TS 24.011 table 8.4) or one of TS 27.005 §3.2.5.
    case refused(Int)
}

/// What a simulated modem wants done.
enum ModemAction: Sendable, Equatable {
    case write([UInt8], port: Int)
    case submit(MessageSubmission, port: Int)
    case acknowledge(delivery: Int, DeliveryOutcome)
    /// It can be reached again, or has room again: waiting messages may come.
    case reachable
    /// `AT+CMGD` removed this delivery.
    case deleted(delivery: Int, memory: MemoryName, index: Int)
    /// A code or reply went to the network.
    case requested(ussd: String)
    case schedule(ModemTimer, after: Duration)
    case cancel(ModemTimer)
    /// The ttys hang up and stay away until the modem is plugged in again.
    case hangUp
    /// The ttys hang up and come back after this time (`AT+CFUN=1,1`, `AT+CRESET`).
    case restart(after: Duration)
}

enum ModemTimer: Sendable, Hashable {
    /// The answer of this port is due.
    case answer(port: Int)
    /// The message of this port is on the air.
    case submission(port: Int)
    /// `AT+CNMA` is overdue.
    case acknowledgement
    /// Start-up is over: the banners come.
    case boot
    /// The network's USSD answer arrives.
    case ussd
}
