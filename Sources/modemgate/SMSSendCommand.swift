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
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Numbers, separated by commas.", valueName: "numbers"))
    var recipients: String

    @Argument(help: ArgumentHelp("The text; - reads it from standard input.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Send 8-bit data instead of a text: hexadecimal digits.", valueName: "digits"))
    var dataHex: String?

    @Option(help: ArgumentHelp("Send by this modem.", valueName: "modem"))
    var modem: String?

    @Option(name: .customLong("class"), help: ArgumentHelp("Message class 0 to 3; 0 shows at once.", valueName: "n"))
    var messageClass: Int?

    @Option(help: ArgumentHelp("How long the network keeps trying, 5m to 441d.", valueName: "duration"))
    var validity: String?

    @Flag(inversion: .prefixedNo, help: "Ask for a delivery report. Default: as configured.")
    var report: Bool?

    func validate() throws {
        guard self.text == nil || self.dataHex == nil else {
            throw ValidationError("Give a text or --data-hex, not both.")
        }
        guard self.text != nil || self.dataHex != nil else { throw ValidationError("Give a text, - or --data-hex.") }
        guard self.validity == nil || self.validitySeconds != nil else {
            throw ValidationError("--validity is a number with m, h or d: 30m, 24h, 7d.")
        }
    }

    func execute() async throws {
        let numbers = self.recipients.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let body = try await self.options.daemon().send(.post, "/api/sms", body: try self.request(to: numbers))
        if self.options.json { return Answer.printJSON(body) }
        let messages =
            numbers.count == 1
            ? [try Answer.decode(MessageAnswer.self, from: body)]
            : try Answer.decode(BatchAnswer.self, from: body).messages
        for message in messages { Console.print("\(message.id)  \(message.state)  \(message.to ?? "")".printable()) }
    }

    struct Request: Encodable, Equatable {
        enum Recipients: Encodable, Equatable {
            case one(String)
            case several([String])

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .one(let number): try container.encode(number)
                case .several(let numbers): try container.encode(numbers)
                }
            }
        }

        var to: Recipients
        var text: String?
        var dataHex: String?
        var modem: String?
        var `class`: Int?
        var validitySeconds: Int?
        var deliveryReport: Bool?
    }

    private func request(to numbers: [String]) throws(CommandFailure) -> Request {
        Request(
            to: numbers.count == 1 ? .one(numbers[0]) : .several(numbers),
            text: self.text == "-" ? try Self.standardInput() : self.text, dataHex: self.dataHex, modem: self.modem,
            class: self.messageClass, validitySeconds: self.validitySeconds, deliveryReport: self.report)
    }

    /// Whole, without the line end that `echo` adds. The API refuses long texts; this only bounds the memory.
    private static func standardInput() throws(CommandFailure) -> String {
        let limit = 1 << 20
        let bytes: Data
        do {
            bytes = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw CommandFailure(.unreadableInput, "Standard input cannot be read: \(error).")
        }
        guard bytes.count <= limit else { throw CommandFailure(.unreadableInput, "The text is larger than 1 MiB.") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.unreadableInput, "The text on standard input is not UTF-8.")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    var validitySeconds: Int? {
        guard let text = self.validity, text.utf8.count <= 9, let number = Int(text.dropLast()), number > 0 else {
            return nil
        }
        return switch text.last {
        case "m": number * 60
        case "h": number * 3600
        case "d": number * 86_400
        default: nil
        }
    }
}
