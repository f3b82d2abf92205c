// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Tell other programs what happens, by HTTP requests to them.",
        discussion: """
            Each request is signed, and repeated until it is answered with a 2xx status. docs/WEBHOOKS.md says how to check \
            it.
              modemgate webhook add https://hooks.example.org/sms --event sms:received --event sms:failed
              modemgate webhook test ID
              modemgate webhook deliveries --dead
            """,
        subcommands: [
            WebhookAddCommand.self, WebhookListCommand.self, WebhookShowCommand.self, WebhookEnableCommand.self,
            WebhookDisableCommand.self, WebhookRemoveCommand.self, WebhookTestCommand.self,
            WebhookDeliveriesCommand.self, WebhookResendCommand.self,
        ])
}

struct WebhookAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a webhook and print its secret, this once.",
        discussion: """
              modemgate webhook add https://hooks.example.org/sms --name shop
              modemgate webhook add http://192.168.1.20:8080/in --event sms:received
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Where requests go: https:// or http://.", valueName: "url"))
    var url: String

    @Option(
        name: .customLong("event"),
        help: ArgumentHelp(
            "sms:received, sms:sent, sms:delivered, sms:failed, sms:uncertain, modem:state, ussd:received. Repeatable, or "
                + "with commas. Default: all.",
            valueName: "event"))
    var events: [String] = []

    @Option(help: ArgumentHelp("What to call it, 1 to 64 characters.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("whsec_ and 24 to 64 octets in base64. Default: a new one.", valueName: "secret"))
    var secret: String?

    @Option(help: ArgumentHelp("For one request, 1 to 60. Default: as configured.", valueName: "seconds"))
    var timeout: Int?

    func execute() async throws {
        let events = self.events.flatMap { $0.split(separator: ",").map(String.init) }
        let request = WebhookRequest(
            name: self.name, url: self.url, events: events.isEmpty ? ["*"] : events, secret: self.secret,
            enabled: true, timeout: self.timeout)
        let body = try await self.options.daemon().send(.post, "/api/webhooks", body: request)
        if self.options.json { return Answer.printJSON(body) }
        let webhook = try Answer.decode(WebhookAnswer.self, from: body)
        Console.error("Webhook \(webhook.id.printable()). Its requests are signed with this secret, shown this once:")
        Console.print((webhook.secret ?? "").printable())
    }
}

struct WebhookListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the webhooks, never their secrets.")

    @OptionGroup var options: GlobalOptions

    func execute() async throws {
        let body = try await self.options.daemon().send(.get, "/api/webhooks")
        if self.options.json { return Answer.printJSON(body) }
        let webhooks = try Answer.decode(ListAnswer<WebhookAnswer>.self, from: body).items
        Self.table(of: webhooks, width: Console.width).forEach(Console.print)
    }

    static func table(of webhooks: [WebhookAnswer], width: Int?) -> [String] {
        guard !webhooks.isEmpty else { return ["No webhooks. `modemgate webhook add URL` adds one."] }
        var table = TextTable("ID", "NAME", "STATE", "PENDING", "DEAD", "EVENTS", "URL")
        table.rows = webhooks.map { webhook in
            [
                webhook.id, webhook.name ?? "-", webhook.enabled ? "enabled" : "disabled", "\(webhook.pending)",
                "\(webhook.dead)", webhook.events.joined(separator: " "), webhook.url,
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }
}

struct WebhookShowCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one webhook.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var webhook: WebhookArgument

    func execute() async throws {
        let body = try await self.options.daemon().send(.get, self.webhook.path)
        if self.options.json { return Answer.printJSON(body) }
        Self.lines(of: try Answer.decode(WebhookAnswer.self, from: body)).forEach(Console.print)
    }

    static func lines(of webhook: WebhookAnswer) -> [String] {
        FieldList.lines([
            ("id", webhook.id), ("name", webhook.name), ("url", webhook.url),
            ("events", webhook.events.joined(separator: " ")), ("state", webhook.enabled ? "enabled" : "disabled"),
            ("reason", webhook.disabledReason), ("timeout", webhook.timeout.map { "\($0) s" }),
            ("pending", "\(webhook.pending)"), ("dead", "\(webhook.dead)"),
            ("created", LocalTime.text(webhook.createdAt)), ("changed", LocalTime.text(webhook.updatedAt)),
        ])
    }
}

struct WebhookEnableCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Call a disabled webhook again: what waited for it goes out.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var webhook: WebhookArgument

    func execute() async throws { try await self.webhook.setEnabled(true, self.options) }
}

struct WebhookDisableCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Call a webhook no more until it is enabled: what happens meanwhile it misses.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var webhook: WebhookArgument

    func execute() async throws { try await self.webhook.setEnabled(false, self.options) }
}

struct WebhookRemoveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a webhook with its deliveries, made or not.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var webhook: WebhookArgument

    func execute() async throws {
        // As many deliveries as there are go a piece at a time.
        let body = try await self.options.daemon().send(.delete, self.webhook.path, timeout: .seconds(120))
        if self.options.json { return Answer.printJSON(body) }
        Console.print("Removed \(self.webhook.id.printable()).")
    }
}

struct WebhookTestCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send webhook:test and say what the target answered.",
        discussion: "Exit status 1 when the first attempt was not answered with a 2xx status.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var webhook: WebhookArgument

    func execute() async throws {
        // One attempt takes a minute at most.
        let body = try await self.options.daemon().send(.post, self.webhook.path + "/test", timeout: .seconds(75))
        let delivery = try Answer.decode(DeliveryAnswer.self, from: body)
        if self.options.json {
            Answer.printJSON(body)
        } else {
            FieldList.lines(WebhookDeliveriesCommand.fields(of: delivery)).forEach(Console.print)
        }
        guard delivery.state == "delivered" else { throw CommandFailure(.failure) }
    }
}

/// The webhook a command is about.
struct WebhookArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("Id of the webhook; `modemgate webhook list` shows it.", valueName: "id"))
    var id: String

    var path: String { "/api/webhooks/\(self.id.percentEncoded)" }

    func setEnabled(_ enabled: Bool, _ options: GlobalOptions) async throws {
        let daemon = try options.daemon()
        let now = try Answer.decode(WebhookAnswer.self, from: try await daemon.send(.get, self.path))
        let request = WebhookRequest(
            name: now.name, url: now.url, events: now.events, secret: nil, enabled: enabled, timeout: now.timeout)
        let body = try await daemon.send(.put, self.path, body: request)
        if options.json { return Answer.printJSON(body) }
        Console.print("\(self.id.printable()) is \(enabled ? "enabled" : "disabled").")
    }
}
