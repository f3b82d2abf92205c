// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

/// Hexadecimal PDUs, written field by field.
enum Fixture {
    static let number = "+33639980001"
    /// TP-OA of `number`.
    static let address = "0B913336990800F1"
    /// 2026-11-21 13:50:00, one hour ahead of UTC.
    static let timestamp = "62111231050040"

    /// A DELIVER without service centre address.
    static func deliver(
        first: String = "04", address: String = Self.address, pid: String = "00", dcs: String = "00",
        timestamp: String = Self.timestamp, length: Int, userData: String
    ) -> String {
        first + address + pid + dcs + timestamp + self.hex(length) + userData
    }

    static func hex(_ octet: Int) -> String { [UInt8(truncatingIfNeeded: octet)].hexadecimal }

    static func decode(_ hex: String, direction: PDUDirection = .mobileTerminated) throws -> DecodedPDU {
        try ShortMessagePDU.decode(hex, direction: direction, hasServiceCentre: false)
    }

    static func decodeDeliver(_ hex: String) throws -> (message: SMSDeliver, warnings: [PDUWarning]) {
        let decoded = try Self.decode(hex)
        guard case .deliver(let message) = decoded.pdu.tpdu else { throw Unexpected(tpdu: decoded.pdu.tpdu) }
        return (message, decoded.warnings)
    }

    static func decodeSubmit(_ hex: String) throws -> SMSSubmit {
        let decoded = try Self.decode(hex, direction: .mobileOriginated)
        guard case .submit(let message) = decoded.pdu.tpdu else { throw Unexpected(tpdu: decoded.pdu.tpdu) }
        return message
    }

    static func decodeStatusReport(_ hex: String) throws -> (message: SMSStatusReport, warnings: [PDUWarning]) {
        let decoded = try Self.decode(hex)
        guard case .statusReport(let message) = decoded.pdu.tpdu else { throw Unexpected(tpdu: decoded.pdu.tpdu) }
        return (message, decoded.warnings)
    }

    /// Sent by the segmenter, received as DELIVERs, in the order of the parts.
    static func received(_ segmentation: Segmentation) throws -> [SMSDeliver] {
        try segmentation.parts.map { part in
            let deliver = SMSDeliver(
                originator: try Address(Self.number), dataCoding: segmentation.dataCoding,
                timestamp: Timestamp(unixTime: 1_795_265_400, quartersAheadOfUTC: 4), userData: part)
            let hex = try ShortMessagePDU(tpdu: .deliver(deliver)).encoded(includingServiceCentre: false).hex
            return try Self.decodeDeliver(hex).message
        }
    }

    struct Unexpected: Error {
        let tpdu: TPDU
    }
}

/// Repeatable random numbers (SplitMix64), so that a failure can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
