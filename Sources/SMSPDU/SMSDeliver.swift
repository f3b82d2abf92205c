// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// SMS-DELIVER, TS 23.040 §9.2.2.1: a message from the service centre to the mobile.
package struct SMSDeliver: Sendable, Equatable {
    /// TP-OA; its text is empty when the network gave none.
    package var originator: Address
    package var protocolIdentifier: ProtocolIdentifier
    package var dataCoding: DataCodingScheme
    /// TP-SCTS; nil when the PDU held no valid time.
    package var timestamp: Timestamp?
    package var userData: UserData
    /// The flags as TP-MTI's octet has them.
    private var first = FirstOctet(rawValue: 0)

    /// TP-MMS: the service centre has more for this mobile (the bit says "no more messages").
    package var moreMessagesToSend: Bool {
        get { !self.first.has(2) }
        set { self.first.set(2, to: !newValue) }
    }

    /// TP-LP: forwarded or spawned, so that it must not be again.
    package var loopPrevention: Bool {
        get { self.first.has(3) }
        set { self.first.set(3, to: newValue) }
    }

    /// TP-SRI: the sender gets a status report.
    package var statusReportIndication: Bool {
        get { self.first.has(5) }
        set { self.first.set(5, to: newValue) }
    }

    /// TP-RP: an answer travels by the same service centre.
    package var replyPath: Bool {
        get { self.first.has(7) }
        set { self.first.set(7, to: newValue) }
    }

    package init(
        originator: Address, protocolIdentifier: ProtocolIdentifier = .default, dataCoding: DataCodingScheme,
        timestamp: Timestamp?, moreMessagesToSend: Bool = false, loopPrevention: Bool = false,
        statusReportIndication: Bool = false, replyPath: Bool = false, userData: UserData
    ) {
        self.originator = originator
        self.protocolIdentifier = protocolIdentifier
        self.dataCoding = dataCoding
        self.timestamp = timestamp
        self.userData = userData
        self.moreMessagesToSend = moreMessagesToSend
        self.loopPrevention = loopPrevention
        self.statusReportIndication = statusReportIndication
        self.replyPath = replyPath
    }

    @inline(__always)
    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        // An address of TS 23.040 is never absent, only empty.
        let originator = try Address.decode(&reader, length: .semiOctets, field: "TP-OA")
        self.originator = originator ?? Address.empty
        self.protocolIdentifier = ProtocolIdentifier(rawValue: try reader.octet("TP-PID"))
        self.dataCoding = try DataCodingScheme.decode(&reader)
        self.timestamp = try Timestamp.decode(&reader, field: "TP-SCTS")
        self.first = FirstOctet(rawValue: first.rawValue & 0b1010_1100)
        self.userData = try UserData.decode(&reader, coding: self.dataCoding, hasHeader: first.hasHeader)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(self.first.rawValue | FirstOctet.flag(self.userData.hasHeader, 6))
        self.originator.encode(&writer, length: .semiOctets)
        writer.append(self.protocolIdentifier.rawValue)
        writer.append(self.dataCoding.rawValue)
        try Timestamp.encode(self.timestamp, &writer, field: "TP-SCTS")
        try self.userData.encode(&writer, coding: self.dataCoding)
    }
}
