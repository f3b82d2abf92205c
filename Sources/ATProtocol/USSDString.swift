// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What goes to the network in a USSD session: a code, or a reply to its question (TS 22.090, TS 24.090).
package struct USSDString: Sendable, Equatable {
    /// 160 octets of seven-bit characters, TS 23.038 §6.1.2.3.
    package static let septetLimit = 182
    /// 160 octets of UCS2.
    package static let codeUnitLimit = 80

    package let text: String
    /// Every character is in the GSM alphabet and in ASCII.
    private let isDefaultAlphabet: Bool

    /// A code such as `*100#`: digits, `*`, `#`, `+` (TS 22.030 §6.5), so that nothing else can be in the command line.
    package init(code: String) throws(USSDStringError) {
        guard !code.isEmpty else { throw .empty }
        for character in code where !character.isASCII || !"0123456789*#+".contains(character) {
            throw .notInCode(character)
        }
        guard code.utf8.count <= Self.septetLimit else { throw .tooLong(limit: Self.septetLimit) }
        // TS 22.030 §6.6.2: some modems carry these out themselves, and a wrong one costs a try of the card.
        for service in ["**04*", "**042*", "**05*", "**052*"] where code.hasPrefix(service) { throw .changesPIN }
        self.text = code
        self.isDefaultAlphabet = true
    }

    /// Any text; one that the GSM alphabet does not have goes as UCS2, of which fewer characters fit.
    package init(reply: String) throws(USSDStringError) {
        guard !reply.isEmpty else { throw .empty }
        for scalar in reply.unicodeScalars where scalar.properties.generalCategory == .control && scalar != "\n" {
            throw .control(scalar)
        }
        self.text = reply
        self.isDefaultAlphabet = reply.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "`") }
        if self.isDefaultAlphabet {
            let septets = reply.utf8.reduce(0) { $0 + (Self.extended.contains($1) ? 2 : 1) }
            guard septets <= Self.septetLimit else { throw .tooLong(limit: Self.septetLimit) }
        } else {
            guard reply.utf16.count <= Self.codeUnitLimit else { throw .tooLong(limit: Self.codeUnitLimit) }
        }
    }

    /// Of the extension table, TS 23.038 §6.2.1.1: an escape before each.
    private static let extended = Set("^{}\\[~]|".utf8)

    /// `AT+CUSD=1,<str>,<dcs>`, TS 27.007 §7.15.
    ///
    /// - Parameter characterSet: what `+CSCS` is set to.
    package func command(in characterSet: TECharacterSet, deadline: Duration) -> ATCommand {
        let isPlain = self.isDefaultAlphabet && !self.text.utf8.contains { $0 == 0x0A || $0 == UInt8(ascii: "\"") }
        let string = characterSet == .ira && isPlain ? self.text : Self.hexadecimal(self.text.utf16)
        // With IRA only UCS2 is written in hexadecimal; with UCS2 everything is, and the modem converts.
        let coding = characterSet == .ira ? (isPlain ? 15 : 72) : (self.isDefaultAlphabet ? 15 : 72)
        return ATCommand(
            trusted: "AT+CUSD=1,\"\(string)\",\(coding)", response: .none, deadline: deadline, priority: .shortMessage)
    }

    static func hexadecimal(_ units: some Sequence<UInt16>) -> String {
        var bytes: [UInt8] = []
        for unit in units {
            for shift: UInt16 in [12, 8, 4, 0] {
                let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
                bytes.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why a text cannot be sent in a USSD session.
package enum USSDStringError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong(limit: Int)
    case notInCode(Character)
    case control(Unicode.Scalar)
    case changesPIN

    package var description: String {
        switch self {
        case .empty: "It is empty: give a code such as *100#, or the text of the reply."
        case .tooLong(let limit): "It is longer than \(limit) characters, the most that USSD carries."
        case .notInCode(let character):
            "A USSD code has only digits, *, # and +, such as *100#; "
                + (character.isASCII && !character.isNewline && character != "\u{7F}" && character >= " "
                    ? "\(character) is not one of them." : "another character is in it.")
        case .control(let scalar):
            "A control character (U+\(USSDString.hexadecimal([UInt16(truncatingIfNeeded: scalar.value)]))) cannot be sent."
        case .changesPIN:
            "This code changes or unblocks the PIN of the SIM, and a wrong one costs a try: do it with AT+CPIN or AT+CPWD "
                + "in the AT console."
        }
    }
}

extension ATCommands {
    // MARK: USSD (TS 27.007 §7.15)

    /// Shows what the network says of its own accord.
    package static let presentUSSD = ATCommand(trusted: "AT+CUSD=1", response: .none, priority: .shortMessage)

    /// Ends the session; SIM7600 and EC25 answer `OK` also when there is none.
    package static func cancelUSSD(deadline: Duration) -> ATCommand {
        ATCommand(trusted: "AT+CUSD=2", response: .none, deadline: deadline, priority: .shortMessage)
    }

    /// TS 27.007 §5.5.
    ///
    /// - Parameter inUCS2: the name itself in UCS2, as a modem may want it while that is chosen.
    package static func characterSet(_ set: TECharacterSet, inUCS2: Bool = false) -> ATCommand {
        let name = inUCS2 ? USSDString.hexadecimal(set.rawValue.utf16) : set.rawValue
        return ATCommand(trusted: "AT+CSCS=\"\(name)\"", response: .none, priority: .shortMessage)
    }
}
