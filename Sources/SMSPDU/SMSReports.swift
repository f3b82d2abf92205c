// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// SMS-DELIVER-REPORT, TS 23.040 §9.2.2.1a: the mobile's answer to a DELIVER.
package struct SMSDeliverReport: Sendable, Equatable {
    /// TP-FCS; nil in the positive form that travels in an RP-ACK.
    package var failureCause: FailureCause?
    package var parameters: OptionalParameters

    package init(failureCause: FailureCause? = nil, parameters: OptionalParameters = OptionalParameters()) {
        self.failureCause = failureCause
        self.parameters = parameters
    }

    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        self.failureCause = try FailureCause.read(&reader)
        self.parameters = try OptionalParameters(&reader, hasHeader: first.hasHeader, indicatorIsOptional: false)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(FirstOctet.flag(self.parameters.userData?.hasHeader ?? false, 6))
        if let failureCause = self.failureCause { writer.append(failureCause.rawValue) }
        try self.parameters.encode(&writer)
    }
}

/// SMS-SUBMIT-REPORT, TS 23.040 §9.2.2.2a: the service centre's answer to a SUBMIT.
package struct SMSSubmitReport: Sendable, Equatable {
    /// TP-FCS; nil in the positive form that travels in an RP-ACK.
    package var failureCause: FailureCause?
    /// TP-SCTS; nil when the PDU held no valid time.
    package var timestamp: Timestamp?
    package var parameters: OptionalParameters

    package init(
        failureCause: FailureCause? = nil, timestamp: Timestamp?, parameters: OptionalParameters = OptionalParameters()
    ) {
        self.failureCause = failureCause
        self.timestamp = timestamp
        self.parameters = parameters
    }

    init(_ reader: inout OctetReader, _ first: FirstOctet) throws(PDUError) {
        self.failureCause = try FailureCause.read(&reader)
        let indicator = try reader.octet("TP-PI")
        self.timestamp = try Timestamp.decode(&reader, field: "TP-SCTS")
        self.parameters = OptionalParameters()
        try self.parameters.read(&reader, indicator: indicator, hasHeader: first.hasHeader)
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(1 | FirstOctet.flag(self.parameters.userData?.hasHeader ?? false, 6))
        if let failureCause = self.failureCause { writer.append(failureCause.rawValue) }
        writer.append(self.parameters.indicator)
        try Timestamp.encode(self.timestamp, &writer, field: "TP-SCTS")
        try self.parameters.encodeFields(&writer)
    }
}
