// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms", abstract: "Send messages, list and show them.",
        subcommands: [SMSSendCommand.self, SMSListCommand.self, SMSShowCommand.self, SMSCancelCommand.self])
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
        let incomplete = message.incomplete == true ? " (incomplete)" : ""
        var fields: [(String, String?)] = [
            ("id", message.id), ("direction", message.direction), ("from", message.from), ("to", message.to),
            ("state", message.state + incomplete), ("error", message.error.map { "\($0.message) (\($0.code))" }),
            ("modem", message.modem), ("encoding", message.encoding), ("batch", message.batch),
            ("created", LocalTime.text(message.createdAt)), ("sent", message.sentAt.map(LocalTime.text)),
            ("delivered", message.deliveredAt.map(LocalTime.text)),
            ("received", message.receivedAt.map(LocalTime.text)),
        ]
        fields += message.parts.map { part in ("part \(part.number)", Self.text(of: part)) }
        var lines = FieldList.lines(fields)
        if let text = message.text { lines += ["", text.printable(keepingLines: true)] }
        if let data = message.dataHex { lines += ["", data.printable()] }
        return lines
    }

    private static func text(of part: MessageAnswer.Part) -> String {
        [
            part.state, part.reference.map { "reference \($0)" }, part.status.map { "TP-Status \($0)" },
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
        let body = try await self.options.daemon().send(.delete, "/api/sms/\(self.id.percentEncoded)")
        if self.options.json { return Answer.printJSON(body) }
        let message = try Answer.decode(MessageAnswer.self, from: body)
        Console.print("\(message.id)  \(message.state)".printable())
    }
}
