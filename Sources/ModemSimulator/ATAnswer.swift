// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import ATProtocol

/// What one command of a line comes to.
struct ATAnswer: Equatable {
    enum Result: Equatable {
        case ok
        case error
        case noCarrier
        case cme(Int)
        case cms(Int)
    }

    /// How the text stands between its line ends; models differ from V.250 in places.
    enum Framing: Equatable {
        /// `\r\n` text `\r\n`, then `\r\n` result `\r\n`.
        case standard
        /// No `\r\n` before the text (`ATI` of the SIM7600).
        case noLeadingBreak
        /// No empty line between text and result (`+CICCID` of the SIM7600).
        case noBlankLine
        /// One empty line more before the text (`+CLVL?` of the SIM7600).
        case extraBlankLine
    }

    /// What a prompt is for.
    enum Prompt: Equatable {
        /// `+CMGS=<length>` in PDU mode.
        case pdu(length: Int)
        /// `+CMGS="number"` in text mode.
        case text(destination: String)
    }

    /// Information responses, each framed on its own; lines of one text are parted by CR LF.
    var texts: [String] = []
    var result: Result = .ok
    var framing: Framing = .standard
    /// The modem asks for a message before it answers.
    var prompt: Prompt?
    /// Unsolicited result codes that follow the answer.
    var unsolicited: [String] = []
    /// The modem restarts after the answer.
    var restarts = false
    /// The modem switches off after the answer and leaves the bus.
    var powersDown = false

    static let ok = ATAnswer()
    static let error = ATAnswer(result: .error)

    static func text(_ text: String, framing: Framing = .standard) -> ATAnswer {
        ATAnswer(texts: [text], framing: framing)
    }

    static func lines(_ lines: [String]) -> ATAnswer {
        ATAnswer(texts: [lines.joined(separator: "\r\n")])
    }

    static func cme(_ number: Int) -> ATAnswer { ATAnswer(result: .cme(number)) }
    static func cms(_ number: Int) -> ATAnswer { ATAnswer(result: .cms(number)) }

    /// The value is not one the command takes. `+CME ERROR: 50` is not in the EC25's own list, so 4 it is.
    static let badParameter = ATAnswer.cme(4)
}

extension ATAnswer.Result {
    /// The final result code as V.250 §5.7 prints it: words or, with `ATV0`, numbers.
    func bytes(verbose: Bool, errorFormat: Int) -> [UInt8] {
        guard verbose else { return Array((self.numeric(errorFormat) + "\r").utf8) }
        return Array("\r\n\(self.text(errorFormat))\r\n".utf8)
    }

    private func numeric(_ errorFormat: Int) -> String {
        switch self {
        case .ok: "0"
        case .error: "4"
        case .noCarrier: "3"
        case .cme, .cms: self.text(errorFormat) == "ERROR" ? "4" : self.text(errorFormat)
        }
    }

    /// `+CMEE` 0 keeps `+CME ERROR` as `ERROR`, 1 prints numbers, 2 words (TS 27.007 §9.1).
    private func text(_ errorFormat: Int) -> String {
        switch self {
        case .ok: "OK"
        case .error: "ERROR"
        case .noCarrier: "NO CARRIER"
        case .cme(let number):
            switch errorFormat {
            case 0: "ERROR"
            case 1: "+CME ERROR: \(number)"
            default: "+CME ERROR: \(CMEError.text(number) ?? String(number))"
            }
        case .cms(let number):
            errorFormat == 2
                ? "+CMS ERROR: \(CMSError.text(number) ?? String(number))" : "+CMS ERROR: \(number)"
        }
    }
}

extension ATAnswer {
    /// The information responses in the format of a port.
    func informationBytes(verbose: Bool) -> [UInt8] {
        let lead: String =
            switch self.framing {
            case .standard, .noBlankLine: "\r\n"
            case .noLeadingBreak: ""
            case .extraBlankLine: "\r\n\r\n"
            }
        return self.texts.reduce(into: []) { bytes, text in
            bytes += Self.bytes((verbose ? lead : "") + text + "\r\n")
        }
    }

    /// UTF-8, but U+00FF is the raw byte the SIM7600 prints for an unset PIN.
    private static func bytes(_ text: String) -> [UInt8] {
        guard text.utf8.contains(0xC3), text.unicodeScalars.contains("\u{FF}") else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { $0 == "\u{FF}" ? [0xFF] : Array(String($0).utf8) }
    }
}
