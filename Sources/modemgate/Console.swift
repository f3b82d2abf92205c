// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// Standard input, output and error.
enum Console {
    static func print(_ text: String) {
        self.write(text + "\n", to: STDOUT_FILENO)
    }

    static func error(_ text: String) {
        self.write(text + "\n", to: STDERR_FILENO)
    }

    /// Writes everything; a reader that went away ends the output, not the command.
    static func write(_ text: String, to descriptor: Int32) {
        _ = self.write(Array(text.utf8), to: descriptor)
    }

    /// - Returns: `false` when nobody reads any more.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal, `nil` where output goes elsewhere.
    static var width: Int? {
        var size = winsize()
        guard self.outputIsTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// The next line of standard input without its end, at most 64 KiB of it; `nil` at the end.
    static func readLine() -> String? {
        guard let line = Swift.readLine(strippingNewline: true) else { return nil }
        return String(line.prefix(65_536))
    }
}

extension String {
    /// Fit for a terminal: what came from a network or a modem must not steer it. Control characters and those that
    /// turn the direction of writing show as `�`; line ends only where they are wanted.
    func printable(keepingLines: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\n" where keepingLines: result.append(scalar)
            case "\r": break
            case "\n", "\t": result.append(" ")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                result.append("\u{FFFD}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
