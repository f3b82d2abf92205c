// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct WebhookDeliveriesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "What webhooks were told, or are still to be told, newest first.",
        discussion: """
              modemgate webhook deliveries ID --state pending
              modemgate webhook deliveries --dead
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of the webhook; may be left out with --dead.", valueName: "id"))
    var id: String?

    @Option(help: ArgumentHelp("pending, blocked (behind another of its conversation), delivered or dead."))
    var state: String?

    @Flag(help: "What was given up: the same as --state dead, for all webhooks unless one is named.")
    var dead = false

    @Option(help: ArgumentHelp("At most so many, 1 to 500.", valueName: "n"))
    var limit = 50

    @Option(help: ArgumentHelp("Continue where an earlier list ended.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        guard (1...500).contains(self.limit) else { throw ValidationError("--limit is a number from 1 to 500.") }
        guard self.dead || self.id != nil else { throw ValidationError("Name a webhook, or give --dead.") }
        guard !self.dead || self.state == nil else { throw ValidationError("Give --dead or --state, not both.") }
    }

    func execute() async throws {
        let body = try await self.options.daemon().send(.get, self.path)
        if self.options.json { return Answer.printJSON(body) }
        let list = try Answer.decode(ListAnswer<DeliveryAnswer>.self, from: body)
        Self.table(of: list.items, width: Console.width).forEach(Console.print)
        if let next = list.next { Console.error("More: --cursor \(next.printable())") }
    }

    var path: String {
        var fields: [(String, String?)] = [("limit", "\(self.limit)"), ("cursor", self.cursor)]
        let path: String
        if self.dead {
            path = "/api/webhooks/deliveries/dead"
            fields.append(("webhook", self.id))
        } else {
            path = "/api/webhooks/\((self.id ?? "").percentEncoded)/deliveries"
            fields.append(("state", self.state))
        }
        let query = fields.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
        return path + "?" + query.joined(separator: "&")
    }

    static func table(of deliveries: [DeliveryAnswer], width: Int?) -> [String] {
        guard !deliveries.isEmpty else { return ["No deliveries."] }
        var table = TextTable("ID", "TIME", "EVENT", "STATE", "ATTEMPTS", "STATUS", "REASON")
        table.rows = deliveries.map { delivery in
            [
                delivery.id, LocalTime.text(delivery.time), delivery.event, delivery.state, "\(delivery.attempts)",
                delivery.status.map { "\($0)" } ?? "-", delivery.error?.message ?? "-",
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }

    static func fields(of delivery: DeliveryAnswer) -> [(name: String, value: String?)] {
        [
            ("delivery", delivery.id), ("event", delivery.event), ("state", delivery.state),
            ("attempts", "\(delivery.attempts)"), ("status", delivery.status.map { "\($0)" }),
            ("reason", delivery.error?.message), ("answer", delivery.response),
            ("next attempt", delivery.nextAttemptAt.map(LocalTime.text)),
        ]
    }
}

struct WebhookResendCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Send deliveries again that were given up, with the same Webhook-Id.",
        discussion: """
              modemgate webhook resend ID DELIVERY
              modemgate webhook resend ID --all
              modemgate webhook resend --all
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Id of the webhook; without it, with --all, every one.", valueName: "id"))
    var id: String?

    @Argument(help: ArgumentHelp("Id of one delivery.", valueName: "delivery"))
    var delivery: String?

    @Flag(help: "Everything that was given up.")
    var all = false

    func validate() throws {
        guard self.all != (self.delivery != nil) else {
            throw ValidationError("Name a webhook and one of its deliveries, or give --all.")
        }
    }

    func execute() async throws {
        // All of them go a piece at a time.
        let body = try await self.options.daemon().send(.post, self.path, timeout: .seconds(120))
        if self.options.json { return Answer.printJSON(body) }
        if self.all {
            let count = try Answer.decode(ResentAnswer.self, from: body).resent
            Console.print(count == 1 ? "1 delivery is sent again." : "\(count) deliveries are sent again.")
        } else {
            let delivery = try Answer.decode(DeliveryAnswer.self, from: body)
            Console.print("\(delivery.id)  \(delivery.state)".printable())
        }
    }

    var path: String {
        let webhook = self.id?.percentEncoded
        guard let delivery = self.delivery else {
            return "/api/webhooks/deliveries/dead/resend" + (webhook.map { "?webhook=\($0)" } ?? "")
        }
        return "/api/webhooks/\(webhook ?? "")/deliveries/\(delivery.percentEncoded)/resend"
    }
}

// MARK: What the daemon takes and answers

struct WebhookRequest: Encodable {
    var name: String?
    var url: String
    var events: [String]
    var secret: String?
    var enabled: Bool
    var timeout: Int?
}

struct WebhookAnswer: Codable {
    var id: String
    var name: String?
    var url: String
    var events: [String]
    var enabled: Bool
    var disabledReason: String?
    var timeout: Int?
    var createdAt: String
    var updatedAt: String
    var pending: Int
    var dead: Int
    /// Only in the answer to its creation.
    var secret: String?
}

struct DeliveryAnswer: Codable {
    var id: String
    var webhook: String
    var event: String
    var time: String
    var state: String
    var attempts: Int
    var nextAttemptAt: String?
    var status: Int?
    var error: MessageAnswer.Failure?
    var response: String?
}

private struct ResentAnswer: Decodable { var resent: Int }
