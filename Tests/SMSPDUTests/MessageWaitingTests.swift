// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct MessageWaitingTests {
    private func part(_ dcs: UInt8, _ elements: [[UInt8]]) throws -> AssemblyPart {
        let header = elements.map { InformationElement(.messageIndication, $0) }
        return AssemblyPart(
            id: "1", userData: try UserData(text: "", alphabet: .gsm7, header: header),
            originator: try Address("+33639980001"), timestamp: nil, receivedAt: 0,
            dataCoding: DataCodingScheme(rawValue: dcs))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var dcs: UInt8 = 0
        var elements: [[UInt8]] = []
        var indications: [MessageWaiting]
    }

    @Test(arguments: [
        Row(testDescription: "none", indications: []),
        Row(
            testDescription: "coding scheme sets, discard", dcs: 0xC8,
            indications: [MessageWaiting(kind: .voicemail, isActive: true, isStored: false)]),
        Row(
            testDescription: "coding scheme clears, store", dcs: 0xD0,
            indications: [MessageWaiting(kind: .voicemail, isActive: false, isStored: true)]),
        Row(
            testDescription: "coding scheme, UCS2, fax", dcs: 0xE9,
            indications: [MessageWaiting(kind: .fax, isActive: true, isStored: true)]),
        Row(
            testDescription: "element with a count", elements: [[0x80, 3]],
            indications: [MessageWaiting(kind: .voicemail, isActive: true, count: 3, isStored: true)]),
        Row(
            testDescription: "element clears", elements: [[0x00, 0]],
            indications: [MessageWaiting(kind: .voicemail, isActive: false, count: 0, isStored: false)]),
        Row(
            testDescription: "element overrides the coding scheme", dcs: 0xC8, elements: [[0x00, 0]],
            indications: [MessageWaiting(kind: .voicemail, isActive: false, count: 0, isStored: false)]),
        Row(
            testDescription: "two kinds", elements: [[0x02, 1], [0x07, 255]],
            indications: [
                MessageWaiting(kind: .email, isActive: true, count: 1, isStored: false),
                MessageWaiting(kind: .video, isActive: true, count: 255, isStored: false),
            ]),
        Row(
            testDescription: "reserved extended type", elements: [[0x1F, 2]],
            indications: [MessageWaiting(kind: .other, isActive: true, count: 2, isStored: false)]),
        Row(testDescription: "too short", elements: [[0x80]], indications: []),
    ])
    func indications(row: Row) throws {
        #expect(MessageWaiting.indications(in: [try self.part(row.dcs, row.elements)]) == row.indications)
    }
}
