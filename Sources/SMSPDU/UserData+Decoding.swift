// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension UserData {
    /// What the elements of a header say that matters for reading the body.
    struct HeaderContents {
        /// Where TP-UD begins.
        var start = 0
        var octets = 0
        var languages = LanguageShifts()
        /// Where in TP-UD the concatenation element begins; 0 without one.
        var concatenationOffset = 0
    }

    /// TP-UDL and TP-UD.
    @inline(__always)
    static func decode(
        _ reader: inout OctetReader, coding: DataCodingScheme, hasHeader: Bool
    ) throws(PDUError) -> UserData {
        let alphabet = coding.alphabet
        var length = 0
        if reader.remaining > 0 {
            length = Int(try reader.octet("TP-UDL"))
        } else {
            reader.warn("TP-UDL", at: reader.position, "missing, read as an empty message")
        }
        let octets = alphabet == .gsm7 ? (length * 7 + 7) / 8 : length
        guard octets <= reader.remaining else {
            throw Self.tooShort(declared: octets, present: reader.remaining, at: reader.position)
        }
        let start = try reader.skip(octets, "TP-UD")
        var header = HeaderContents()
        if hasHeader { try Self.readHeader(&header, reader: &reader, start: start, octets: octets) }
        if alphabet == .ucs2 {
            Self.checkUnits(
                from: start + header.octets, to: start + octets, isPart: header.concatenationOffset > 0, &reader)
        }
        return UserData(
            storage: reader.octets, start: start, length: length, alphabet: alphabet, headerOctets: header.octets,
            languages: header.languages, concatenationOffset: header.concatenationOffset)
    }

    /// Warns of UCS2 that is not whole.
    private static func checkUnits(from start: Int, to end: Int, isPart: Bool, _ reader: inout OctetReader) {
        if (end - start) & 1 == 1 {
            reader.warn("TP-UD", at: end - 1, "UCS2 with an odd number of octets, the last is left out")
        }
        // A sender may cut a message in the middle of a pair; the assembler joins it.
        guard !isPart, start < end else { return }
        let isComplete = reader.octets.withUnsafeBytes {
            UTF16Text.isComplete(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
        }
        if !isComplete {
            reader.warn("TP-UD", at: start, "half of a surrogate pair, shown as U+FFFD")
        }
    }

    private static func readHeader(
        _ header: inout HeaderContents, reader: inout OctetReader, start: Int, octets: Int
    ) throws(PDUError) {
        guard octets > 0 else {
            reader.warn("TP-UDHI", at: start, "a user data header is announced in empty user data")
            return
        }
        header.octets = Int(reader[start]) + 1
        guard header.octets <= octets else {
            throw PDUError(
                .truncated, field: "TP-UD.UDHL", offset: start,
                "the header of \(header.octets) octets is longer than the user data of \(octets)")
        }
        header.start = start
        var position = start + 1
        let end = start + header.octets
        while position < end {
            let lengthPosition = position + 1
            let length = lengthPosition < end ? Int(reader[lengthPosition]) : 0
            guard lengthPosition < end, lengthPosition + 1 + length <= end else {
                throw PDUError(
                    .truncated, field: "TP-UD.UDH.length", offset: min(lengthPosition, end - 1),
                    "an information element reaches beyond the user data header")
            }
            Self.readElement(&header, reader: &reader, position: position, length: length)
            position = lengthPosition + 1 + length
        }
    }

    private static func readElement(
        _ header: inout HeaderContents, reader: inout OctetReader, position: Int, length: Int
    ) {
        let data = position + 2
        switch (InformationElement.Identifier(rawValue: reader[position]), length) {
        case (.concatenation8Bit, 3), (.concatenation16Bit, 4):
            Self.readConcatenation(&header, reader: &reader, position: position, length: length)
        case (.singleShift, 1), (.lockingShift, 1):
            guard let language = NationalLanguage(rawValue: reader[data]) else {
                reader.warn("TP-UD.UDH", at: data, "national language \(reader[data]) is not defined")
                return
            }
            if reader[position] == InformationElement.Identifier.singleShift.rawValue {
                header.languages.single = language
            } else {
                header.languages.locking = language
            }
        case (.concatenation8Bit, _), (.concatenation16Bit, _), (.singleShift, _), (.lockingShift, _),
            (.ports8Bit, 3...), (.ports8Bit, ...1), (.ports16Bit, 5...), (.ports16Bit, ...3):
            reader.warn("TP-UD.UDH", at: position + 1, "an element of a wrong length is left unread")
        default:
            break
        }
    }

    private static func readConcatenation(
        _ header: inout HeaderContents, reader: inout OctetReader, position: Int, length: Int
    ) {
        let total = reader[position + length]
        let sequence = reader[position + length + 1]
        guard total > 0, sequence > 0, sequence <= total else {
            // TS 23.040 §9.2.3.24.1: such an element shall be ignored.
            return reader.warn("TP-UD.UDH", at: position, "part \(sequence) of \(total) makes no sense")
        }
        header.concatenationOffset = position - header.start
    }

    @inline(never)
    private static func tooShort(declared: Int, present: Int, at offset: Int) -> PDUError {
        PDUError(
            .truncated, field: "TP-UD", offset: offset,
            "TP-UDL announces \(declared) octets of user data, \(present) follow")
    }
}
