// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import modemgate

@Suite struct KeyDecoderTests {
    /// Bytes and the keys they are.
    static let keys: [(String, [KeyDecoder.Key])] = [
        ("AT", [.character("A"), .character("T")]),
        ("é€😀", [.character("é"), .character("€"), .character("😀")]),
        ("\r", [.enter]), ("\n", [.enter]), ("\u{1}\u{5}", [.start, .end]), ("\u{3}", [.interrupt]),
        ("\u{4}", [.endOfInput]), ("\u{8}\u{7F}", [.backspace, .backspace]),
        ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.previous, .next, .right, .left]),
        ("\u{1B}OA\u{1B}OB", [.previous, .next]), ("\u{1B}[H\u{1B}[F", [.start, .end]),
        ("\u{1B}[1~\u{1B}[4~\u{1B}[3~", [.start, .end, .delete]),
        ("\u{1B}[1;5C\u{1B}[1;5D\u{1B}f\u{1B}b", [.wordRight, .wordLeft, .wordRight, .wordLeft]),
        ("\u{1B}\u{7F}", [.deleteWord]), ("\u{1B}\u{1B}[A", [.previous]),
        ("\u{1B}[200~x", [.unknown, .character("x")]),
        ("\u{0}\u{7}", [.null, .unknown]),
        ("\u{B}\u{15}\u{17}\u{C}", [.deleteToEnd, .deleteToStart, .deleteWord, .clearScreen]),
    ]

    @Test(arguments: Self.keys) func decodes(_ text: String, _ expected: [KeyDecoder.Key]) {
        #expect(Self.decode(Array(text.utf8)) == expected)
    }

    /// What is no key is one unknown key, and what follows is read again.
    @Test(
        arguments: [
            ([0xFF, 0x41], [KeyDecoder.Key.unknown, .character("A")]),
            ([0xC3, 0x41, 0x42], [.unknown, .character("B")]),
            ([0xE2, 0x82, 0x41, 0x42], [.unknown, .character("B")]),
            ([0xED, 0xA0, 0x80, 0x41], [.unknown, .character("A")]),
            ([0x1B, 0x5B] + [UInt8](repeating: 0x30, count: 16) + [0x41], [.unknown, .character("A")]),
        ] as [([UInt8], [KeyDecoder.Key])])
    func noise(_ bytes: [UInt8], _ expected: [KeyDecoder.Key]) {
        #expect(Self.decode(bytes) == expected)
    }

    static func decode(_ bytes: [UInt8]) -> [KeyDecoder.Key] {
        var decoder = KeyDecoder()
        return bytes.compactMap { decoder.receive($0) }
    }
}

@Suite struct LineEditorTests {
    /// What was typed, as a terminal sends it, and the line with `|` at the cursor.
    static let edits: [(name: String, typed: String, line: String)] = [
        ("insertInTheMiddle", "ATQ\u{2}+CS", "AT+CS|Q"),
        ("backspace", "ATX\u{7F}I", "ATI|"),
        ("backspaceAtStart", "\u{7F}AT", "AT|"),
        ("deleteUnderTheCursor", "ATXI\u{1B}[D\u{1B}[D\u{1B}[3~", "AT|I"),
        ("controlDDeletes", "ATX\u{2}\u{4}", "AT|"),
        ("deleteAtEnd", "AT\u{1B}[3~", "AT|"),
        ("home", "T+CSQ\u{1}A", "A|T+CSQ"),
        ("end", "AT\u{1}\u{5}I", "ATI|"),
        ("deleteToEnd", "AT+CSQ\u{2}\u{2}\u{2}\u{B}", "AT+|"),
        ("deleteToStart", "xxAT\u{2}\u{2}\u{15}", "|AT"),
        ("deleteWord", "AT+CSQ;+CREG\u{17}", "AT+CSQ;+|"),
        ("wordLeftAndRight", "AT+CSQ;+CREG\u{1B}b\u{1B}b\u{1B}f", "AT+CSQ|;+CREG"),
        ("leftBeyondStart", "A\u{2}\u{2}\u{2}x", "x|A"),
        ("graphemes", "e\u{301}x\u{7F}\u{7F}", "e|"),
        ("interrupt", "AT\u{3}I", "I|"),
        ("submitted", "AT\rI", "I|"),
        ("previousLine", "\u{10}", "ATI|"),
        ("twoBack", "\u{10}\u{10}", "AT+CSQ|"),
        ("beforeTheOldest", "\u{10}\u{10}\u{10}", "AT+CSQ|"),
        ("draftComesBack", "AT+\u{10}\u{10}\u{E}\u{E}", "AT+|"),
        ("afterTheNewest", "AT\u{E}", "AT|"),
        ("changedOldLineIsNotKept", "\u{10}9\u{E}\u{10}", "ATI|"),
        ("submittedLineIsRemembered", "AT+COPS?\r\u{10}", "AT+COPS?|"),
        ("sameLineOnce", "ATI\rATI\r\u{10}\u{10}", "AT+CSQ|"),
        ("emptyLineIsNotRemembered", "\r\u{10}", "ATI|"),
    ]

