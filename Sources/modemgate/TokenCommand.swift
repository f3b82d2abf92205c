// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create, list and revoke access tokens of the API.",
        discussion: """
            Without any token the daemon serves this machine alone. Once one exists every HTTP request needs one; \
            this command line does not, it speaks through the socket in the data directory. While no daemon runs the \
            database there is changed directly.
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenCreateCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a token and print it, this once.",
        discussion: "  modemgate token create webshop --scope sms:send --scope sms:read")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Who uses it: 1 to 64 characters.", valueName: "name"))
    var name: String

    @Option(
        name: .customLong("scope"),
        help: ArgumentHelp(
            "What it allows: sms:read, sms:send, modem:at, modem:ussd, webhooks:admin, pbx:admin. Repeatable, or with commas.",
            valueName: "scope"),
        completion: .list(["sms:read", "sms:send", "modem:at", "modem:ussd", "webhooks:admin", "pbx:admin"]))
    var scopes: [String] = []

    func validate() throws {
        guard !self.scopes.isEmpty else {
            throw ValidationError(
                "Name what the token allows: --scope sms:read, sms:send, modem:at, modem:ussd, webhooks:admin, pbx:admin."
            )
        }
    }

    func execute() async throws {
        let scopes = self.scopes.flatMap { $0.split(separator: ",").map(String.init) }
        let body = try await TokenAccess(daemon: try self.options.daemon()).create(name: self.name, scopes: scopes)
        if self.options.json { return Answer.printJSON(body) }
        let token = try Answer.decode(TokenAnswer.self, from: body)
        guard let secret = token.token else {
            throw CommandFailure(
                .software, "The daemon did not return the token. Revoke \(self.name) and create it again.")
        }
        Console.error("Token \(token.name.printable()), shown this once. Send it as: Authorization: Bearer …")
        Console.print(secret)
    }
}

struct TokenListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens, never their secrets.")

    @OptionGroup var options: GlobalOptions

    func execute() async throws {
        let body = try await TokenAccess(daemon: try self.options.daemon()).list()
        if self.options.json { return Answer.printJSON(body) }
        let tokens = try Answer.decode(ListAnswer<TokenAnswer>.self, from: body).items
        Self.table(of: tokens, width: Console.width).forEach(Console.print)
    }

    static func table(of tokens: [TokenAnswer], width: Int?) -> [String] {
        guard !tokens.isEmpty else { return ["No tokens: the API serves this machine alone."] }
        var table = TextTable("NAME", "SCOPES", "CREATED", "LAST USED")
        table.rows = tokens.map { token in
            [
                token.name.printable(), token.scopes.joined(separator: " ").printable(),
                LocalTime.text(token.createdAt), token.lastUsedAt.map(LocalTime.text) ?? "never",
            ]
        }
        return table.lines(width: width)
    }
}

struct TokenRevokeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a token: it opens nothing from now on.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("Name of the token.", valueName: "name"))
    var name: String

    func execute() async throws {
        let body = try await TokenAccess(daemon: try self.options.daemon()).revoke(name: self.name)
        if self.options.json { return Answer.printJSON(body) }
        Console.print("Revoked \(self.name.printable()).")
    }
}
