// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation

struct OptOutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "opt-out", abstract: "Numbers that get no messages: list, add and remove them.",
        discussion: """
            Who answers STOP, or a word like it, is added by itself, and taken off by START (sms.opt_out of the
            configuration). A message to such a number fails with the code opted-out.
            """,
        subcommands: [OptOutListCommand.self, OptOutAddCommand.self, OptOutRemoveCommand.self])
}

struct OptOutListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the numbers that get no messages.",
        discussion: "  modemgate opt-out list --number +33639980002")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var page: PageOptions

    @Option(help: ArgumentHelp("Only this number.", valueName: "number"))
    var number: String?

    func execute() async throws {
        let query = Query.text([("number", self.number)] + self.page.fields)
        let body = try await self.options.daemon().send(.get, "/api/opt-outs?\(query)")
        if self.options.json { return Answer.printJSON(body) }
        let list = try Answer.decode(ListAnswer<OptOutAnswer>.self, from: body)
        Self.table(of: list.items, width: Console.width).forEach(Console.print)
        PageOptions.tellNext(list.next)
    }

    static func table(of entries: [OptOutAnswer], width: Int?) -> [String] {
        guard !entries.isEmpty else { return ["No opt-outs."] }
        var table = TextTable("ID", "NUMBER", "FROM", "SINCE", "WORD")
        table.rows = entries.map { entry in
            [
                entry.id, entry.number, entry.from, LocalTime.text(entry.createdAt), entry.word ?? "entered",
            ].map { $0.printable() }
        }
        return table.lines(width: width)
    }
}

struct OptOutAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Send no more messages to a number.",
        discussion: """
              modemgate opt-out add +33639980002
              modemgate opt-out add +33639980002 --modem ec25-1
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("Only from the SIM in this modem. Default: from none at all.", valueName: "modem"))
    var modem: String?

    @Option(help: ArgumentHelp("Only from this SIM: its ICCID or its own number.", valueName: "sim"))
    var sim: String?

    @Argument(help: ArgumentHelp("The number.", valueName: "number"))
    var number: String

    struct Request: Encodable {
        var number: String
        var modem: String?
        var sim: String?
    }

    func execute() async throws {
        let body = try await self.options.daemon().send(
            .post, "/api/opt-outs", body: Request(number: self.number, modem: self.modem, sim: self.sim))
        if self.options.json { return Answer.printJSON(body) }
        let entry = try Answer.decode(OptOutAnswer.self, from: body)
        Console.print("\(entry.id)  \(entry.number) gets no messages from \(entry.from).".printable())
    }
}

struct OptOutRemoveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Send messages to a number again.",
        discussion: """
            Only when its owner wants them again; an answer START does the same.
              modemgate opt-out remove +33639980002
              modemgate opt-out remove 01a1feaa-f8eb-79ec-8337-dedadb0e2cd2
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: ArgumentHelp("The number: all its entries; or the id of one entry.", valueName: "number or id"))
    var entry: String

    func execute() async throws {
        let body = try await self.options.daemon().send(.delete, "/api/opt-outs/\(self.entry.percentEncoded)")
        if self.options.json { return Answer.printJSON(body) }
        for entry in try Answer.decode(ListAnswer<OptOutAnswer>.self, from: body).items {
            Console.print("\(entry.number) gets messages from \(entry.from) again.".printable())
        }
    }
}
