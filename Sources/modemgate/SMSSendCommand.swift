// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct SMSSendCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a message to one number or several.",
        discussion: """
            Returns as soon as the message is stored durably and queued; `modemgate sms show ID` tells what became of it.
              modemgate sms send +33639980002 "Good morning"
              echo "Good morning" | modemgate sms send +33639980002,+33639980003 -
              modemgate sms send +33639980002 "Wake up" --at "2026-01-31 07:00" --validity 1h --priority 9
              modemgate sms send +33639980002 "Your code is 1234" --idempotency-key order-4711 --reference 4711
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var message: OutgoingOptions

    @Option(
        help: ArgumentHelp(
            "The same key within 7 days gives the first answer again and sends nothing.", valueName: "key"))
    var idempotencyKey: String?

    func execute() async throws {
        let now = Date()
        let request = try self.message.request(now: now)
        let reply = try await self.options.daemon().exchange(
            .post, "/api/sms", body: request, headers: self.idempotencyKey.map { [("Idempotency-Key", $0)] } ?? [])
        if reply.header("Idempotent-Replayed") == "true" {
            Console.error("Accepted before with this key; nothing was sent again.")
        }
        if self.options.json { return Answer.printJSON(reply.body) }
        let isSingle = if case .one = request.to { true } else { false }
        if isSingle {
            let answer = try Answer.decode(CostedMessageAnswer.self, from: reply.body)
            Self.lines(of: [answer.message], cost: answer.cost).forEach(Console.print)
        } else {
            let answer = try Answer.decode(BatchAnswer.self, from: reply.body)
            Self.lines(of: answer.messages, cost: answer.cost).forEach(Console.print)
            for number in answer.repeated ?? [] {
                Console.error("\(number) was given more than once; it gets one message.".printable())
            }
        }
    }

    static func lines(of messages: [MessageAnswer], cost: CostAnswer?) -> [String] {
        messages.map { message in
            let waiting = message.waiting.map { "  \($0.text)" } ?? ""
            return "\(message.id)  \(message.state)  \(message.to ?? "")\(waiting)".printable()
        } + (cost.map { ["\($0.text)"] } ?? [])
    }
}

struct SMSPreviewCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Say in how many parts a message would go, and by which modem. Sends nothing.",
        discussion: """
            Takes what `sms send` takes and refuses what it refuses; nothing is stored.
              modemgate sms preview +33639980002 "Good morning"
              modemgate sms preview 0639980002,+33639980003 - < letter.txt
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var message: OutgoingOptions

    func execute() async throws {
        let body = try await self.options.daemon().send(
            .post, "/api/sms/preview", body: try self.message.request(now: Date()))
        if self.options.json { return Answer.printJSON(body) }
        Self.lines(of: try Answer.decode(PreviewAnswer.self, from: body)).forEach(Console.print)
    }

    static func lines(of preview: PreviewAnswer) -> [String] {
        var lines = [preview.cost.text]
        let times = [
            preview.sendAt.map { "sent at \(LocalTime.text($0))" },
            preview.expiresAt.map { "expires at \(LocalTime.text($0))" },
        ].compactMap(\.self)
        if !times.isEmpty { lines.append(times.joined(separator: ", ")) }
        lines += preview.parts.map { part in
            let content = part.text.map { "\"\($0.printable())\"" } ?? "hex \((part.dataHex ?? "").printable())"
            return "part \(part.number): \(part.unitsUsed) used, \(part.unitsLeft) left  \(content)"
        }
        lines += preview.recipients.map { recipient in
            let modem = recipient.modems.first.map { "by \($0)" + (recipient.modems.count > 1 ? " first" : "") }
            return [recipient.to, modem, recipient.why].compactMap(\.self).joined(separator: "  ").printable()
        }
        return lines + preview.repeated.map { "\($0.printable()) was given more than once; it would get one message." }
    }
}

struct SMSResendCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Send a message again under the same id.",
        discussion: """
            One that failed, expired, was cancelled or is uncertain: its parts that were not sent. One that was sent or
            delivered needs --confirm, and goes out whole: its recipient may get it twice.
              modemgate sms resend 01a1feaa-f8e5-7d30-9b50-4275cc8de3b9
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of the message.", valueName: "id"))
    var id: String

    @Flag(help: "Send it although it was sent, or delivered.")
    var confirm = false

    struct Request: Encodable {
        var confirm: Bool
    }

    func execute() async throws {
        let body = try await self.options.daemon().send(
            .post, "/api/sms/\(self.id.percentEncoded)/resend", body: Request(confirm: self.confirm))
        if self.options.json { return Answer.printJSON(body) }
        Self.lines(of: try Answer.decode(ResentMessageAnswer.self, from: body)).forEach(Console.print)
    }

    static func lines(of answer: ResentMessageAnswer) -> [String] {
        let numbers = answer.resentParts.map(String.init).joined(separator: ", ")
        let parts = answer.resentParts.count == 1 ? "part \(numbers) goes" : "parts \(numbers) go"
        return SMSSendCommand.lines(of: [answer.message], cost: nil) + ["\(parts) out again"]
    }
}
