// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

@testable import ModemSimulator

/// A state machine with a network that takes every message, so that a test reads like a session at a console.
struct Bench {
    var machine: SimulatedModemStateMachine
    /// Every action since the last look but for writes.
    var actions: [ModemAction] = []
    var network: SubmissionOutcome = .accepted

    init(
        _ model: SimulatedModemModel, pin: String? = nil, echo: Bool = false, realistic: Bool = false,
        bootDelay: Duration = .zero
    ) {
        let number = model == .ec25 ? "+33639980001" : "+33639980002"
        var configuration = SimulatedModemConfiguration(
            id: model.rawValue, model: model, number: number, imei: nil, imsi: nil, iccid: nil, pin: pin)
        configuration.isRealistic = realistic
        configuration.bootDelay = bootDelay
        self.machine = SimulatedModemStateMachine(configuration)
        // 2026-11-21 13:00:00 UTC.
        self.machine.now = 1_795_266_000
        _ = self.machine.plugged(showsBanners: false)
        if !echo { _ = self.type("ATE0") }
        self.actions = []
    }

    /// What the modem writes after this line.
    mutating func type(_ line: String) -> String {
        self.send(line + "\r")
    }

    mutating func send(_ text: String) -> String {
        let actions = self.machine.received(Array(text.utf8), port: 0)
        return self.output(actions)
    }

    mutating func deliver(_ delivery: NetworkDelivery) -> String {
        let actions = self.machine.deliver(delivery)
        return self.output(actions)
    }

    mutating func arm(_ fault: SimulatedFault) -> String {
        let actions = self.machine.arm(fault)
        return self.output(actions)
    }

    mutating func fire(_ timer: ModemTimer) -> String {
        let actions = self.machine.timerFired(timer)
        return self.output(actions)
    }

    /// The text of the writes; messages are answered by `network`.
    mutating func output(_ actions: [ModemAction]) -> String {
        var bytes: [UInt8] = []
        var queue = actions[...]
        while let action = queue.popFirst() {
            switch action {
            case .write(let written, _): bytes += written
            case .submit(let submission, let port):
                self.actions.append(action)
                queue += self.machine.submissionAnswered(self.network, reference: submission.reference, port: port)
            case .acknowledge, .reachable, .deleted, .requested, .schedule, .cancel, .hangUp, .restart:
                self.actions.append(action)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The acknowledgements given so far.
    var outcomes: [DeliveryOutcome] {
        self.actions.compactMap { if case .acknowledge(_, let outcome) = $0 { outcome } else { nil } }
    }
}

enum Sample {
    /// SMS-SUBMIT of "Hello" to +33639980002 with a status report asked for; 20 octets behind the service centre.
    static let submit = "0031000B913336990800F20000FF05C8329BFD06"
    static let submitLength = 19

    /// SMS-DELIVER of "Hello" from +33639980100, by way of +33639980000.
    static let deliver = "07913336990800F0040B913336990801F000006211123110004005C8329BFD06"
    static let deliverLength = 24

    /// SMS-STATUS-REPORT: message 1 to +33639980002 was received.
    static let report = "07913336990800F006010B913336990800F2621112311000406211124110004000"
    static let reportLength = 25

    static func message(_ id: Int, messageClass: Int? = nil) -> NetworkDelivery {
        NetworkDelivery(id: id, kind: .message(class: messageClass), pdu: self.deliver, length: self.deliverLength)
    }

    static func statusReport(_ id: Int) -> NetworkDelivery {
        NetworkDelivery(id: id, kind: .statusReport, pdu: self.report, length: self.reportLength)
    }
}
