// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// `+CUSD`, TS 27.007 §7.15.

extension SimulatedModemStateMachine {
    mutating func unstructuredData(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .test: return .text("+CUSD: (0,1,2)")
        case .read: return .text("+CUSD: \(self.ussd.isPresented ? 1 : 0)")
        case .write: break
        }
        switch command.integer(0) {
        case 0: self.ussd.isPresented = false
        case 1: self.ussd.isPresented = true
        case 2:
            self.ussd.path = nil
            self.ussd.pending = nil
            return .ok
        default: return .badParameter
        }
        guard let string = command.string(1) else { return .ok }
        guard self.isRegistered else { return .cme(30) }
        guard let text = self.ussdText(string, coding: command.integer(2) ?? 15, port: port) else {
            return .badParameter
        }
        self.act(.requested(ussd: text))
        return self.ussdAnswer(to: text, port: port)
    }

    /// As `+CSCS` and the coding say; nothing when it is not written so.
    private func ussdText(_ string: String, coding: Int, port: Int) -> String? {
        guard self.ports[port].characterSet == "UCS2" || coding == 72 else { return string }
        let digits = string.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map { UInt16($0) } }
        guard digits.count == string.utf8.count, digits.count.isMultiple(of: 4) else { return nil }
        let units = stride(from: 0, to: digits.count, by: 4).map { start in
            digits[start..<(start + 4)].reduce(0) { $0 << 4 | $1 }
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func ussdAnswer(to text: String, port: Int) -> ATAnswer {
        let path = self.ussd.path.map { "\($0)/\(text)" } ?? text
        let page = self.ussd.script.page(path)
        let asks = self.ussd.script.asks(path)
        self.ussd.path = asks ? path : nil
        switch page.manner {
        case .refused(let error): return .cme(error)
        case .silent: return .ok
        case .status(let status): return self.ussdSoon("+CUSD: \(status)")
        case .beforeResult:
            if self.ussd.isPresented { self.unsolicited(self.ussdLine(page, asks: asks, port: port)) }
            return .ok
        case .plain, .ucs2, .cut: return self.ussdSoon(self.ussdLine(page, asks: asks, port: port))
        }
    }

    private mutating func ussdSoon(_ line: String) -> ATAnswer {
        guard self.ussd.isPresented else { return .ok }
        guard self.configuration.isRealistic else { return ATAnswer(unsolicited: [line]) }
        self.ussd.pending = line
        self.act(.schedule(.ussd, after: .seconds(2)))
        return .ok
    }

    mutating func ussdArrived() {
        guard let line = self.ussd.pending, self.power == .on else { return }
        self.ussd.pending = nil
        self.unsolicited(line)
    }

    private func ussdLine(_ page: USSDScript.Page, asks: Bool, port: Int) -> String {
        let isUCS2 = page.manner == .ucs2
        let isHexadecimal = isUCS2 || self.ports[port].characterSet == "UCS2"
        // Seven bits: what IRA does not have is lost.
        let plain = String(page.text.unicodeScalars.map { $0.isASCII ? Character($0) : "?" })
        let text = isHexadecimal ? Self.hexadecimal(page.text) : plain
        if page.manner == .cut { return "+CUSD: \(asks ? 1 : 0),\"\(text)" }
        return "+CUSD: \(asks ? 1 : 0),\"\(text)\",\(isUCS2 ? 72 : 15)"
    }

    private static func hexadecimal(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    // MARK: Control

    /// The network begins: a notification, or a question whose replies lead on from the code `network`.
    mutating func notifyUSSD(_ page: USSDScript.Page) -> [ModemAction] {
        guard self.power == .on, self.isRegistered else { return [] }
        self.ussd.path = page.asks ? SimulatedUSSD.ownSession : nil
        if self.ussd.isPresented { self.unsolicited(self.ussdLine(page, asks: page.asks, port: 0)) }
        return self.takeActions()
    }

    /// The network ends what is open.
    mutating func releaseUSSD() -> [ModemAction] {
        self.ussd.path = nil
        if self.ussd.isPresented, self.power == .on { self.unsolicited("+CUSD: 2") }
        return self.takeActions()
    }

    mutating func scriptUSSD(_ path: String, _ page: USSDScript.Page) -> Bool {
        self.ussd.script.set(path, page)
    }
}
