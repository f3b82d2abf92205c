// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Dispatch
import Foundation
import Glibc

struct USSDCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "ussd", abstract: "Send a USSD code to the network and answer its questions.",
        usage: "modemgate ussd [<options>] <modem> <code>",
        discussion: """
            When the network asks something, the session stays open in the terminal: type the reply; an empty line, \
            Ctrl-D or Ctrl-C ends it at the modem. Where there is no terminal, replies are given with --reply, in \
            order; a question that is left is cancelled.
              modemgate ussd ec25-1 '*100#'
              modemgate ussd ec25-1 '*123#' --reply 2 --reply 1
              modemgate ussd --json ec25-1 '*100#'
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Id of the modem.")
    var modem: String

    @Argument(help: "The code, in quotation marks for the shell.")
    var code: String

    @Option(
        help: ArgumentHelp(
            "Seconds to wait for each answer, 5 to 600; as configured unless given.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: ArgumentHelp("Reply to a question of the network; may be repeated.", valueName: "text"))
    var reply: [String] = []

    func validate() throws {
        if let timeout, !(5...600).contains(timeout) { throw ValidationError("--timeout is from 5 to 600 seconds.") }
    }

    func execute() async throws {
        let link = USSDLink(daemon: try self.options.daemon(), modem: self.modem, timeout: self.timeout)
        var replies = self.reply[...]
        let code = self.code
        var answer = try await self.orCancelled(link, session: nil) { try await link.open(code) }
        while true {
            self.show(answer)
            guard answer.isQuestion else { return }
            guard let reply = replies.popFirst() ?? self.typed() else {
                try await link.cancel(answer.session)
                if !self.isConversation {
                    Console.error("The network waits for a reply: give it with --reply. The session was cancelled.")
                }
                return
            }
            let session = answer.session
            answer = try await self.orCancelled(link, session: session) { try await link.reply(reply, in: session) }
        }
    }

    private var isConversation: Bool {
        Console.inputIsTerminal && Console.outputIsTerminal && !self.options.json
    }

    /// `nil`: nobody replies any more.
    private func typed() -> String? {
        guard self.isConversation else { return nil }
        var reader = LineReader(prompt: "reply> ", history: [])
        reader.endsOnInterrupt = true
        let line = reader.readLine()
        return line.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func show(_ answer: USSDAnswerBody) {
        if self.options.json { return Console.print(CompactJSON.text(answer)) }
        Console.print(answer.text.printable(keepingLines: true))
    }

    /// Ctrl-C while the network is waited for ends the session at the modem, then the command.
    private func orCancelled(
        _ link: USSDLink, session: String?, _ ask: @escaping @Sendable () async throws -> USSDAnswerBody
    ) async throws -> USSDAnswerBody {
        let interrupt = Interrupt()
        defer { interrupt.end() }
        let presses = interrupt.presses
        return try await withThrowingTaskGroup(of: USSDAnswerBody?.self) { group in
            group.addTask { try await ask() }
            group.addTask {
                for await _ in presses { break }
                return nil
            }
            let first = try await group.next().flatMap { $0 }
            if let first {
                group.cancelAll()
                return first
            }
            // One session for each modem: the open one is ours, or the daemon would have refused us.
            var open = session
            if open == nil { open = try? await link.openSession() }
            if let open { try? await link.cancel(open) }
            group.cancelAll()
            throw CommandFailure(.failure, "The USSD session was cancelled.")
        }
    }
}

/// Ctrl-C, as something to wait for once.
private final class Interrupt {
    private let source: any DispatchSourceSignal
    let presses: AsyncStream<Void>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        self.source = source
        self.presses = stream
    }

    func end() {
        self.source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}

/// What the daemon answers to a USSD request.
struct USSDAnswerBody: Codable, Sendable, Equatable {
    var modem: String
    var session: String
    var state: String
    var text: String
    var dcs: Int?
    var encoding: String

    var isQuestion: Bool { self.state == "awaiting-reply" }

    /// As the API writes it: what is not known is null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.modem, forKey: .modem)
        try container.encode(self.session, forKey: .session)
        try container.encode(self.state, forKey: .state)
        try container.encode(self.text, forKey: .text)
        try container.encode(self.dcs, forKey: .dcs)
        try container.encode(self.encoding, forKey: .encoding)
    }
}

/// The daemon's USSD routes of one modem.
struct USSDLink: Sendable {
    let daemon: DaemonClient
    let modem: String
    let timeout: Int?

    private struct Code: Encodable { var code: String, timeout: Int? }
    private struct Reply: Encodable { var text: String, timeout: Int? }
    private struct Open: Decodable {
        struct Session: Decodable { var session: String }
        var session: Session?
    }

    private var path: String { "/api/modems/\(self.modem.percentEncoded)/ussd" }
    /// Longer than the longest time-out, which the daemon keeps.
    private static let patience = Duration.seconds(660)

    func open(_ code: String) async throws(CommandFailure) -> USSDAnswerBody {
        let body = try await self.daemon.send(
            .post, self.path, body: Code(code: code, timeout: self.timeout), timeout: Self.patience)
        return try Answer.decode(USSDAnswerBody.self, from: body)
    }

    func reply(_ text: String, in session: String) async throws(CommandFailure) -> USSDAnswerBody {
        let body = try await self.daemon.send(
            .post, self.path + "/" + session.percentEncoded, body: Reply(text: text, timeout: self.timeout),
            timeout: Self.patience)
        return try Answer.decode(USSDAnswerBody.self, from: body)
    }

    func openSession() async throws(CommandFailure) -> String? {
        let body = try await self.daemon.send(.get, self.path)
        return try Answer.decode(Open.self, from: body).session?.session
    }

    func cancel(_ session: String) async throws(CommandFailure) {
        _ = try await self.daemon.send(.delete, self.path + "/" + session.percentEncoded)
    }
}
