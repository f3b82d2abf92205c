// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What TP-Parameter-Indicator announces at the end of the reports, TS 23.040 §9.2.3.27.
package struct OptionalParameters: Sendable, Equatable {
    package var protocolIdentifier: ProtocolIdentifier?
    package var dataCoding: DataCodingScheme?
    package var userData: UserData?

    package init(
        protocolIdentifier: ProtocolIdentifier? = nil, dataCoding: DataCodingScheme? = nil, userData: UserData? = nil
    ) {
        self.protocolIdentifier = protocolIdentifier
        self.dataCoding = dataCoding
        self.userData = userData
    }

    var isEmpty: Bool { self.protocolIdentifier == nil && self.dataCoding == nil && self.userData == nil }

    /// The indicator, from a position given by ``readIndicator(_:indicatorIsOptional:)``, and what it announces.
    init(_ reader: inout OctetReader, hasHeader: Bool, indicatorIsOptional: Bool) throws(PDUError) {
        self.init()
        guard let indicator = Self.readIndicator(&reader, isOptional: indicatorIsOptional) else { return }
        try self.read(&reader, indicator: indicator, hasHeader: hasHeader)
    }

    /// TP-PI. Absent in many status reports; FF is the padding of a SIM's record, not an indicator.
    static func readIndicator(_ reader: inout OctetReader, isOptional: Bool) -> UInt8? {
        guard let indicator = reader.next else {
            if !isOptional { reader.warn("TP-PI", at: reader.position, "missing") }
            return nil
        }
        guard indicator != 0xFF, let start = try? reader.skip(1, "TP-PI") else { return nil }
        var last = indicator
        while last & 0x80 != 0, let next = reader.next, (try? reader.skip(1, "TP-PI")) != nil { last = next }
        if indicator & 0xF8 != 0 { reader.warn("TP-PI", at: start, "reserved bits are set") }
        return indicator
    }

    /// The announced fields; one that the PDU ends before is a warning, as the report itself is complete by then.
    mutating func read(_ reader: inout OctetReader, indicator: UInt8, hasHeader: Bool) throws(PDUError) {
        if indicator & 0x01 != 0 {
            guard reader.remaining > 0 else { return Self.warnMissing("TP-PID", &reader) }
            self.protocolIdentifier = ProtocolIdentifier(rawValue: try reader.octet("TP-PID"))
        }
        if indicator & 0x02 != 0 {
            guard reader.remaining > 0 else { return Self.warnMissing("TP-DCS", &reader) }
            // Of no matter without a text: a report is not refused for it.
            self.dataCoding =
                indicator & 0x04 == 0
                ? DataCodingScheme(rawValue: try reader.octet("TP-DCS")) : try DataCodingScheme.decode(&reader)
        }
        if indicator & 0x04 != 0 {
            guard reader.remaining > 0 else { return Self.warnMissing("TP-UDL", &reader) }
            self.userData = try UserData.decode(&reader, coding: self.dataCoding ?? .gsm7, hasHeader: hasHeader)
        }
    }

    private static func warnMissing(_ field: String, _ reader: inout OctetReader) {
        reader.warn(field, at: reader.position, "announced by TP-PI but missing")
    }

    /// The indicator and the fields present.
    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        writer.append(self.indicator)
        try self.encodeFields(&writer)
    }

    var indicator: UInt8 {
        (self.protocolIdentifier == nil ? 0 : 1) | (self.dataCoding == nil ? 0 : 2) | (self.userData == nil ? 0 : 4)
    }

    func encodeFields(_ writer: inout OctetWriter) throws(PDUError) {
        if let protocolIdentifier = self.protocolIdentifier { writer.append(protocolIdentifier.rawValue) }
        if let dataCoding = self.dataCoding { writer.append(dataCoding.rawValue) }
        if let userData = self.userData { try userData.encode(&writer, coding: self.dataCoding ?? .gsm7) }
    }
}
