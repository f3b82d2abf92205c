// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import ArgumentParser
internal import ModemSimulator

/// `modemgate sim`: simulated modems, and what happens to them.
struct SimCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim",
        abstract: "Simulated modems on pseudo-terminals, joined by a simulated network.",
        discussion: """
            'sim run' is a simulation of its own; the other commands drive it, or the one of 'serve --simulate', while \
            it runs. See docs/SIMULATOR.md.
            """,
        subcommands: [
            SimRunCommand.self, SimStatusCommand.self, SimDeliverCommand.self, SimFaultCommand.self,
            SimClearCommand.self, SimPlugCommand.self, SimUnplugCommand.self, SimSignalCommand.self,
            SimUSSDCommand.self, SimLogCommand.self,
        ])
}

/// Where the simulation runs and how the answer is printed.
struct SimClientOptions: ParsableArguments {
    @Option(help: "Directory of the simulation: where its ttys and sim.sock are.")
    var dir: String

    @Flag(help: "Print JSON.")
    var json = false

    func connect() throws -> SimulationClient {
        try SimulationClient(directory: self.dir)
    }
}

struct SimStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The modems, their SIMs and what waits for them.")

    @OptionGroup var options: SimClientOptions

    func run() throws {
        let modems = try self.options.connect().send(SimulationRequest(.status)).modems ?? []
        guard !self.options.json else {
            try SimOutput.print(modems)
            return
        }
        for modem in modems {
            let state = modem.isPlugged ? (modem.isRegistered ? "registered" : "not registered") : "unplugged"
            print("\(modem.id)  \(modem.model.rawValue)  \(modem.number)  \(modem.tty)")
            print("    \(state), SIM \(modem.sim), \(modem.waiting) waiting in the network")
            let stored = modem.stored.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            print("    stored: \(stored.joined(separator: ", "))" + (modem.isSilenced ? "; silenced" : ""))
            for fault in modem.faults { print("    fault: \(fault.kind.rawValue) \(fault.command ?? "")") }
        }
    }
}

struct SimDeliverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "A message from an outside number arrives at a modem.")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem it is for.") var modem: String
    @Option(help: "Number or name of the sender.") var from: String = "+33639980100"
    @Option(help: "The text; a long one arrives in parts.") var text: String?
    @Option(help: "Service centre address and TPDU in hexadecimal, instead of a text.") var pdu: String?

    func validate() throws {
        guard (self.text == nil) != (self.pdu == nil) else { throw ValidationError("Give --text or --pdu.") }
    }

    func run() throws {
        var request = SimulationRequest(.deliver, modem: self.modem)
        request.from = self.from
        request.text = self.text
        request.pdu = self.pdu
        let deliveries = try self.options.connect().send(request).deliveries ?? []
        if self.options.json {
            try SimOutput.print(deliveries)
        } else {
            print("queued as \(deliveries.map(String.init).joined(separator: ", "))")
        }
    }
}

struct SimFaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault", abstract: "Something goes wrong with a modem.",
        discussion: "Kinds: " + SimulatedFault.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String
    @Argument(help: "What goes wrong.") var kind: String
    @Option(help: "The command it hits, such as +CMGS; '+CMGS>' is its prompt.") var command: String?
    @Option(help: "How late an answer comes, in milliseconds.") var milliseconds: Int?
    @Option(help: "Number of the error.") var code: Int?
    @Option(help: "How many codes a storm has, or how many bytes garbage.") var count: Int?
    @Option(help: "The line of a storm, or the PIN of 'pinLocked'.") var text: String?
    @Option(help: "How many commands it hits: 1 unless given, 0 for all until 'sim clear'.") var times: Int?

    func run() throws {
        guard let kind = SimulatedFault.Kind(rawValue: self.kind) else {
            let known = SimulatedFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no fault '\(self.kind)'. There are: \(known).")
        }
        var request = SimulationRequest(.fault, modem: self.modem)
        request.fault = SimulatedFault(
            kind, command: self.command, milliseconds: self.milliseconds, code: self.code, count: self.count,
            text: self.text, times: self.times)
        try SimOutput.confirm(self.options, request)
    }
}

struct SimClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Ends every fault of a modem.")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String

    func run() throws {
        try SimOutput.confirm(self.options, SimulationRequest(.clear, modem: self.modem))
    }
}

struct SimPlugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plug", abstract: "Plugs a modem in again; its link is the same as before.")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String

    func run() throws {
        try SimOutput.confirm(self.options, SimulationRequest(.plug, modem: self.modem))
    }
}

struct SimUnplugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unplug", abstract: "Unplugs a modem: its tty hangs up and its link goes.")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String

    func run() throws {
        try SimOutput.confirm(self.options, SimulationRequest(.unplug, modem: self.modem))
    }
}

struct SimSignalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal", abstract: "Sets the signal a modem receives.")

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String
    @Argument(help: "<rssi> of +CSQ, 0 to 31.") var level: Int

    func run() throws {
        var request = SimulationRequest(.signal, modem: self.modem)
        request.level = self.level
        try SimOutput.confirm(self.options, request)
    }
}

struct SimUSSDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ussd", abstract: "The network begins a USSD session, ends one, or learns an answer.",
        discussion: """
              modemgate sim ussd ec25-1 --dir DIR --text 'Your credit is low.'
              modemgate sim ussd ec25-1 --dir DIR --text 'Renew? 1 yes' --asks
              modemgate sim ussd ec25-1 --dir DIR --code '*123#/1' --text 'Your balance is 5 EUR.'
            """)

    @OptionGroup var options: SimClientOptions
    @Argument(help: "The modem.") var modem: String
    @Option(help: "What the network says; without it, it ends the session.") var text: String?
    @Option(help: "The code this answers, '*123#', or code and replies, '*123#/1'.") var code: String?
    @Flag(help: "The network waits for a reply.") var asks = false
    @Flag(help: "The text comes in UCS2.") var ucs2 = false

    func validate() throws {
        guard self.code == nil || self.text != nil else { throw ValidationError("Give --text with --code.") }
    }

    func run() throws {
        var request = SimulationRequest(.ussd, modem: self.modem)
        request.text = self.text
        request.code = self.code
        request.asks = self.asks
        request.ucs2 = self.ucs2
        try SimOutput.confirm(self.options, request)
    }
}

struct SimLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What happened in the simulated network, one entry a line.")

    @OptionGroup var options: SimClientOptions
    @Option(help: "Only entries with a higher sequence.") var after: Int = 0

    func run() throws {
        for entry in try self.options.connect().log(after: self.after) {
            if self.options.json {
                try SimOutput.print(entry)
                continue
            }
            let fields: [String?] = [
                "\(entry.sequence)", entry.kind.rawValue, entry.modem, entry.delivery.map { "delivery \($0)" },
                entry.messageReference.map { "MR \($0)" }, entry.from.map { "from \($0)" },
                entry.to.map { "to \($0)" }, entry.isStatusReport == true ? "status report" : nil,
                entry.cause.map { "CMS \($0)" }, entry.reason, entry.text.map { "\"\($0)\"" },
            ]
            print(fields.compactMap(\.self).joined(separator: "  "))
        }
    }
}
