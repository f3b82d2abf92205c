// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One command line with what its answer looks like and how long it may take.
///
/// `payload` is what follows the `> ` prompt (TS 27.005 §3.5.1, §4.3); Ctrl-Z is appended when it is sent.
package struct ATCommand: Sendable, Equatable {
    /// With `AT`, without CR: `AT+CSQ`.
    package let text: String
    package let response: ResponseShape
    package let payload: [UInt8]?
    /// From the moment the line is sent.
    package let deadline: Duration
    package let priority: ATPriority
    /// `NO CARRIER`, `BUSY` and their like end this command; for any other they are unsolicited (V.250 §6.3).
    package let isDial: Bool

    /// The longest line: EC25 and SIM7600 take more, but none of our commands comes near, and a modem that cuts a line
    /// in two would run its tail.
    package static let lengthLimit = 1024
    /// A TPDU with its service centre address is at most 2 × 176 digits (TS 23.040 §9.2.3.24); text mode takes less.
    package static let payloadLimit = 1024

    /// - Parameters:
    ///   - text: printable ASCII that begins with `AT`.
    ///   - payload: no Ctrl-Z, no ESC, no NUL: they would end the input early.
    package init(
        _ text: String, response: ResponseShape = .anyLines, payload: [UInt8]? = nil,
        deadline: Duration = .seconds(5), priority: ATPriority = .polling, isDial: Bool? = nil
    ) throws(ATCommandError) {
        try Self.check(text)
        if let payload { try Self.check(payload: payload) }
        self.init(
            trusted: text, response: response, payload: payload, deadline: deadline, priority: priority, isDial: isDial)
    }

    /// For texts that this module has put together from checked parts.
    init(
        trusted text: String, response: ResponseShape, payload: [UInt8]? = nil, deadline: Duration = .seconds(5),
        priority: ATPriority = .polling, isDial: Bool? = nil
    ) {
        self.text = text
        self.response = response
        self.payload = payload
        self.deadline = deadline
        self.priority = priority
        self.isDial = isDial ?? Self.dials(text)
    }

    /// For logs and errors: the commands without their arguments, which hold PINs, numbers and texts.
    package var name: String {
        ATCommandElement.elements(of: self.text).map(\.name).joined(separator: ";")
    }

    /// `ATD…`, `ATA`, `ATO` (V.250 §6.3.1, §6.3.5, §6.3.7).
    private static func dials(_ text: String) -> Bool {
        let third = text.utf8.dropFirst(2).first { $0 != 0x20 }
        guard let third else { return false }
        return [UInt8(ascii: "D"), UInt8(ascii: "A"), UInt8(ascii: "O")].contains(third & 0xDF)
    }

    private static func check(_ text: String) throws(ATCommandError) {
        let bytes = text.utf8
        guard bytes.count <= Self.lengthLimit else { throw .tooLong(limit: Self.lengthLimit) }
        for (offset, byte) in bytes.enumerated() where !(0x20...0x7E).contains(byte) {
            throw .refusedCharacter(byte, offset: offset)
        }
        guard bytes.prefix(2).map({ $0 & 0xDF }) == Array("AT".utf8) else { throw .notACommand }
    }

    private static func check(payload: [UInt8]) throws(ATCommandError) {
        guard payload.count <= Self.payloadLimit else { throw .tooLong(limit: Self.payloadLimit) }
        for (offset, byte) in payload.enumerated() where byte == 0x1A || byte == 0x1B || byte == 0 {
            throw .refusedCharacter(byte, offset: offset)
        }
    }
}

/// Which information responses a command expects (V.250 §5.7.1).
package enum ResponseShape: Sendable, Equatable {
    /// None: only a final result code.
    case none
    /// Lines that begin with one of these prefixes, such as `+CSQ`. What else comes is unsolicited.
    case information([String])
    /// Every line that is not known as unsolicited: answers without a prefix (`AT+CGMR`), and the console.
    case anyLines

    package static func prefixed(_ prefixes: String...) -> Self {
        .information(prefixes)
    }
}

/// Who goes first when several callers wait. The highest is last.
package enum ATPriority: Int, Sendable, Comparable, CaseIterable {
    case polling
    case shortMessage
    /// `AT+CNMA` (TS 27.005 §3.4.4): late, and the network stops to deliver.
    case acknowledge
    case callControl

    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}

/// Why a text is no command that may be sent.
package enum ATCommandError: Error, Equatable, Sendable, CustomStringConvertible {
    /// CR, LF, Ctrl-Z, ESC, NUL or another byte that is not printable ASCII: it would end the line or a prompt.
    case refusedCharacter(UInt8, offset: Int)
    case tooLong(limit: Int)
    /// It does not begin with `AT`.
    case notACommand
    /// A value that its parameter cannot express.
    case invalidValue(parameter: String)

    package var description: String {
        switch self {
        case .refusedCharacter(let byte, let offset):
            "Character \(Self.name(byte)) at position \(offset) is not allowed in a command."
        case .tooLong(let limit): "The command is longer than \(limit) characters."
        case .notACommand: "A command begins with AT."
        case .invalidValue(let parameter): "The value of \(parameter) cannot be written in this command."
        }
    }

    private static func name(_ byte: UInt8) -> String {
        switch byte {
        case 0x00: "NUL"
        case 0x0A: "LF"
        case 0x0D: "CR"
        case 0x1A: "Ctrl-Z"
        case 0x1B: "ESC"
        case 0x22: "\" (quotation mark)"
        default: "0x" + String(byte, radix: 16, uppercase: true)
        }
    }
}
