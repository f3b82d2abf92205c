// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSConversationsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "conversations", abstract: "List conversations, or the messages of one, newest first.",
        discussion: """
              modemgate sms conversations --unread
              modemgate sms conversations +33639980002
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var page: PageOptions

    @Flag(help: "Only conversations with messages that were not read.")
    var unread = false

    @Argument(help: ArgumentHelp("The other side's number: its messages.", valueName: "number"))
    var peer: String?

    func validate() throws {
        guard self.peer == nil || !self.unread else {
            throw ValidationError("Give a number or --unread; `sms list --unread --peer NUMBER` does both.")
        }
    }

    func execute() async throws {
        if let peer = self.peer {
            let path = "/api/conversations/\(peer.percentEncoded)/messages?\(Query.text(self.page.fields))"
            return try await SMSListCommand.list(self.options, path)
        }
        let query = Query.text([("unread", self.unread ? "true" : nil)] + self.page.fields)
        let body = try await self.options.daemon().send(.get, "/api/conversations?\(query)")
        if self.options.json { return Answer.printJSON(body) }
        let list = try Answer.decode(ListAnswer<ConversationAnswer>.self, from: body)
        Self.table(of: list.items, width: Console.width).forEach(Console.print)
        PageOptions.tellNext(list.next)
    }

    static func table(of conversations: [ConversationAnswer], width: Int?) -> [String] {
        guard !conversations.isEmpty else { return ["No conversations."] }
        var table = TextTable("NUMBER", "UNREAD", "TIME", "MODEM", "DIRECTION", "TEXT")
        table.rows = conversations.map { conversation in
            let last = conversation.lastMessage
            return [
                conversation.peer, "\(conversation.unread)", LocalTime.text(last.receivedAt ?? last.createdAt),
                conversation.modems.isEmpty ? "-" : conversation.modems.joined(separator: " "), last.direction,
                last.content,
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }
}

struct SMSReadCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Mark received messages as read, or as unread.",
        discussion: """
              modemgate sms read 01a1feaa-f8eb-79ec-8337-dedadb0e2cd2
              modemgate sms read --conversation +33639980002
              modemgate sms read --unread 01a1feaa-f8eb-79ec-8337-dedadb0e2cd2
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("All messages of this number.", valueName: "number"))
    var conversation: String?

    @Flag(help: "Mark as unread.")
    var unread = false

    @Argument(help: ArgumentHelp("Ids of messages.", valueName: "ids"))
    var ids: [String] = []

    func validate() throws {
        guard self.ids.isEmpty != (self.conversation == nil) else {
            throw ValidationError("Give the ids of messages, or --conversation.")
        }
        guard self.conversation == nil || !self.unread else {
            throw ValidationError("A conversation is marked as read only; give the ids of messages with --unread.")
        }
    }

    func execute() async throws {
        let daemon = try self.options.daemon()
        for path in self.paths {
            let body = try await daemon.send(.post, path)
            if self.options.json {
                Answer.printJSON(body)
            } else if self.conversation != nil {
                let answer = try Answer.decode(ReadConversationAnswer.self, from: body)
                Console.print("\(answer.peer)  \(answer.marked) marked as read".printable())
            } else {
                let message = try Answer.decode(MessageAnswer.self, from: body)
                Console.print("\(message.id)  \(message.readAt == nil ? "unread" : "read")".printable())
            }
        }
    }

    var paths: [String] {
        if let conversation = self.conversation {
            return ["/api/conversations/\(conversation.percentEncoded)/read"]
        }
        return self.ids.map { "/api/sms/\($0.percentEncoded)/\(self.unread ? "unread" : "read")" }
    }
}
