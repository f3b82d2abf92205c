// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// One line under edit, with the lines before it. Pure: keys go in, what is to be done comes out.
struct LineEditor: Equatable {
    enum Action: Equatable {
        /// The line looks different now.
        case redraw
        case clearScreen
        case submit(String)
        /// Ctrl-C: the line is given up.
        case abandon
        /// Ctrl-D on an empty line.
        case endOfInput
        /// The key does nothing here.
        case bell
    }

    /// No command line of a modem is longer.
    static let lengthLimit = 1024

    private(set) var text: [Character] = []
    private(set) var cursor = 0
    private var history: [String]
    /// Which line of the history is shown; `history.count` is the new one.
    private var place: Int
    /// The new line while an older one is shown.
    private var draft: [Character] = []

    /// - Parameter history: oldest first.
    init(history: [String] = []) {
        self.history = history
        self.place = history.count
    }

    mutating func press(_ key: KeyDecoder.Key) -> Action {
        switch key {
        case .character(let character): return self.insert(character)
        case .enter: return self.submit()
        case .endOfInput: return self.text.isEmpty ? .endOfInput : self.delete(self.cursor..<self.cursor + 1)
        case .null: return self.text.isEmpty ? .endOfInput : .bell
        case .interrupt:
            self.clear()
            return .abandon
        case .backspace: return self.delete(self.cursor - 1..<self.cursor)
        case .delete: return self.delete(self.cursor..<self.cursor + 1)
        case .deleteToEnd: return self.delete(self.cursor..<self.text.count)
        case .deleteToStart: return self.delete(0..<self.cursor)
        case .deleteWord: return self.delete(self.wordStart..<self.cursor)
        case .left: return self.move(to: self.cursor - 1)
        case .right: return self.move(to: self.cursor + 1)
        case .start: return self.move(to: 0)
        case .end: return self.move(to: self.text.count)
        case .wordLeft: return self.move(to: self.wordStart)
        case .wordRight: return self.move(to: self.wordEnd)
        case .previous: return self.show(self.place - 1)
        case .next: return self.show(self.place + 1)
        case .clearScreen: return .clearScreen
        case .unknown: return .bell
        }
    }

    private mutating func insert(_ character: Character) -> Action {
        guard self.text.count < Self.lengthLimit else { return .bell }
        self.text.insert(character, at: self.cursor)
        self.cursor += 1
        return .redraw
    }

    private mutating func submit() -> Action {
        let line = String(self.text)
        if !line.isEmpty, line != self.history.last { self.history.append(line) }
        self.clear()
        return .submit(line)
    }

    private mutating func clear() {
        (self.text, self.cursor, self.draft, self.place) = ([], 0, [], self.history.count)
    }

    private mutating func delete(_ range: Range<Int>) -> Action {
        guard range.lowerBound >= 0, range.upperBound <= self.text.count, !range.isEmpty else { return .bell }
        self.text.removeSubrange(range)
        self.cursor = range.lowerBound
        return .redraw
    }

    private mutating func move(to place: Int) -> Action {
        guard (0...self.text.count).contains(place), place != self.cursor else { return .bell }
        self.cursor = place
        return .redraw
    }

    private mutating func show(_ place: Int) -> Action {
        guard (0...self.history.count).contains(place) else { return .bell }
        if self.place == self.history.count { self.draft = self.text }
        self.place = place
        self.text = place == self.history.count ? self.draft : Array(self.history[place])
        self.cursor = self.text.count
        return .redraw
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    private var wordStart: Int {
        var index = self.cursor
        while index > 0, !Self.isWord(self.text[index - 1]) { index -= 1 }
        while index > 0, Self.isWord(self.text[index - 1]) { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = self.cursor
        while index < self.text.count, !Self.isWord(self.text[index]) { index += 1 }
        while index < self.text.count, Self.isWord(self.text[index]) { index += 1 }
        return index
    }
}

extension LineEditor {
    /// What draws the line anew, from the left margin: the part around the cursor that fits.
    ///
    /// - Parameter width: of the terminal, in columns.
    func drawing(prompt: String, width: Int) -> String {
        let room = max(8, width - prompt.columns - 1)
        var first = self.cursor
        var used = 0
        while first > 0, used + String(self.text[first - 1]).columns <= room {
            first -= 1
            used += String(self.text[first]).columns
        }
        let before = String(self.text[first..<self.cursor])
        let after = String(self.text[self.cursor...]).fitting(columns: room - used)
        let back = after.columns
        // ECMA-48: CR, the line, EL (erase to its end), CUB (cursor back).
        return "\r\(prompt)\(before)\(after)\u{1B}[K" + (back > 0 ? "\u{1B}[\(back)D" : "")
    }
}

extension String {
    fileprivate func fitting(columns: Int) -> String {
        var used = 0
        return String(
            self.prefix { character in
                used += String(character).columns
                return used <= columns
            })
    }
}
