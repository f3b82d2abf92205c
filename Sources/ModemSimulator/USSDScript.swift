// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What the simulated network answers to USSD codes and to the replies in its menus.
struct USSDScript: Sendable, Equatable {
    /// How an answer comes.
    enum Manner: Sendable, Equatable {
        /// `OK`, then the text in the default alphabet.
        case plain
        /// The text in UCS2.
        case ucs2
        /// The text first, then `OK`.
        case beforeResult
        /// The closing quotation mark is missing.
        case cut
        /// `OK`, and nothing more (EC25AFXGAR07A04M1G).
        case silent
        /// `+CUSD: <m>` without a text.
        case status(Int)
        /// The modem refuses the command with this `+CME ERROR`.
        case refused(Int)
    }

    struct Page: Sendable, Equatable {
        var text = ""
        var manner = Manner.plain
        /// It waits for a reply although none leads further.
        var asks = false
    }

    /// More than any test scripts.
    static let limit = 1000

    /// By code and replies: `*123#`, `*123#/1`, `*123#/2/1`.
    private var pages: [String: Page] = Self.demonstration

    /// - Returns: whether there was room.
    mutating func set(_ path: String, _ page: Page) -> Bool {
        guard self.pages[path] != nil || self.pages.count < Self.limit else { return false }
        self.pages[path] = page
        return true
    }

    /// The page behind a path; a code nobody knows is not supported, a wrong choice is told.
    func page(_ path: String) -> Page {
        if let page = self.pages[path] { return page }
        return path.contains("/") ? Page(text: "Wrong choice.") : Page(manner: .status(4))
    }

    func asks(_ path: String) -> Bool {
        self.page(path).asks || self.pages.keys.contains { $0.hasPrefix(path + "/") }
    }

    private static let demonstration: [String: Page] = [
        "*100#": Page(text: "Your balance is 24,84 EUR.\r\nValid until 31.12."),
        "*101#": Page(text: "Crédit : 24,84 €\r\nБаланс 😀", manner: .ucs2),
        "*102#": Page(text: "Solde à ce jour : 5,10 EUR"),
        "*123#": Page(text: "Menu\r\n1 Balance\r\n2 Offers\r\n\r\n0 Exit"),
        "*123#/1": Page(text: "Your balance is 24,84 EUR."),
        "*123#/2": Page(text: "Offers\r\n1 Data\r\n2 Calls"),
        "*123#/2/1": Page(text: "10 GB for 5 EUR."),
        "*123#/2/2": Page(text: "100 minutes for 3 EUR."),
        "*123#/0": Page(text: "Good bye."),
        "*190#": Page(manner: .silent),
        "*192#": Page(manner: .status(5)),
        "*193#": Page(manner: .status(2)),
        "*194#": Page(text: "Early answer", manner: .beforeResult),
        "*195#": Page(),
        "*196#": Page(text: "The end of this is mis", manner: .cut),
        "*197#": Page(manner: .refused(257)),
    ]
}

/// USSD of one modem.
struct SimulatedUSSD: Sendable, Equatable {
    var script = USSDScript()
    /// Where in the script the open session is; `nil`: none is open.
    var path: String?
    /// `<n>` of `+CUSD`: results are shown.
    var isPresented = false
    /// The network's answer, on its way.
    var pending: String?
    /// What the network asked last, when it began the session.
    static let ownSession = "network"

    /// Power was lost; what is scripted stays.
    mutating func reset() {
        self.path = nil
        self.isPresented = false
        self.pending = nil
    }
}
