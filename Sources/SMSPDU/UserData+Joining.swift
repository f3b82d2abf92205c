// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What parts hold together.
package enum MessageContent: Sendable, Hashable {
    case text(String)
    case data([UInt8])

    package var text: String? {
        switch self {
        case .text(let text): text
        case .data: nil
        }
    }

    package var data: [UInt8]? {
        switch self {
        case .text: nil
        case .data(let data): data
        }
    }
}

extension UserData {
    /// A sender cut inside a pair: the last septet is an escape, the last unit half of a surrogate pair.
    private var endsInsidePair: Bool {
        switch self.alphabet {
        case .gsm7:
            guard self.bodySeptets > 0 else { return false }
            let bit = (self.length - 1) * 7
            let first = self.start + bit / 8
            let pair = UInt16(self.storage[first]) | (bit % 8 > 1 ? UInt16(self.storage[first + 1]) << 8 : 0)
            return UInt8(pair >> UInt16(bit % 8) & 0x7F) == SeptetTable.escape
        case .octets:
            return false
        case .ucs2:
            let units = (self.length - self.headerOctets) / 2
            return units > 0 && self.storage[self.start + self.headerOctets + units * 2 - 2] & 0xFC == 0xD8
        }
    }

    /// The content of parts in their order. Pairs that the sender cut are whole again.
    package static func joined(_ parts: [UserData]) -> MessageContent {
        if let first = parts.first, parts.allSatisfy({ $0.alphabet == .octets }) {
            return .data(parts.dropFirst().reduce(into: first.data) { $0 += $1.data })
        }
        // An escape at the end of a part holds for the next anyway.
        if parts.allSatisfy({ $0.alphabet == .gsm7 }) { return .text(GSMText.string(joining: parts)) }
        var text = ""
        var run: [UserData] = []
        for part in parts {
            if let last = run.last, last.alphabet != part.alphabet || !last.endsInsidePair {
                text += Self.text(of: run)
                run = []
            }
            run.append(part)
        }
        return .text(text + Self.text(of: run))
    }

    /// Parts of which each but the last ends inside a pair.
    private static func text(of run: [UserData]) -> String {
        guard run.count > 1, let first = run.first else { return run.first?.text ?? "" }
        switch first.alphabet {
        case .gsm7: return GSMText.string(joining: run)
        case .octets: return ""
        case .ucs2:
            let octets = run.flatMap(\.data)
            return UTF16Text.string(octets, from: 0, octets: octets.count)
        }
    }
}
