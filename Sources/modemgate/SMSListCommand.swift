// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List messages, newest first.",
        discussion: """
            Times: 2026-01-31, "2026-01-31 23:59" (local), 2026-01-31T23:59:59Z, or how long ago: 30m, 24h, 7d.
            """)

    @OptionGroup var options: GlobalOptions

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

    @Option(help: ArgumentHelp("Created then or later.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Created before then.", valueName: "time"))
    var until: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 500.", valueName: "n"))
    var limit = 50

    @Option(help: ArgumentHelp("Continue where an earlier list ended.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        guard (1...500).contains(self.limit) else { throw ValidationError("--limit is a number from 1 to 500.") }
        for (name, text) in [("--since", self.since), ("--until", self.until)] {
            guard let text else { continue }
            guard LocalTime.iso8601(fromUser: text, now: Date()) != nil else {
                throw ValidationError("\(name) \(text) is not a time: write 2026-01-31, \"2026-01-31 23:59\" or 24h.")
            }
        }
    }

    func execute() async throws {
        let body = try await self.options.daemon().send(.get, "/api/sms?\(self.query(now: Date()))")
        if self.options.json { return Answer.printJSON(body) }
        let list = try Answer.decode(ListAnswer<MessageAnswer>.self, from: body)
        Self.table(of: list.items, width: Console.width).forEach(Console.print)
        if let next = list.next { Console.error("More: --cursor \(next.printable())") }
    }

    func query(now: Date) -> String {
        let fields: [(String, String?)] = [
            ("direction", self.direction), ("state", self.state), ("modem", self.modem), ("peer", self.peer),
            ("text", self.text), ("batch", self.batch),
            ("since", self.since.flatMap { LocalTime.iso8601(fromUser: $0, now: now) }),
            ("until", self.until.flatMap { LocalTime.iso8601(fromUser: $0, now: now) }), ("limit", "\(self.limit)"),
            ("cursor", self.cursor),
        ]
        return fields.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }.joined(separator: "&")
    }

    static func table(of messages: [MessageAnswer], width: Int?) -> [String] {
        guard !messages.isEmpty else { return ["No messages."] }
        var table = TextTable("ID", "TIME", "DIRECTION", "STATE", "MODEM", "NUMBER", "TEXT")
        table.rows = messages.map { message in
            let isIncoming = message.direction == "in"
            return [
                message.id, LocalTime.text(message.receivedAt ?? message.createdAt), message.direction, message.state,
                message.modem ?? "-", (isIncoming ? message.from : message.to) ?? "-",
                message.text ?? message.dataHex.map { "hex \($0)" } ?? "-",
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }
}
