// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The keys a terminal sends, one byte after the other: ECMA-48 control sequences, xterm's and VT220's.
struct KeyDecoder: Equatable {
    enum Key: Equatable {
        case character(Character)
        case enter, endOfInput, interrupt
        case backspace, delete, deleteToEnd, deleteToStart, deleteWord
        case left, right, start, end, wordLeft, wordRight
        case previous, next
        case clearScreen
        /// Ctrl-Space; also how Linux hands over a Ctrl-D that was typed while lines were still read by the kernel.
        case null
        /// A key that means nothing here, or bytes that are no key.
        case unknown
    }

    private enum State: Equatable {
        case ground
        case escape
        /// ESC [ or ESC O and what came since.
        case sequence([UInt8])
        /// Bytes of one UTF-8 scalar and how many are still due.
        case scalar([UInt8], missing: Int)
    }

    private var state = State.ground

    /// A control sequence has a few bytes; what is longer is noise.
    private static let sequenceLimit = 16

    /// - Returns: `nil` in the middle of a key.
    mutating func receive(_ byte: UInt8) -> Key? {
        switch self.state {
        case .ground: return self.ground(byte)
        case .escape: return self.escape(byte)
        case .sequence(let bytes): return self.sequence(bytes + [byte])
        case .scalar(let bytes, let missing):
            guard byte & 0xC0 == 0x80 else {
                self.state = .ground
                return .unknown
            }
            guard missing == 1 else {
                self.state = .scalar(bytes + [byte], missing: missing - 1)
                return nil
            }
            self.state = .ground
            return String(validating: bytes + [byte], as: UTF8.self)?.first.map(Key.character) ?? .unknown
        }
    }

    private mutating func ground(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
        case 0xC2...0xDF: self.state = .scalar([byte], missing: 1)
        case 0xE0...0xEF: self.state = .scalar([byte], missing: 2)
        case 0xF0...0xF4: self.state = .scalar([byte], missing: 3)
        case 0x1B: self.state = .escape
        default: return Self.control(byte)
        }
        return nil
    }

    /// The letters of the usual line editors (Emacs' bindings).
    private static func control(_ byte: UInt8) -> Key {
        switch byte {
        case 0x00: .null
        case 0x01: .start  // Ctrl-A
        case 0x02: .left  // Ctrl-B
        case 0x03: .interrupt  // Ctrl-C
        case 0x04: .endOfInput  // Ctrl-D
        case 0x05: .end  // Ctrl-E
        case 0x06: .right  // Ctrl-F
        case 0x08, 0x7F: .backspace
        case 0x0A, 0x0D: .enter
        case 0x0B: .deleteToEnd  // Ctrl-K
        case 0x0C: .clearScreen  // Ctrl-L
        case 0x0E: .next  // Ctrl-N
        case 0x10: .previous  // Ctrl-P
        case 0x15: .deleteToStart  // Ctrl-U
        case 0x17: .deleteWord  // Ctrl-W
        default: .unknown
        }
    }

    private mutating func escape(_ byte: UInt8) -> Key? {
        self.state = .ground
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "O"):
            self.state = .sequence([byte])
            return nil
        case UInt8(ascii: "b"): return .wordLeft
        case UInt8(ascii: "f"): return .wordRight
        case 0x7F: return .deleteWord
        case 0x1B:
            self.state = .escape
            return nil
        default: return .unknown
        }
    }

    private mutating func sequence(_ bytes: [UInt8]) -> Key? {
        guard let last = bytes.last, bytes.count <= Self.sequenceLimit else {
            self.state = .ground
            return .unknown
        }
        // ECMA-48 §5.4: parameters and intermediates 0x20…0x3F, then one final byte.
        guard !(0x20...0x3F).contains(last) else {
            self.state = .sequence(bytes)
            return nil
        }
        self.state = .ground
        return Self.key(String(decoding: bytes.dropFirst(), as: UTF8.self))
    }

    private static func key(_ sequence: String) -> Key {
        switch sequence {
        case "A": .previous
        case "B": .next
        case "C": .right
        case "D": .left
        case "H", "1~", "7~": .start
        case "F", "4~", "8~": .end
        case "3~": .delete
        case "1;5C", "1;3C", "5C": .wordRight
        case "1;5D", "1;3D", "5D": .wordLeft
        default: .unknown
        }
    }
}
