// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// SMS-COMMAND, TS 23.040 §9.2.2.4: asks the service centre to act on a message sent earlier.
package struct SMSCommand: Sendable, Equatable {
    /// TP-Command-Type, TS 23.040 §9.2.3.19.
    package struct CommandType: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Ask for the message's status.
        package static let enquiry = CommandType(rawValue: 0)
        package static let cancelStatusReport = CommandType(rawValue: 1)
        package static let deleteMessage = CommandType(rawValue: 2)
        package static let enableStatusReport = CommandType(rawValue: 3)
    }

    /// TP-MR of the command itself.
    package var messageReference: UInt8
    /// TP-SRR.
    package var statusReportRequest: Bool
    package var protocolIdentifier: ProtocolIdentifier
    package var commandType: CommandType
    /// TP-MN: TP-MR of the message meant.
    package var messageNumber: UInt8
    /// TP-DA of the message meant.
    package var destination: Address
    /// TP-CD.
    package var data: UserData

    package init(
        messageReference: UInt8 = 0, statusReportRequest: Bool = false,
        protocolIdentifier: ProtocolIdentifier = .default, commandType: CommandType, messageNumber: UInt8,
        destination: Address, data: UserData
    ) {
        self.messageReference = messageReference
        self.statusReportRequest = statusReportRequest
        self.protocolIdentifier = protocolIdentifier
        self.commandType = commandType
        self.messageNumber = messageNumber
        self.destination = destination
        self.data = data
    }

    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        self.messageReference = try reader.octet("TP-MR")
        self.statusReportRequest = first.has(5)
        self.protocolIdentifier = ProtocolIdentifier(rawValue: try reader.octet("TP-PID"))
        self.commandType = CommandType(rawValue: try reader.octet("TP-CT"))
        self.messageNumber = try reader.octet("TP-MN")
        let destination = try Address.decode(&reader, length: .semiOctets, field: "TP-DA")
        self.destination = destination ?? Address.empty
        // TP-CDL counts octets, as TP-UDL does for 8-bit data.
        self.data = try UserData.decode(&reader, coding: .octets, hasHeader: first.hasHeader)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(2 | FirstOctet.flag(self.statusReportRequest, 5) | FirstOctet.flag(self.data.hasHeader, 6))
        writer.append(self.messageReference)
        writer.append(self.protocolIdentifier.rawValue)
        writer.append(self.commandType.rawValue)
        writer.append(self.messageNumber)
        self.destination.encode(&writer, length: .semiOctets)
        try self.data.encode(&writer, coding: .octets)
    }
}
