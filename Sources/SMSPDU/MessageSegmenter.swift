// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Cuts a text into the fewest messages that lose nothing of it, TS 23.040 §9.2.3.24.1 and TS 23.038 §6.
///
/// Candidates are the default alphabet, then per language single shift, locking shift and both, then UCS2; the first
/// with the fewest parts wins. A cut never falls into a surrogate pair or an escape pair, and into a grapheme cluster
/// only when that is longer than a whole part.
package struct MessageSegmenter: Sendable {
    /// National languages that may be sent. A phone without the table of one shows other letters.
    package let languages: [NationalLanguage]

    /// Concatenation counts parts in one octet.
    package static let maximumParts = 255

    package init(languages: [NationalLanguage] = []) {
        self.languages = languages
    }

    /// - Parameters:
    ///   - reference: what tells the parts of this message from those of another to the same address; its low octet
    ///     is used unless `wideReference`.
    ///   - wideReference: 16-bit reference, one octet less text per part.
    /// - Throws: `tooLong` for more than 255 parts.
    package func segment(
        _ text: String, reference: UInt16, wideReference: Bool = false
    ) throws(PDUError) -> Segmentation {
        let reference = PartReference(value: reference, isWide: wideReference)
        let plain = DefaultAlphabetText.segment(text, reference: reference)
        if let plain, self.languages.isEmpty || plain.parts.count == 1 { return try Self.checked(plain) }
        // Only here, where text is long or has other letters, is it worth looking at its characters one by one.
        let limit = plain?.parts.count ?? Int.max
        guard let best = self.best(text, reference: reference, fewerThan: limit) else {
            if let plain { return try Self.checked(plain) }
            throw Self.tooLong
        }
        return Segmentation(encoding: best.encoding, parts: try best.userData(of: text))
    }

    private func best(_ text: String, reference: PartReference, fewerThan limit: Int) -> ClusteredText? {
        var best: ClusteredText?
        var limit = min(limit, Self.maximumParts + 1)
        for encoding in self.candidates {
            guard let candidate = ClusteredText(text, encoding: encoding, reference: reference),
                candidate.partCount < limit
            else { continue }
            limit = candidate.partCount
            best = candidate
            if limit == 1 { break }
        }
        return best
    }

    private var candidates: [MessageEncoding] {
        let single = self.languages.map { MessageEncoding.gsm7(locking: nil, single: $0) }
        let withLocking = self.languages.filter(\.hasLockingShift)
        let locking = withLocking.map { MessageEncoding.gsm7(locking: $0, single: nil) }
        let both = withLocking.map { MessageEncoding.gsm7(locking: $0, single: $0) }
        return single + locking + both + [.ucs2]
    }

    /// 8-bit data, to an application port if one is given.
    package func segment(
        data: [UInt8], ports: ApplicationPorts? = nil, reference: UInt16, wideReference: Bool = false
    ) throws(PDUError) -> Segmentation {
        let elements = ports.map { [$0.element] } ?? []
        let reference = PartReference(value: reference, isWide: wideReference)
        let whole = UserData.maximumOctets - (elements.isEmpty ? 0 : 1) - elements.reduce(0) { $0 + 2 + $1.data.count }
        if data.count <= whole {
            return Segmentation(encoding: .octets, parts: [try UserData(data: data, header: elements)])
        }
        let size = whole - reference.elementOctets - (elements.isEmpty ? 1 : 0)
        let total = (data.count + size - 1) / size
        guard total <= Self.maximumParts else { throw Self.tooLong }
        var parts: [UserData] = []
        for index in 0..<total {
            let part = Array(data[index * size..<min(data.count, (index + 1) * size)])
            let header = [reference.element(part: index + 1, of: total)] + elements
            parts.append(try UserData(data: part, header: header))
        }
        return Segmentation(encoding: .octets, parts: parts)
    }

    private static func checked(_ segmentation: Segmentation) throws(PDUError) -> Segmentation {
        guard segmentation.parts.count <= Self.maximumParts else { throw Self.tooLong }
        return segmentation
    }

    private static var tooLong: PDUError {
        PDUError(.tooLong, field: "TP-UD", offset: 0, "a message has at most 255 parts")
    }
}

/// The reference number of a long message.
struct PartReference {
    let value: UInt16
    let isWide: Bool

    /// The concatenation element with its two leading octets.
    var elementOctets: Int { self.isWide ? 6 : 5 }

    func element(part: Int, of total: Int) -> InformationElement {
        self.concatenation(part: part, of: total).element
    }

    func concatenation(part: Int, of total: Int) -> Concatenation {
        Concatenation(
            reference: self.value, isWide: self.isWide, total: UInt8(clamping: total), sequence: UInt8(clamping: part))
    }
}
