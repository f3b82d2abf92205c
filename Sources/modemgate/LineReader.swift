// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// Reads lines from the terminal with editing and history. The terminal is raw only while a line is typed: while a
/// command runs Ctrl-C ends the program as everywhere.
struct LineReader {
    let prompt: String
    /// Ctrl-C ends the input, instead of the line alone.
    var endsOnInterrupt = false
    private var editor: LineEditor
    private var decoder = KeyDecoder()

    init(prompt: String, history: [String]) {
        self.prompt = prompt
        self.editor = LineEditor(history: history)
    }

    /// - Returns: the next line; `nil` at the end of input.
    mutating func readLine() -> String? {
        guard let terminal = RawTerminal() else { return Console.readLine() }
        defer { terminal.restore() }
        self.draw()
        while let byte = terminal.readByte() {
            guard let key = self.decoder.receive(byte) else { continue }
            switch self.editor.press(key) {
            case .redraw: self.draw()
            case .clearScreen:
                Console.write("\u{1B}[H\u{1B}[2J", to: STDOUT_FILENO)
                self.draw()
            case .bell: Console.write("\u{7}", to: STDOUT_FILENO)
            case .abandon:
                Console.write("^C\n", to: STDOUT_FILENO)
                if self.endsOnInterrupt { return nil }
                self.draw()
            case .endOfInput:
                Console.write("\n", to: STDOUT_FILENO)
                return nil
            case .submit(let line):
                Console.write("\n", to: STDOUT_FILENO)
                return line
            }
        }
        return nil
    }

    private func draw() {
        Console.write(self.editor.drawing(prompt: self.prompt, width: Console.width ?? 80), to: STDOUT_FILENO)
    }
}

/// Standard input without echo, lines and signals (termios(3)); output stays as it is.
private struct RawTerminal {
    private let original: termios

    init?() {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        self.original = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP)
        guard tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0 else { return nil }
    }

    func restore() {
        var settings = self.original
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    func readByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            return count == 1 ? byte : nil
        }
    }
}
