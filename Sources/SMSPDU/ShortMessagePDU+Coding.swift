// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension ShortMessagePDU {
    /// Reads a PDU from hexadecimal text.
    ///
    /// What can be read despite an error becomes a warning; a message is refused only when a length reaches beyond
    /// the PDU, when the type is reserved, the text compressed, or nothing but padding is there.
    package static func decode(
        _ hex: String, direction: PDUDirection, hasServiceCentre: Bool = true
    ) throws(PDUError) -> DecodedPDU {
        try Self.decode(owned: Hexadecimal.decode(hex), direction: direction, hasServiceCentre: hasServiceCentre)
    }

    package static func decode(
        _ octets: [UInt8], direction: PDUDirection, hasServiceCentre: Bool = true
    ) throws(PDUError) -> DecodedPDU {
        try Self.decode(owned: octets, direction: direction, hasServiceCentre: hasServiceCentre)
    }

    private static func decode(
        owned octets: consuming [UInt8], direction: PDUDirection, hasServiceCentre: Bool
    ) throws(PDUError) -> DecodedPDU {
        var reader = OctetReader(octets)
        if reader.next == 0xFF, reader.isPadding {
            throw PDUError(.onlyPadding, field: "PDU", offset: 0, "nothing but FF: an unused storage location")
        }
        let serviceCentre = hasServiceCentre ? try Self.serviceCentre(&reader) : nil
        let tpdu = try TPDU.decode(&reader, direction: direction)
        if reader.remaining > 0 { Self.warnOfRest(&reader) }
        return DecodedPDU(
            pdu: ShortMessagePDU(serviceCentre: serviceCentre, tpdu: tpdu), octets: reader.octets,
            warnings: reader.warnings)
    }

    @inline(__always)
    private static func serviceCentre(_ reader: inout OctetReader) throws(PDUError) -> Address? {
        guard reader.remaining > 0 else { return nil }
        return try Address.decode(&reader, length: .octets, field: "SCA")
    }

    @inline(never)
    private static func warnOfRest(_ reader: inout OctetReader) {
        reader.warn(
            "TPDU", at: reader.position,
            reader.isPadding
                ? "FF padding behind the TPDU" : "\(reader.remaining) octets behind the TPDU are left unread")
    }

    /// Writes the PDU, strictly by the standard.
    ///
    /// - Parameter includingServiceCentre: false for a TPDU alone; true writes the address, or a zero octet for "the
    ///   one of the SIM".
    package func encoded(includingServiceCentre: Bool = true) throws(PDUError) -> EncodedPDU {
        try withUnsafeTemporaryAllocation(byteCount: OctetWriter.capacity, alignment: 8) { octets throws(PDUError) in
            var writer = OctetWriter(into: octets)
            if includingServiceCentre { try self.encodeServiceCentre(&writer) }
            let start = writer.count
            try self.tpdu.encode(&writer)
            return EncodedPDU(hex: try writer.hexadecimal(), length: writer.count - start)
        }
    }

    private func encodeServiceCentre(_ writer: inout OctetWriter) throws(PDUError) {
        guard let serviceCentre = self.serviceCentre else { return writer.append(0) }
        guard serviceCentre.typeOfNumber != .alphanumeric else {
            throw PDUError(.invalidNumber, field: "SCA", offset: 0, "a service centre has a number, not a name")
        }
        serviceCentre.encode(&writer, length: .octets)
    }
}

extension TPDU {
    @inline(__always)
    static func decode(_ reader: inout OctetReader, direction: PDUDirection) throws(PDUError) -> TPDU {
        guard reader.remaining > 0 else {
            throw PDUError(.noTPDU, field: "TPDU", offset: reader.position, "there is no TPDU")
        }
        let first = FirstOctet(rawValue: try reader.octet("TP-MTI"))
        switch (first.rawValue & 0x03, direction) {
        case (0, .mobileTerminated): return .deliver(try SMSDeliver(&reader, first))
        case (0, .mobileOriginated): return .deliverReport(try SMSDeliverReport(&reader, first))
        case (1, .mobileTerminated): return .submitReport(try SMSSubmitReport(&reader, first))
        case (1, .mobileOriginated): return .submit(try SMSSubmit(&reader, first))
        case (2, .mobileTerminated): return .statusReport(try SMSStatusReport(&reader, first))
        case (2, .mobileOriginated): return .command(try SMSCommand(&reader, first))
        default:
            throw PDUError(
                .reservedMessageType, field: "TP-MTI", offset: reader.position - 1, "message type 3 is reserved")
        }
    }

    func encode(_ writer: inout OctetWriter) throws(PDUError) {
        switch self {
        case .deliver(let message): try message.encode(&writer)
        case .deliverReport(let message): try message.encode(&writer)
        case .submit(let message): try message.encode(&writer)
        case .submitReport(let message): try message.encode(&writer)
        case .statusReport(let message): try message.encode(&writer)
        case .command(let message): try message.encode(&writer)
        }
    }
}
