// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms", abstract: "Send messages, list, search and show them.",
        subcommands: [
            SMSSendCommand.self, SMSPreviewCommand.self, SMSListCommand.self, SMSSearchCommand.self,
            SMSShowCommand.self, SMSConversationsCommand.self, SMSReadCommand.self, SMSResendCommand.self,
            SMSCancelCommand.self, SMSDeleteCommand.self, SMSExportCommand.self,
        ])
}

struct SMSShowCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one message with its parts.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of the message.", valueName: "id"))
    var id: String

    func execute() async throws {
        let body = try await self.options.daemon().send(.get, "/api/sms/\(self.id.percentEncoded)")
        if self.options.json { return Answer.printJSON(body) }
        Self.lines(of: try Answer.decode(MessageAnswer.self, from: body)).forEach(Console.print)
    }

    static func lines(of message: MessageAnswer) -> [String] {
        var fields = Self.commonFields(of: message)
        fields += message.direction == "in" ? Self.incomingFields(of: message) : Self.outgoingFields(of: message)
        fields += message.parts.map { part in ("part \(part.number)", Self.text(of: part)) }
        var lines = FieldList.lines(fields)
        if let text = message.text { lines += ["", text.printable(keepingLines: true)] }
        if let data = message.dataHex { lines += ["", data.printable()] }
        return lines
    }

    private static func commonFields(of message: MessageAnswer) -> [(String, String?)] {
        let incomplete = message.incomplete == true ? " (incomplete)" : ""
        return [
            ("id", message.id), ("direction", message.direction), ("from", message.from), ("to", message.to),
            ("state", message.state + incomplete), ("error", message.error.map { "\($0.message) (\($0.code))" }),
            ("waiting", message.waiting.map { "\($0.text) (\($0.code))" }), ("modem", message.modem),
            ("encoding", message.encoding), ("ports", message.ports.map { "\($0.destination) from \($0.source)" }),
            ("created", LocalTime.text(message.createdAt)),
        ]
    }

    private static func outgoingFields(of message: MessageAnswer) -> [(String, String?)] {
        [
            ("batch", message.batch), ("reference", message.reference), ("SIM", message.sim),
            ("route", message.route.map { $0.joined(separator: ", ") }),
            ("priority", message.priority.flatMap { $0 == 0 ? nil : "\($0)" }),
            ("replace type", message.replaceType.map { "\($0)" }), ("send at", message.sendAt.map(LocalTime.text)),
            ("expires", message.expiresAt.map(LocalTime.text)),
            ("sent again", message.resends.flatMap { $0 == 0 ? nil : $0 == 1 ? "once" : "\($0) times" }),
            ("sent", message.sentAt.map(LocalTime.text)), ("delivered", message.deliveredAt.map(LocalTime.text)),
        ]
    }

    private static func incomingFields(of message: MessageAnswer) -> [(String, String?)] {
        [
            ("kind", message.kind.flatMap { $0 == "normal" ? nil : $0 }), ("MMS from", message.mms?.from),
            ("subject", message.mms?.subject), ("MMS at", message.mms?.url),
            ("MMS size", message.mms?.sizeBytes.map { "\($0) bytes" }),
            ("received", message.receivedAt.map(LocalTime.text)),
            ("completed", message.completedAt.map(LocalTime.text)), ("read", message.readAt.map(LocalTime.text)),
        ]
    }

    private static func text(of part: MessageAnswer.Part) -> String {
        [
            part.state, part.reference.map { "reference \($0)" }, part.status.map { "TP-Status \($0)" },
            part.statusText,
            part.timestamp.map { "service centre \($0)" }, part.error?.message,
        ].compactMap(\.self).joined(separator: ", ")
    }
}

struct SMSCancelCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a message that is still queued.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of the message.", valueName: "id"))
    var id: String

    func execute() async throws {
        let body = try await self.options.daemon().send(
            .delete, "/api/sms/\(self.id.percentEncoded)?action=cancel")
        if self.options.json { return Answer.printJSON(body) }
        let message = try Answer.decode(MessageAnswer.self, from: body)
        Console.print("\(message.id)  \(message.state)".printable())
    }
}

struct SMSDeleteCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete messages that were received, or whose fate is known.",
        discussion: "  modemgate sms delete 01a1feaa-f8eb-79ec-8337-dedadb0e2cd2")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Ids of messages.", valueName: "ids"))
    var ids: [String]

    func execute() async throws {
        let daemon = try self.options.daemon()
        for id in self.ids {
            let body = try await daemon.send(.delete, "/api/sms/\(id.percentEncoded)?action=delete")
            if self.options.json {
                Answer.printJSON(body)
            } else {
                let message = try Answer.decode(MessageAnswer.self, from: body)
                Console.print("\(message.id)  deleted".printable())
            }
        }
    }
}
