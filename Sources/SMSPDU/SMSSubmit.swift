// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// SMS-SUBMIT, TS 23.040 §9.2.2.2: a message from the mobile to the service centre.
package struct SMSSubmit: Sendable, Equatable {
    /// TP-MR: most modems put their own number here and answer it in `+CMGS`.
    package var messageReference: UInt8
    /// TP-DA.
    package var destination: Address
    package var protocolIdentifier: ProtocolIdentifier
    package var dataCoding: DataCodingScheme
    /// TP-VP; nil leaves it to the service centre.
    package var validity: ValidityPeriod?
    /// TP-RD: the service centre shall refuse a message with a reference that it still holds.
    package var rejectDuplicates: Bool
    /// TP-SRR.
    package var statusReportRequest: Bool
    /// TP-RP.
    package var replyPath: Bool
    package var userData: UserData

    package init(
        messageReference: UInt8 = 0, destination: Address, protocolIdentifier: ProtocolIdentifier = .default,
        dataCoding: DataCodingScheme, validity: ValidityPeriod? = nil, rejectDuplicates: Bool = false,
        statusReportRequest: Bool = false, replyPath: Bool = false, userData: UserData
    ) {
        self.messageReference = messageReference
        self.destination = destination
        self.protocolIdentifier = protocolIdentifier
        self.dataCoding = dataCoding
        self.validity = validity
        self.rejectDuplicates = rejectDuplicates
        self.statusReportRequest = statusReportRequest
        self.replyPath = replyPath
        self.userData = userData
    }

    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        self.messageReference = try reader.octet("TP-MR")
        let destination = try Address.decode(&reader, length: .semiOctets, field: "TP-DA")
        self.destination = destination ?? Address.empty
        self.protocolIdentifier = ProtocolIdentifier(rawValue: try reader.octet("TP-PID"))
        self.dataCoding = try DataCodingScheme.decode(&reader)
        self.validity = try ValidityPeriod.decode(&reader, format: first.rawValue >> 3 & 0x03)
        self.rejectDuplicates = first.has(2)
        self.statusReportRequest = first.has(5)
        self.replyPath = first.has(7)
        self.userData = try UserData.decode(&reader, coding: self.dataCoding, hasHeader: first.hasHeader)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        let format = ValidityPeriod.format(of: self.validity)
        writer.append(
            1 | format << 3 | FirstOctet.flag(self.rejectDuplicates, 2) | FirstOctet.flag(self.statusReportRequest, 5)
                | FirstOctet.flag(self.userData.hasHeader, 6) | FirstOctet.flag(self.replyPath, 7))
        writer.append(self.messageReference)
        self.destination.encode(&writer, length: .semiOctets)
        writer.append(self.protocolIdentifier.rawValue)
        writer.append(self.dataCoding.rawValue)
        self.validity?.encode(&writer)
        try self.userData.encode(&writer, coding: self.dataCoding)
    }
}
