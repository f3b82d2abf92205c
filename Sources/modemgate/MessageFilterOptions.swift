// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

/// Which messages: the same for listing, searching and exporting.
struct MessageFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("in or out.", valueName: "direction"))
    var direction: String?

    @Option(help: ArgumentHelp("queued, sending, sent, delivered, failed, expired, cancelled, uncertain, received."))
    var state: String?

    @Option(help: ArgumentHelp("Sent or received by this modem.", valueName: "modem"))
    var modem: String?

    @Option(help: ArgumentHelp("The other side's number.", valueName: "number"))
    var peer: String?

    @Option(help: ArgumentHelp("Contains this text.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Of one request with several recipients.", valueName: "batch"))
    var batch: String?

    @Option(help: ArgumentHelp("normal, silent, message-waiting, mms, wap-push.", valueName: "kind"))
    var kind: String?

    @Flag(help: "Received and not yet read.")
    var unread = false

    @Option(help: ArgumentHelp("Created then or later.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Created before then.", valueName: "time"))
    var until: String?

    /// For the discussion of the commands.
    static let timesHelp = """
        Times: 2026-01-31, "2026-01-31 23:59" (local), 2026-01-31T23:59:59Z, or how long ago: 30m, 24h, 7d.
        """

    func validate() throws {
        for (name, text) in [("--since", self.since), ("--until", self.until)] {
            guard let text else { continue }
            guard LocalTime.iso8601(fromUser: text, now: Date()) != nil else {
                throw ValidationError("\(name) \(text) is not a time: write 2026-01-31, \"2026-01-31 23:59\" or 24h.")
            }
        }
    }

    /// In the order of the documentation.
    func fields(now: Date) -> [(String, String?)] {
        [
            ("direction", self.direction), ("state", self.state), ("modem", self.modem), ("peer", self.peer),
            ("text", self.text), ("batch", self.batch), ("kind", self.kind), ("unread", self.unread ? "true" : nil),
            ("since", self.since.flatMap { LocalTime.iso8601(fromUser: $0, now: now) }),
            ("until", self.until.flatMap { LocalTime.iso8601(fromUser: $0, now: now) }),
        ]
    }
}

/// One page of a list.
struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("At most so many, 1 to 500.", valueName: "n"))
    var limit = 50

    @Option(help: ArgumentHelp("Continue where an earlier list ended.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        guard (1...500).contains(self.limit) else { throw ValidationError("--limit is a number from 1 to 500.") }
    }

    var fields: [(String, String?)] { [("limit", "\(self.limit)"), ("cursor", self.cursor)] }

    /// Says how to go on, away from the output.
    static func tellNext(_ cursor: String?) {
        if let cursor { Console.error("More: --cursor \(cursor.printable())") }
    }
}

enum Query {
    /// `a=1&b=2`, percent-encoded, without what is `nil`.
    static func text(_ fields: [(String, String?)]) -> String {
        fields.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }.joined(separator: "&")
    }
}
