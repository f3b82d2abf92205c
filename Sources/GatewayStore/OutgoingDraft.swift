// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// An outgoing message about to be accepted.
package struct OutgoingDraft: Sendable {
    package var peer: String
    package var text: String?
    package var data: Data?
    package var encoding: String
    package var messageClass: Int?
    package var batch: String?
    package var token: String?
    package var expiresAt: Date?
    /// Not before then; `nil`: at once.
    package var sendAt: Date?
    /// 0 … 9.
    package var priority = 0
    /// The caller's own id, unique for its token.
    package var reference: String?
    /// 1 … 7.
    package var replaceType: Int?
    package var ports: MessagePorts?
    /// Which modem sends it; `nil`: as the call says for all.
    package var choice: ModemChoice?
    /// The modems that may send it, most wanted first; `nil`: only the chosen one.
    package var route: [String]?
    package var wantedSIM: String?
    /// Stored as failed for this reason, and not sent.
    package var refusal: StoredError?
    /// A status report is asked for in its PDUs.
    package var report: Bool
    /// It has more than one part, and so needs a concatenation reference.
    package var isConcatenated: Bool
    /// Its PDUs in order, service centre address and TPDU in hexadecimal, with the concatenation reference given.
    package var pdus: @Sendable (_ reference: UInt8) throws -> [String]

    package init(
        peer: String, encoding: String, report: Bool, isConcatenated: Bool,
        pdus: @escaping @Sendable (_ reference: UInt8) throws -> [String]
    ) {
        self.peer = peer
        self.encoding = encoding
        self.report = report
        self.isConcatenated = isConcatenated
        self.pdus = pdus
    }
}

/// Which modem sends a message.
package enum ModemChoice: Sendable, Equatable {
    case named(String)
    /// The one with the fewest messages waiting; the first of equals. Must not be empty.
    case fewestWaiting([String])

    package var candidates: [String] {
        switch self {
        case .named(let modem): [modem]
        case .fewestWaiting(let modems): modems
        }
    }
}

/// One part on its way through a modem.
package struct Assignment: Sendable, Equatable {
    package var messageID: String
    package var partNumber: Int
    package var pdu: String
    /// How often it was handed over, this time included.
    package var attempt: Int
    package var submittedAt: Date
    let n: Int64
    /// What it was counted under; taken off again when it was not sent.
    let charges: [UsageCharge]
}

/// What became of an `Assignment`.
package enum SubmitResult: Sendable, Equatable {
    case sent(reference: UInt8)
    /// Refused for the time being.
    case retry(at: Date, StoredError)
    /// Refused for good.
    case failed(StoredError)
    /// It may have been sent.
    case uncertain(StoredError)
}

/// What a modem's sender does next.
package enum NextSubmission: Sendable, Equatable {
    case submit(Assignment)
    /// Nothing is due; when something may be, if that is known.
    case idle(until: Date?)
    /// The SIM has sent as much as it may.
    case paused(until: Date, StoredError)
}
