// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import SMSPDU

/// PDUs as a network delivers them.
enum PDUs {
    static func deliver(
        _ text: String, from sender: String = "+33639980002", second: Int = 0, header: [InformationElement] = []
    ) throws -> String {
        let deliver = SMSDeliver(
            originator: try Address(sender), dataCoding: .gsm7, timestamp: Self.timestamp(second),
            userData: try UserData(text: text, alphabet: .gsm7, header: header))
        return try Self.hex(.deliver(deliver))
    }

    /// A message with any coding scheme, protocol identifier and header.
    static func deliver(
        _ userData: UserData, coding: UInt8 = 0, protocolIdentifier: ProtocolIdentifier = .default,
        from sender: String = "+33639980002", second: Int = 0
    ) throws -> String {
        try Self.hex(
            .deliver(
                SMSDeliver(
                    originator: try Address(sender), protocolIdentifier: protocolIdentifier,
                    dataCoding: DataCodingScheme(rawValue: coding), timestamp: Self.timestamp(second),
                    userData: userData)))
    }

    static func part(
        _ sequence: UInt8, of total: UInt8, _ text: String, reference: UInt16 = 7, from sender: String = "+33639980002"
    ) throws -> String {
        let concatenation = Concatenation(reference: reference, isWide: false, total: total, sequence: sequence)
        return try Self.deliver(text, from: sender, second: Int(sequence), header: [concatenation.element])
    }

    static func report(_ reference: UInt8, to recipient: String, status: UInt8 = 0) throws -> String {
        let report = SMSStatusReport(
            messageReference: reference, recipient: try Address(recipient), timestamp: Self.timestamp(0),
            dischargeTime: Self.timestamp(1), status: TPStatus(rawValue: status))
        return try Self.hex(.statusReport(report))
    }

    /// What a submitted PDU says.
    static func submit(_ pdu: String) throws -> SMSSubmit {
        guard case .submit(let submit) = try ShortMessagePDU.decode(pdu, direction: .mobileOriginated).pdu.tpdu else {
            throw Missing()
        }
        return submit
    }

    private static func timestamp(_ second: Int) -> Timestamp? {
        Timestamp(
            year: 2026, month: 11, day: 21, hour: 13, minute: 50, second: second, quartersAheadOfUTC: 4)
    }

    private static func hex(_ tpdu: TPDU) throws -> String {
        try ShortMessagePDU(serviceCentre: try Address("+33639980000"), tpdu: tpdu).encoded().hex
    }
}
