// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension StringProtocol where UTF8View: BidirectionalCollection {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }
        // Nearly every line.
        if !isSpace(self.utf8.first), !isSpace(self.utf8.last) { return String(self) }
        var bytes = Array(self.utf8)[...]
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What follows `prefix`, trimmed; `nil` when the text does not begin with it.
    func value(after prefix: String) -> String? {
        guard self.utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: self.utf8.dropFirst(prefix.utf8.count), as: UTF8.self).trimmingSpaces
    }

}

extension StringProtocol {
    /// Pairs of hexadecimal digits, at least one: a PDU.
    package var isHexadecimal: Bool {
        var count = 0
        for byte in self.utf8 {
            guard (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF) else { return false }
            count += 1
        }
        return count > 0 && count.isMultiple(of: 2)
    }
}

extension String {
    /// Index of the colon that ends a prefix: before any quotation mark or comma.
    private var prefixEnd: String.UTF8View.Index? {
        for index in self.utf8.indices {
            switch self.utf8[index] {
            case UInt8(ascii: ":"): return index
            case UInt8(ascii: "\""), UInt8(ascii: ","): return nil
            default: continue
            }
        }
        return nil
    }

    /// `+CMTI: "ME",3` → `+CMTI`; `RING` → `RING`. Some firmware prints a space before the colon (`+QSIMSTAT : 1,1`).
    package var resultPrefix: String {
        guard let end = self.prefixEnd else { return self.trimmingSpaces }
        return self[..<end].trimmingSpaces
    }

    /// `+CSQ: 20,99` → `20,99`. Only extended commands have a prefix: in `12:30` the colon is part of the value.
    package var valueAfterPrefix: String {
        guard let first = self.utf8.first, "+^*$#".utf8.contains(first), let end = self.prefixEnd else {
            return self.trimmingSpaces
        }
        return self[self.utf8.index(after: end)...].trimmingSpaces
    }
}
