// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What an outside number does with a message, by its last four digits (docs/SIMULATOR.md).
///
/// Every other number outside takes messages and confirms them; the reserved French range +33 6 39 98 xx xx holds all of
/// these.
enum OutsideNumber: String, CaseIterable {
    /// Status report 0x43, "not obtainable".
    case permanentFailure = "9900"
    /// Takes the message and never confirms it.
    case noReport = "9901"
    /// First report 0x20, "congestion, still trying", then 0x00.
    case pendingThenDelivered = "9902"
    /// Status report 0x65: the service centre has given up.
    case temporaryFailure = "9903"
    /// The network refuses the submission: RP cause 28, "unidentified subscriber".
    case refusedForGood = "9904"
    /// The network refuses the submission: RP cause 38, "network out of order".
    case refusedForNow = "9905"
    /// Status report 0x46, "validity period expired".
    case expired = "9906"
    /// Confirms it and sends the same text back.
    case echo = "9907"

    init?(number: String) {
        self.init(rawValue: String(number.suffix(4)))
    }

    /// Number for `+CMS ERROR`.
    var refusal: Int? {
        switch self {
        case .refusedForGood: 28
        case .refusedForNow: 38
        case .permanentFailure, .noReport, .pendingThenDelivered, .temporaryFailure, .expired, .echo: nil
        }
    }

    /// TP-Status of each report, in order (TS 23.040 §9.2.3.15).
    var statuses: [UInt8] {
        switch self {
        case .permanentFailure: [0x43]
        case .noReport, .refusedForGood, .refusedForNow: []
        case .pendingThenDelivered: [0x20, 0x00]
        case .temporaryFailure: [0x65]
        case .expired: [0x46]
        case .echo: [0x00]
        }
    }
}
