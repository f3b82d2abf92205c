// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

/// What is to be sent: the same for `sms send` and `sms preview`.
struct OutgoingOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Numbers, separated by commas.", valueName: "numbers"))
    var recipients: String

    @Argument(help: ArgumentHelp("The text; - reads it from standard input.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Send 8-bit data instead of a text: hexadecimal digits.", valueName: "digits"))
    var dataHex: String?

    @Option(help: ArgumentHelp("Application ports: destination, or destination:source.", valueName: "ports"))
    var ports: String?

    @Option(help: ArgumentHelp("Send by this modem.", valueName: "modem"))
    var modem: String?

    @Option(help: ArgumentHelp("Send by this SIM: its ICCID or its own number.", valueName: "sim"))
    var sim: String?

    @Option(
        help: ArgumentHelp(
            "Send by a route of the configuration, or by modems in this order: a,b.", valueName: "route"))
    var route: String?

    @Option(name: .customLong("class"), help: ArgumentHelp("Message class 0 to 3; 0 shows at once.", valueName: "n"))
    var messageClass: Int?

    @Flag(help: "Show at once and do not store: the same as --class 0.")
    var flash = false

    @Option(help: ArgumentHelp("Expire after that time, 5m to 441d.", valueName: "duration"))
    var validity: String?

    @Option(
        help: ArgumentHelp(
            "Not before then: \"2026-01-31 08:00\" (local), 2026-01-31T08:00:00Z, or a time from now: 30m, 12h.",
            valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("0 to 9; higher goes first. Default: 0.", valueName: "n"))
    var priority: Int?

    @Option(
        help: ArgumentHelp(
            "1 to 7: takes the place of the message of the same type that the phone shows.", valueName: "n"))
    var replaceType: Int?

    @Option(help: ArgumentHelp("Your own id of this message, unique, 1 to 128 characters.", valueName: "id"))
    var reference: String?

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
        guard !self.flash || self.messageClass == nil || self.messageClass == 0 else {
            throw ValidationError("--flash is class 0; give one of --flash and --class.")
        }
        guard [self.modem, self.sim, self.route].compactMap(\.self).count <= 1 else {
            throw ValidationError("Give one of --modem, --sim and --route.")
        }
        guard self.ports == nil || self.applicationPorts != nil else {
            throw ValidationError("--ports is DESTINATION or DESTINATION:SOURCE, numbers from 0 to 65535.")
        }
        if let at = self.at, LocalTime.iso8601(fromUser: at, now: Date(), ahead: true) == nil {
            throw ValidationError("--at \(at) is not a time: write \"2026-01-31 08:00\", 30m or 12h.")
        }
    }

    var numbers: [String] {
        self.recipients.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func request(now: Date) throws(CommandFailure) -> OutgoingMessage {
        let numbers = self.numbers
        return OutgoingMessage(
            to: numbers.count == 1 ? .one(numbers[0]) : .several(numbers),
            text: self.text == "-" ? try Self.standardInput() : self.text, dataHex: self.dataHex,
            ports: self.applicationPorts, modem: self.modem, sim: self.sim,
            route: self.route.map { route in
                let modems = route.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                return route.contains(",") ? .several(modems) : .one(route)
            },
            class: self.flash ? 0 : self.messageClass, validity: self.validitySeconds,
            sendAt: self.at.flatMap { LocalTime.iso8601(fromUser: $0, now: now, ahead: true) },
            priority: self.priority, deliveryReport: self.report, replaceType: self.replaceType,
            reference: self.reference)
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

    private var applicationPorts: OutgoingMessage.Ports? {
        guard let text = self.ports else { return nil }
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { UInt16($0) }
        guard numbers.count == fields.count, (1...2).contains(numbers.count) else { return nil }
        return OutgoingMessage.Ports(destination: numbers[0], source: numbers.count == 2 ? numbers[1] : 0)
    }
}

/// The body of `POST /api/sms` and `POST /api/sms/preview`.
struct OutgoingMessage: Encodable, Equatable {
    /// A string or a list of them.
    enum Names: Encodable, Equatable {
        case one(String)
        case several([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let name): try container.encode(name)
            case .several(let names): try container.encode(names)
            }
        }
    }

    struct Ports: Encodable, Equatable {
        var destination: UInt16
        var source: UInt16
    }

    var to: Names
    var text: String?
    var dataHex: String?
    var ports: Ports?
    var modem: String?
    var sim: String?
    var route: Names?
    var `class`: Int?
    /// Seconds.
    var validity: Int?
    /// ISO 8601, UTC.
    var sendAt: String?
    var priority: Int?
    var deliveryReport: Bool?
    var replaceType: Int?
    var reference: String?
}
