// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What a modem said to one command.
package struct ATResponse: Sendable, Equatable {
    /// The command line, with its arguments.
    package let command: String
    /// The information responses, in order.
    package let lines: [String]
    package let result: FinalResult
    /// What came meanwhile and was not asked for; also delivered to who listens for it.
    package let unsolicited: [String]
    /// From the moment the line was sent to its final result.
    package let duration: Duration

    package init(
        command: String, lines: [String], result: FinalResult, unsolicited: [String] = [], duration: Duration = .zero
    ) {
        self.command = command
        self.lines = lines
        self.result = result
        self.unsolicited = unsolicited
        self.duration = duration
    }

    /// The lines, when the result is `OK`.
    @discardableResult
    package func checked() throws(ATError) -> [String] {
        guard self.result == .ok else {
            let name = ATCommandElement.elements(of: self.command).map(\.name).joined(separator: ";")
            throw ATError(command: name, result: self.result)
        }
        return self.lines
    }

    /// TP-Message-Reference of `+CMGS: <mr>` (TS 27.005 §3.5.1), 0 … 255.
    package var messageReference: UInt8? {
        for line in self.lines where line.hasPrefix("+CMGS") {
            if let number = ATFields(line).integer(0) { return UInt8(exactly: number) }
        }
        return nil
    }
}

/// The modem refused a command.
package struct ATError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Without its arguments: `+CMGD`.
    package let command: String
    package let result: FinalResult

    package var description: String {
        "The modem answered \(self.command) with \(self.result)."
    }
}

/// An unsolicited result code (V.250 §5.7, TS 27.007 §3.2).
package struct UnsolicitedResult: Sendable, Equatable {
    package let line: String
    /// The second line of `+CMT`, `+CDS` and `+CBM`.
    package let continuation: String?
    /// What stands before the colon, or the whole line: `+CMTI`, `RING`.
    package let prefix: String

    package init(line: String, continuation: String? = nil) {
        self.line = line
        self.continuation = continuation
        self.prefix = line.resultPrefix
    }
}
