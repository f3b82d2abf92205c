// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What ends a command (V.250 §5.7.1, TS 27.005 §3.2.5, TS 27.007 §9.2).
package enum FinalResult: Sendable, Equatable, CustomStringConvertible {
    case ok
    case error
    case cmeError(ErrorCode)
    case cmsError(ErrorCode)
    case noCarrier
    case busy
    case noAnswer
    case noDialtone
    /// With the rate, when the modem names one.
    case connect(String?)
    /// A command that was broken off by a character of ours.
    case aborted

    /// A whole line, or `nil`: `ERRORLOG: …` and a text that contains `OK` are no results.
    package init?(line: String) {
        guard let first = line.utf8.first, Self.firstBytes.contains(first) else { return nil }
        let text = line.trimmingSpaces
        switch text {
        case "OK": self = .ok
        case "ERROR": self = .error
        case "NO CARRIER": self = .noCarrier
        case "BUSY": self = .busy
        case "NO ANSWER": self = .noAnswer
        case "NO DIALTONE", "NO DIAL TONE": self = .noDialtone
        case "CONNECT": self = .connect(nil)
        case "ABORTED": self = .aborted
        default:
            // EC25 with an early CMEE, SIM7600 in text mode: `+CMS ERROR: Unknown error`; some print no value at all.
            if let value = text.value(after: "+CME ERROR:") {
                self = .cmeError(ErrorCode(value, number: CMEError.number(value)))
            } else if let value = text.value(after: "+CMS ERROR:") {
                self = .cmsError(ErrorCode(value, number: CMSError.number(value)))
            } else if let rate = text.value(after: "CONNECT "), Self.isRate(rate) {
                self = .connect(rate)
            } else {
                return nil
            }
        }
    }

    /// Most lines are no results: their first byte says so.
    private static let firstBytes = Array("+OENBCA \t".utf8)

    /// `ATV0` prints digits (V.250 §5.7.1 table 1). Only looked for while the channel gets in step with a modem whose
    /// settings are unknown.
    package init?(numericLine line: String) {
        switch line.trimmingSpaces {
        case "0": self = .ok
        case "1": self = .connect(nil)
        case "3": self = .noCarrier
        case "4": self = .error
        case "6": self = .noDialtone
        case "7": self = .busy
        case "8": self = .noAnswer
        default: return nil
        }
    }

    /// Final for dial and answer commands, unsolicited for every other.
    package var isCallResult: Bool {
        switch self {
        case .noCarrier, .busy, .noAnswer, .noDialtone: true
        case .ok, .error, .cmeError, .cmsError, .connect, .aborted: false
        }
    }

    /// What the modem printed: `+CME ERROR: SIM not inserted`, `+CME ERROR: 10`.
    package var line: String {
        switch self {
        case .cmeError(let code): "+CME ERROR: \(code.value)".trimmingSpaces
        case .cmsError(let code): "+CMS ERROR: \(code.value)".trimmingSpaces
        case .aborted: "ABORTED"
        case .ok, .error, .noCarrier, .busy, .noAnswer, .noDialtone, .connect: self.description
        }
    }

    /// What a technician reads: number and words, whichever of them the modem printed.
    package var description: String {
        switch self {
        case .ok: "OK"
        case .error: "ERROR"
        case .cmeError(let code): "+CME ERROR: " + code.description(code.number.flatMap { CMEError.text($0) })
        case .cmsError(let code): "+CMS ERROR: " + code.description(code.number.flatMap { CMSError.text($0) })
        case .noCarrier: "NO CARRIER"
        case .busy: "BUSY"
        case .noAnswer: "NO ANSWER"
        case .noDialtone: "NO DIALTONE"
        case .connect(let rate): rate.map { "CONNECT \($0)" } ?? "CONNECT"
        case .aborted: "ABORTED"
        }
    }

    /// `CONNECT 115200`, `CONNECT 150000000`, but not `CONNECTED to foo` or SIMCom's `CONNECT OK`.
    private static func isRate(_ text: String) -> Bool {
        text.utf8.first.map { (0x30...0x39).contains($0) } ?? false
    }
}

/// The value of `+CME ERROR` or `+CMS ERROR`: a number, words, or nothing.
package struct ErrorCode: Sendable, Equatable {
    /// The number; also when the modem printed words that the standard lists.
    package let number: Int?
    /// The modem's words.
    package let text: String?

    package init(number: Int?, text: String? = nil) {
        self.number = number
        self.text = text
    }

    /// - Parameter number: what the words mean, when `value` is words.
    init(_ value: String, number: Int?) {
        if let number = Int(value) {
            self.init(number: number)
        } else {
            self.init(number: number, text: value.isEmpty ? nil : value)
        }
    }

    var value: String {
        self.text ?? self.number.map(String.init) ?? ""
    }

    /// - Parameter words: what the standard calls the number.
    func description(_ words: String?) -> String {
        switch (self.number, self.text) {
        case (let number?, let text?): "\(number) (\(text))"
        case (let number?, nil): words.map { "\(number) (\($0))" } ?? "\(number)"
        case (nil, let text?): text
        case (nil, nil): "without a code"
        }
    }
}
