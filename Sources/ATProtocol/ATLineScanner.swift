// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Bytes of a tty to lines, tolerant of everything modems do to V.250 §5.7: CR LF, LF alone, CR CR LF, an echo that ends
/// in CR, NULs and garbage at power-up.
package struct ATLineScanner: Sendable {
    package enum Token: Sendable, Equatable {
        /// Never empty, without its end.
        case line(String)
        /// A line with nothing in it, while they are asked for.
        case blankLine
        /// `>` at the beginning of a line, while a prompt is expected (TS 27.005 §3.5.1).
        case prompt
    }

    /// Bytes kept of a line. A PDU is 352 characters, the longest answers seen (`AT&V` of SIM7600EI) below 2,000; of a
    /// longer line the rest is discarded and counted.
    package static let lineLimit = 4096

    private var line: [UInt8] = []
    /// Bytes discarded because their line was too long.
    package private(set) var discardedBytes = 0
    /// Lines that lost their end.
    package private(set) var overlongLines = 0
    private var isOverlong = false
    private var isASCII = true
    /// The space of `> ` may come in a later read than the `>`.
    private var isAfterPrompt = false
    /// Line feeds since the last character of a text: CR LF and CR CR LF are one line end, a second LF is a blank line.
    private var lineFeeds = 0

    package init() {
        self.line.reserveCapacity(256)
    }

    /// - Parameters:
    ///   - expectsPrompt: `>` that begins a line is a prompt now; otherwise it is text.
    ///   - keepsBlankLines: inside a text over several lines an empty line is part of it; elsewhere it is framing.
    package mutating func consume(_ byte: UInt8, expectsPrompt: Bool, keepsBlankLines: Bool = false) -> Token? {
        switch byte {
        case 0x0A:
            self.lineFeeds &+= 1
            if let line = self.endLine() { return line }
            return keepsBlankLines && self.lineFeeds > 1 ? .blankLine : nil
        // Ctrl-Z and ESC come back as echo, with no line end between them and the answer.
        case 0x0D, 0x1A, 0x1B:
            return self.endLine()
        case UInt8(ascii: ">") where self.line.isEmpty && expectsPrompt:
            self.isAfterPrompt = true
            return .prompt
        case 0x20 where self.isAfterPrompt:
            return nil
        case 0x00..<0x20 where byte != 0x09, 0x7F:
            return nil
        default:
            self.append(byte)
            return nil
        }
    }

    /// Nothing but `>` since the last line end: a prompt, should the modem stay silent.
    package var mayBeAtPrompt: Bool {
        self.line.first == UInt8(ascii: ">") && self.line.dropFirst().allSatisfy { $0 == 0x20 }
    }

    /// Forgets the line begun.
    package mutating func reset() {
        self.line.removeAll(keepingCapacity: true)
        self.isOverlong = false
        self.isASCII = true
    }

    private mutating func append(_ byte: UInt8) {
        guard self.line.count < Self.lineLimit else {
            if !self.isOverlong { self.overlongLines &+= 1 }
            self.isOverlong = true
            self.discardedBytes &+= 1
            return
        }
        if byte >= 0x80 { self.isASCII = false }
        self.isAfterPrompt = false
        self.lineFeeds = 0
        self.line.append(byte)
    }

    private mutating func endLine() -> Token? {
        guard !self.line.isEmpty else { return nil }
        defer { self.reset() }
        return .line(self.text)
    }

    /// UTF-8 where it is, else ISO 8859-1 so that no byte is lost: `AT&V` of SIM7600EI prints 0xFF for an unset PIN.
    private var text: String {
        if self.isASCII { return String(decoding: self.line, as: UTF8.self) }
        if let text = String(validating: self.line, as: UTF8.self) { return text }
        return String(String.UnicodeScalarView(self.line.map { Unicode.Scalar($0) }))
    }
}
