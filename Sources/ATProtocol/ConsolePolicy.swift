// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What may happen to a line that somebody typed at the console while the gateway owns the modem.
package struct ConsolePolicy: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        /// Send it.
        case send
        /// The gateway keeps this setting; the modem is not asked. The text says why.
        case answeredLocally(String)
        /// Send it when the caller has confirmed; each text says what may happen.
        case needsConfirmation([String])
        /// Do not send it; the text says what to use instead.
        case refused(String)
    }

    package let decision: Decision
    /// Settings the gateway must make again afterwards: names such as `+CMGF`. Empty: nothing to restore.
    package let restoreAfterwards: [String]

    /// Judges a line, every command in it: `AT+CSQ;+CFUN=1,1` is as dangerous as its second half.
    package init(_ line: String) {
        if let reason = Self.refusal(ofText: line) {
            self.init(.refused(reason))
            return
        }
        let elements = ATCommandElement.elements(of: line)
        let rules = elements.map(ConsoleRule.rule)
        if let reason = rules.lazy.compactMap(\.refusal).first {
            self.init(.refused(reason))
            return
        }
        if let note = rules.lazy.compactMap(\.localAnswer).first {
            self.init(
                elements.count == 1 ? .answeredLocally(note) : .refused("Send it without other commands. \(note)"))
            return
        }
        let warnings = rules.compactMap(\.warning)
        self.init(
            warnings.isEmpty ? .send : .needsConfirmation(warnings),
            restoring: zip(elements, rules).compactMap { $1 == .restore ? $0.name : nil })
    }

    private init(_ decision: Decision, restoring names: [String] = []) {
        self.decision = decision
        self.restoreAfterwards = names
    }

    /// CR, LF, Ctrl-Z, ESC and their like would end the line; an open quotation mark hides what follows from us, but
    /// perhaps not from the modem.
    private static func refusal(ofText line: String) -> String? {
        do {
            _ = try ATCommand(line)
        } catch {
            return error.description
        }
        let marks = line.utf8.filter { $0 == UInt8(ascii: "\"") }.count
        return marks.isMultiple(of: 2) ? nil : "A quotation mark is not closed."
    }
}