    @Test(arguments: Self.edits) func edit(_ name: String, _ typed: String, _ line: String) {
        let editor = Self.type(typed).editor
        let before = String(editor.text[..<editor.cursor])
        #expect(before + "|" + String(editor.text[editor.cursor...]) == line)
    }

    @Test func actions() {
        #expect(Self.type("AT\r").actions == [.redraw, .redraw, .submit("AT")])
        #expect(Self.type("A\u{3}").actions == [.redraw, .abandon])
        #expect(Self.type("\u{4}").actions == [.endOfInput])
        #expect(Self.type("\u{7F}\u{7}\u{E}\u{2}").actions == [.bell, .bell, .bell, .bell])
        #expect(Self.type("\u{0}").actions == [.endOfInput])
        #expect(Self.type("A\u{0}").actions == [.redraw, .bell])
        #expect(Self.type("\u{C}").actions == [.clearScreen])
    }

    @Test func aLineHasAnEnd() {
        let typed = Self.type(String(repeating: "A", count: LineEditor.lengthLimit + 1))
        #expect(typed.editor.text.count == LineEditor.lengthLimit)
        #expect(typed.actions.last == .bell)
    }

    @Test func drawingPutsTheCursorBack() {
        let editor = Self.type("ATI\u{2}").editor
        #expect(editor.drawing(prompt: "> ", width: 80) == "\r> ATI\u{1B}[K\u{1B}[1D")
        #expect(Self.type("").editor.drawing(prompt: "> ", width: 80) == "\r> \u{1B}[K")
    }

    @Test(arguments: [20, 21, 40, 1]) func aLongLineShowsWhereTheCursorIs(_ width: Int) {
        var editor = Self.type("0123456789abcdefghijklmnopqrstuvwxyz").editor
        let room = max(8, width - 3)
        #expect(
            editor.drawing(prompt: "> ", width: width)
                == "\r> \("0123456789abcdefghijklmnopqrstuvwxyz".suffix(room))\u{1B}[K")
        _ = editor.press(.start)
        let shown = "0123456789abcdefghijklmnopqrstuvwxyz".prefix(room)
        #expect(editor.drawing(prompt: "> ", width: width) == "\r> \(shown)\u{1B}[K\u{1B}[\(shown.count)D")
    }

    static func type(_ text: String) -> (editor: LineEditor, actions: [LineEditor.Action]) {
        var editor = LineEditor(history: ["AT+CSQ", "ATI"])
        let actions = KeyDecoderTests.decode(Array(text.utf8)).map { editor.press($0) }
        return (editor, actions)
    }
}

@Suite struct CommandHistoryTests {
    @Test(arguments: ["AT+CPIN=\"1234\"", "at+cpin = 1234", "!AT+CLCK=\"SC\",0,\"1234\"", "AT+CPWD=\"SC\",1,2", ""])
    func secretsAreNotWrittenDown(_ line: String) {
        #expect(!CommandHistory.isKept(line))
    }

    @Test(arguments: ["AT+CPIN?", "AT+CSQ", "AT+CLCK=?"]) func othersAreKept(_ line: String) {
        #expect(CommandHistory.isKept(line) || line == "AT+CLCK=?")
    }

    @Test func itComesBackFromItsFile() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/at-history"
        var history = CommandHistory(paths: ["/nonexistent/at-history", path])
        #expect(history.lines == [])
        for number in 0...CommandHistory.limit { history.append("AT+\(number)") }
        history.append("AT+CPIN=1234")
        history.save()
        let again = CommandHistory(paths: [path])
        #expect(again.lines.count == CommandHistory.limit)
        #expect(again.lines.last == "AT+\(CommandHistory.limit)")
        #expect(try directory.mode(of: "at-history") == 0o600)
    }
}
