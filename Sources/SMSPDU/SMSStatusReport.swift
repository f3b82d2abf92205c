// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// SMS-STATUS-REPORT, TS 23.040 §9.2.2.3: what became of a message sent earlier.
package struct SMSStatusReport: Sendable, Equatable {
    /// TP-MR of the message reported on.
    package var messageReference: UInt8
    /// TP-RA: where that message went.
    package var recipient: Address
    /// TP-SCTS of that message; nil when the PDU held no valid time.
    package var timestamp: Timestamp?
    /// TP-DT: when the status was reached; nil when the PDU held no valid time.
    package var dischargeTime: Timestamp?
    package var status: TPStatus
    /// TP-MMS.
    package var moreMessagesToSend: Bool
    /// TP-LP.
    package var loopPrevention: Bool
    /// TP-SRQ: the report answers a COMMAND, not a SUBMIT.
    package var isForCommand: Bool
    package var parameters: OptionalParameters

    package init(
        messageReference: UInt8, recipient: Address, timestamp: Timestamp?, dischargeTime: Timestamp?,
        status: TPStatus, moreMessagesToSend: Bool = false, loopPrevention: Bool = false, isForCommand: Bool = false,
        parameters: OptionalParameters = OptionalParameters()
    ) {
        self.messageReference = messageReference
        self.recipient = recipient
        self.timestamp = timestamp
        self.dischargeTime = dischargeTime
        self.status = status
        self.moreMessagesToSend = moreMessagesToSend
        self.loopPrevention = loopPrevention
        self.isForCommand = isForCommand
        self.parameters = parameters
    }

    /// TP-UD, which a service centre rarely sends.
    package var userData: UserData? { self.parameters.userData }

    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        self.messageReference = try reader.octet("TP-MR")
        let recipient = try Address.decode(&reader, length: .semiOctets, field: "TP-RA")
        self.recipient = recipient ?? Address.empty
        self.timestamp = try Timestamp.decode(&reader, field: "TP-SCTS")
        self.dischargeTime = try Timestamp.decode(&reader, field: "TP-DT")
        self.status = TPStatus(rawValue: try reader.octet("TP-ST"))
        self.moreMessagesToSend = !first.has(2)
        self.loopPrevention = first.has(3)
        self.isForCommand = first.has(5)
        self.parameters = try OptionalParameters(&reader, hasHeader: first.hasHeader, indicatorIsOptional: true)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(
            2 | FirstOctet.flag(!self.moreMessagesToSend, 2) | FirstOctet.flag(self.loopPrevention, 3)
                | FirstOctet.flag(self.isForCommand, 5) | FirstOctet.flag(self.userData?.hasHeader ?? false, 6))
        writer.append(self.messageReference)
        self.recipient.encode(&writer, length: .semiOctets)
        try Timestamp.encode(self.timestamp, &writer, field: "TP-SCTS")
        try Timestamp.encode(self.dischargeTime, &writer, field: "TP-DT")
        writer.append(self.status.rawValue)
        if !self.parameters.isEmpty { try self.parameters.encode(&writer) }
    }
}
