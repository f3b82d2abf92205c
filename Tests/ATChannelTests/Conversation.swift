// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Serial
import Testing

/// How bytes reach the channel: a tty splits them anywhere.
enum Delivery: CaseIterable, CustomTestStringConvertible {
    case allAtOnce
    case byteByByte

    var testDescription: String { self == .allAtOnce ? "all at once" : "byte by byte" }
}

/// The state machine in conversation with a modem that the test speaks for; time stands still until `wait`.
struct Conversation {
    typealias ID = ATChannelStateMachine.CommandID

    var machine = ATChannelStateMachine()
    var now: Duration = .zero
    let delivery: Delivery
    /// Every write since the last look, ESC and Ctrl-Z spelled out.
    private(set) var written: [String] = []
    private(set) var outcomes: [ID: ATChannelStateMachine.Outcome] = [:]
    private(set) var finishCounts: [ID: Int] = [:]
    private(set) var news: [UnsolicitedResult] = []

    /// In step with the modem already, unless the test is about getting there.
    init(_ delivery: Delivery = .allAtOnce, synchronised: Bool = true) {
        self.delivery = delivery
        self.perform(self.machine.opened(now: self.now))
        guard synchronised else { return }
        self.modem("\r\n+CMEE: 1\r\n\r\nOK\r\n")
        self.written = []
    }

    mutating func send(_ command: ATCommand) -> ID {
        let id = self.machine.makeID()
        self.perform(self.machine.submit(command, id: id, now: self.now))
        return id
    }

    mutating func send(
        _ text: String, response: ResponseShape = .anyLines, deadline: Duration = .seconds(5),
        priority: ATPriority = .polling
    ) throws -> ID {
        self.send(try ATCommand(text, response: response, deadline: deadline, priority: priority))
    }

    /// `AT+CMGS` with a short PDU.
    mutating func sendMessage(deadline: Duration = .seconds(60)) throws -> ID {
        self.send(try ATCommands.sendMessage(pdu: Self.pdu, length: 14, deadline: deadline))
    }

    static let pdu = "0001000B913336998800F100000441E19008"

    mutating func modem(_ text: String) {
        self.modem(Array(text.utf8))
    }

    mutating func modem(_ bytes: [UInt8]) {
        switch self.delivery {
        case .allAtOnce: self.perform(self.machine.receive(bytes, now: self.now))
        case .byteByByte: for byte in bytes { self.perform(self.machine.receive([byte], now: self.now)) }
        }
    }

    /// Lets time pass; deadlines on the way are met in order.
    mutating func wait(_ duration: Duration) {
        let end = self.now + duration
        while let deadline = self.machine.nextDeadline, deadline <= end {
            self.now = max(self.now, deadline)
            self.perform(self.machine.deadlineReached(now: self.now))
        }
        self.now = end
    }

    mutating func cancel(_ id: ID) {
        self.perform(self.machine.cancel(id, now: self.now))
    }

    mutating func unplug() {
        self.perform(self.machine.portClosed(.hangUp))
    }

    mutating func takeWritten() -> [String] {
        defer { self.written = [] }
        return self.written
    }

    func response(_ id: ID) -> ATResponse? {
        guard case .success(let response)? = self.outcomes[id] else { return nil }
        return response
    }

    func error(_ id: ID) -> ATChannelError? {
        guard case .failure(let error)? = self.outcomes[id] else { return nil }
        return error
    }

    private mutating func perform(_ actions: [ATChannelStateMachine.Action]) {
        for action in actions {
            switch action {
            case .write(let bytes):
                let text = bytes.map { byte in
                    switch byte {
                    case 0x1B: "<ESC>"
                    case 0x1A: "<Ctrl-Z>"
                    case 0x0D: ""
                    default: String(Unicode.Scalar(byte))
                    }
                }
                self.written.append(text.joined())
            case .finish(let id, let outcome):
                self.outcomes[id] = outcome
                self.finishCounts[id, default: 0] += 1
            case .deliver(let result):
                self.news.append(result)
            }
        }
    }
}
