// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List messages, newest first.",
        discussion: """
            \(MessageFilterOptions.timesHelp)
              modemgate sms list --direction in --unread
              modemgate sms list --state failed --since 24h
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var filter: MessageFilterOptions
    @OptionGroup var page: PageOptions

    func execute() async throws {
        try await Self.list(self.options, "/api/sms?\(self.query(now: Date()))")
    }

    func query(now: Date) -> String { Query.text(self.filter.fields(now: now) + self.page.fields) }

    /// Asks for a page of messages and prints it.
    static func list(_ options: GlobalOptions, _ path: String) async throws {
        let body = try await options.daemon().send(.get, path)
        if options.json { return Answer.printJSON(body) }
        let list = try Answer.decode(ListAnswer<MessageAnswer>.self, from: body)
        Self.table(of: list.items, width: Console.width).forEach(Console.print)
        PageOptions.tellNext(list.next)
    }

    static func table(of messages: [MessageAnswer], width: Int?) -> [String] {
        guard !messages.isEmpty else { return ["No messages."] }
        var table = TextTable("ID", "TIME", "DIRECTION", "STATE", "MODEM", "NUMBER", "TEXT")
        table.rows = messages.map { message in
            let isIncoming = message.direction == "in"
            return [
                message.id, LocalTime.text(message.receivedAt ?? message.createdAt), message.direction, message.state,
                message.modem ?? "-", (isIncoming ? message.from : message.to) ?? "-", message.content,
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }
}

struct SMSSearchCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find messages by words of their text, newest first.",
        discussion: """
            A message is found when it has all the words, or words that begin so; case and accents do not matter.
              modemgate sms search invoice overdue
              modemgate sms search resume --direction in --since 7d
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var filter: MessageFilterOptions
    @OptionGroup var page: PageOptions

    @Argument(help: ArgumentHelp("Words.", valueName: "words"))
    var words: [String]

    func execute() async throws {
        try await SMSListCommand.list(self.options, "/api/sms?\(self.query(now: Date()))")
    }

    func query(now: Date) -> String {
        Query.text([("q", self.words.joined(separator: " "))] + self.filter.fields(now: now) + self.page.fields)
    }
}
