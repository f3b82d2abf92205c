// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import CellularModem
internal import Foundation
internal import GatewayStore
internal import SMSPDU

/// What a PDU from a modem turns out to be.
enum Decoded: Sendable {
    case message(SMSDeliver)
    case report(SMSStatusReport)
    case undecodable(PDUError)

    init(_ incoming: IncomingPDU) {
        do {
            // `<length>` counts the TPDU alone: as many octets as there are means no service centre address.
            let hasServiceCentre = incoming.length.map { 2 * $0 != incoming.pdu.utf8.count } ?? true
            let decoded = try ShortMessagePDU.decode(
                incoming.pdu, direction: .mobileTerminated, hasServiceCentre: hasServiceCentre)
            switch decoded.pdu.tpdu {
            case .deliver(let deliver): self = .message(deliver)
            case .statusReport(let report): self = .report(report)
            case .deliverReport, .submit, .submitReport, .command:
                self = .undecodable(
                    PDUError(
                        .inconsistent, field: "TP-MTI", offset: 0, "a \(decoded.pdu.tpdu.name) is nothing to receive"))
            }
        } catch {
            self = .undecodable(error)
        }
    }
}

extension TPStatus {
    /// "SM Validity Period Expired", TS 23.040 §9.2.3.15.
    fileprivate static let validityPeriodExpired = TPStatus(rawValue: 0x46)
}

extension ReceivedReport {
    init(_ report: SMSStatusReport, modem: String, pdu: String) {
        let verdict: Verdict =
            switch (report.status.category, report.status) {
            case (_, .validityPeriodExpired): .expired
            case (.delivered, _): .delivered
            case (.pending, _): .pending
            case (.temporaryFailure, _), (.permanentFailure, _): .failed
            }
        self.init(
            modem: modem, pdu: pdu, reference: report.messageReference, recipient: report.recipient.text,
            status: report.status.rawValue, verdict: verdict, explanation: report.status.text)
        self.dischargedAt = report.dischargeTime.map { Date(timeIntervalSince1970: TimeInterval($0.unixTime)) }
    }
}
