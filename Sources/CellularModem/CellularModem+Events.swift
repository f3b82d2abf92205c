// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATChannel
import ATProtocol
import Logging

extension CellularModem {
    /// Listens to the port's unsolicited result codes until it closes.
    func follow(_ channel: ATChannel) async {
        for await result in channel.unsolicited {
            self.receive(result)
            // A storm overruns the stream, and a `+CMTI` may have been among what it dropped.
            let dropped = await channel.droppedUnsolicited
            guard dropped != self.knownDrops else { continue }
            self.knownDrops = dropped
            self.enqueue(.sweep)
        }
    }

    /// One unsolicited result code. Answers nothing and waits for nothing: what it asks for becomes work.
    private func receive(_ result: UnsolicitedResult) {
        if let direct = DirectPDU(result) { return self.handOver(direct: direct) }
        switch result.prefix {
        case "+CMTI", "+CDSI": self.receive(indication: MessageIndication(result))
        case "+CREG", "+CGREG", "+CEREG": self.receive(registration: result)
        case "+CPIN", "+QUSIM", "+SIMCARD", "+QSIMSTAT": self.enqueue(.action(.checkSIM))
        case "+CUSD": self.receive(ussd: result)
        case "RDY":
            self.loseUSSD("The modem started anew while the network's answer was waited for.")
            self.apply(self.machine.restarted())
        case "SMS DONE", "PB DONE": self.enqueue(.poll)
        case "+QIND": self.receive(quectel: result)
        // Seen as `+SMS FULL` and `^SMMEMFULL`: nothing more comes in until there is room.
        case "+SMS FULL", "^SMMEMFULL": self.enqueue(.sweep)
        default: self.logger.trace("unsolicited", metadata: ["at.line": "\(result.prefix)"])
        }
    }

    private func receive(indication: MessageIndication?) {
        guard let indication else { return }
        // `+CMTI: ,-1` (SIM7000G) names no place: the sweep finds it.
        guard let memory = indication.memory, let index = indication.index, !self.storage.isFull else {
            self.enqueue(.sweep)
            return
        }
        let slot = StorageSlot(memory: memory, index: index)
        if self.storage.announce(slot) { self.enqueue(.read(slot)) }
    }

    private func receive(registration result: UnsolicitedResult) {
        guard let report = RegistrationReport(unsolicited: result.line) else { return }
        self.take(report, from: result.prefix)
        let registration = self.status.network.registration
        guard !registration.isRegistered else {
            // Operator, cell and levels have changed with it.
            self.enqueue(.poll)
            return
        }
        self.apply(self.machine.registrationReported(registration))
    }

    private func receive(quectel result: UnsolicitedResult) {
        if result.line.contains("smsfull") { self.enqueue(.sweep) }
        if result.line.contains("SMS DONE") || result.line.contains("PB DONE") { self.enqueue(.poll) }
    }
}
