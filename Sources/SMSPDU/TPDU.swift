// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The way of a TPDU, without which its type is ambiguous (TS 23.040 §9.2.3.1).
package enum PDUDirection: Sendable {
    /// From the mobile to the service centre: SUBMIT, DELIVER-REPORT, COMMAND.
    case mobileOriginated
    /// From the service centre to the mobile: DELIVER, SUBMIT-REPORT, STATUS-REPORT.
    case mobileTerminated
}

/// The transfer layer's messages, TS 23.040 §9.2.2.
package enum TPDU: Sendable, Equatable {
    case deliver(SMSDeliver)
    case deliverReport(SMSDeliverReport)
    case submit(SMSSubmit)
    case submitReport(SMSSubmitReport)
    case statusReport(SMSStatusReport)
    case command(SMSCommand)

    /// The name of the standard, for example `SMS-DELIVER`.
    package var name: String {
        switch self {
        case .deliver: "SMS-DELIVER"
        case .deliverReport: "SMS-DELIVER-REPORT"
        case .submit: "SMS-SUBMIT"
        case .submitReport: "SMS-SUBMIT-REPORT"
        case .statusReport: "SMS-STATUS-REPORT"
        case .command: "SMS-COMMAND"
        }
    }

    package var direction: PDUDirection {
        switch self {
        case .deliver, .submitReport, .statusReport: .mobileTerminated
        case .submit, .deliverReport, .command: .mobileOriginated
        }
    }
}

/// The first octet of a TPDU: TP-MTI in bits 0 and 1, flags above.
struct FirstOctet: Sendable, Equatable {
    private(set) var rawValue: UInt8

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    @inline(__always)
    func has(_ bit: UInt8) -> Bool { self.rawValue & 1 << bit != 0 }

    @inline(__always)
    mutating func set(_ bit: UInt8, to isSet: Bool) {
        self.rawValue = self.rawValue & ~(1 << bit) | Self.flag(isSet, bit)
    }

    /// TP-User-Data-Header-Indicator.
    var hasHeader: Bool { self.has(6) }

    /// The mask of a flag.
    @inline(__always)
    static func flag(_ isSet: Bool, _ bit: UInt8) -> UInt8 { isSet ? 1 << bit : 0 }
}
