// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import SMSPDU

// Messages and reports from the network, TS 27.005 §3.4.

extension SimulatedModemStateMachine {
    /// The network brings a message or report.
    mutating func deliver(_ delivery: NetworkDelivery) -> [ModemAction] {
        guard self.isReachable, self.service.unacknowledged == nil else {
            self.act(.acknowledge(delivery: delivery.id, .unreachable))
            return self.takeActions()
        }
        switch delivery.kind {
        case .message(let messageClass): self.deliverMessage(delivery, messageClass: messageClass)
        case .statusReport: self.deliverReport(delivery)
        }
        return self.takeActions()
    }

    private mutating func deliverMessage(_ delivery: NetworkDelivery, messageClass: Int?) {
        let indications = self.service.indications
        let isDirect: Bool =
            switch (indications.mode, indications.messages) {
            case (0, _): false
            // Class 2 belongs on the SIM and is only announced.
            case (_, 2): messageClass != 2
            case (_, 3): messageClass == 3
            default: false
            }
        if isDirect {
            self.handOver(delivery, header: "+CMT: \(self.model.emptyAlpha),\(delivery.length)", name: "+CMT")
            return
        }
        let memory = messageClass == 2 ? MemoryName.sim : self.service.receiving
        guard let index = self.store(delivery, in: memory) else {
            self.reportFull(delivery, memory: memory)
            return
        }
        self.act(.acknowledge(delivery: delivery.id, .accepted))
        if indications.mode > 0, indications.messages > 0 {
            self.unsolicited("+CMTI: \"\(memory.rawValue)\",\(index)")
        }
    }

    /// With `<ds>` 2 the EC25 announces a slot of `SM` that is not there: the report lies in `SR`.
    private mutating func deliverReport(_ delivery: NetworkDelivery) {
        switch (self.service.indications.mode, self.service.indications.reports) {
        case (1..., 1):
            self.handOver(delivery, header: "+CDS: \(delivery.length)", name: "+CDS")
        case (1..., 2):
            guard let index = self.store(delivery, in: .statusReport) else {
                self.reportFull(delivery, memory: .statusReport)
                return
            }
            self.act(.acknowledge(delivery: delivery.id, .accepted))
            self.unsolicited(self.model == .ec25 ? "+CDSI: \"SM\",0" : "+CDSI: \"SR\",\(index)")
        default:
            // Nobody asked for reports: the modem takes them and forgets them.
            self.act(.acknowledge(delivery: delivery.id, .accepted))
        }
    }

    private mutating func store(_ delivery: NetworkDelivery, in memory: MemoryName) -> Int? {
        guard !self.faults.has(.storageFull) else { return nil }
        return self.service.memories[memory]?.store(
            StoredShortMessage(
                delivery: delivery.id, status: .receivedUnread, pdu: delivery.pdu, length: delivery.length))
    }

    /// Full: silence on the EC25 unless `+QINDCFG="smsfull",1`; no capture of the SIM7600 saying anything was found.
    private mutating func reportFull(_ delivery: NetworkDelivery, memory: MemoryName) {
        self.service.reportedFull = true
        if self.model == .ec25, self.indicates("smsfull") {
            self.unsolicited("+QIND: \"smsfull\",\"\(memory.rawValue)\"")
        }
        self.act(.acknowledge(delivery: delivery.id, .memoryFull))
    }

    /// Two-line result code; with `+CSMS=1` the network waits for `AT+CNMA`.
    private mutating func handOver(_ delivery: NetworkDelivery, header: String, name: String) {
        if self.ports.first?.isTextMode == true {
            let fields = TextModeFields(
                delivery.pdu, model: self.model, characterSet: self.ports.first?.characterSet ?? "GSM")
            let details = self.ports.first?.showsTextModeDetails ?? false
            self.unsolicited("\(name): " + fields.printed(details: details, inList: false))
        } else {
            self.unsolicited("\(header)\r\n\(delivery.pdu)")
        }
        if self.service.acknowledges {
            self.service.unacknowledged = delivery.id
            self.act(.schedule(.acknowledgement, after: self.configuration.acknowledgementTimeout))
        } else {
            self.act(.acknowledge(delivery: delivery.id, .accepted))
        }
    }

    /// `AT+CNMA`: none due is 340 "no +CNMA acknowledgement expected"; `=2` refuses the message.
    mutating func newMessageAcknowledgement(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .read: return .error
        case .test: return .text("+CNMA: (0-2)")
        case .execute, .write:
            guard self.service.acknowledges, let delivery = self.service.unacknowledged else { return .cms(340) }
            let value = command.integer(0) ?? 0
            guard (0...2).contains(value) else { return .cms(302) }
            guard value != 2 else {
                self.acknowledgementFailed()
                return .ok
            }
            self.service.unacknowledged = nil
            self.act(.cancel(.acknowledgement))
            self.act(.acknowledge(delivery: delivery, .accepted))
            return .ok
        }
    }

    /// No acknowledgement, or a negative one: `<mt>` and `<ds>` become 0 (TS 27.005 §3.4.4), and nothing comes until
    /// `+CNMI` is set again.
    mutating func acknowledgementFailed() {
        if let delivery = self.service.unacknowledged {
            self.service.unacknowledged = nil
            self.act(.cancel(.acknowledgement))
            self.act(.acknowledge(delivery: delivery, .unacknowledged))
        }
        self.service.isSilenced = true
        self.service.indications.messages = 0
        self.service.indications.reports = 0
    }
}

/// A received TPDU as text mode prints it, TS 27.005 §3.1.
struct TextModeFields {
    private let pdu: ShortMessagePDU?
    private let model: SimulatedModemModel
    private let characterSet: String

    init(_ hexadecimal: String, model: SimulatedModemModel, characterSet: String) {
        self.pdu = (try? ShortMessagePDU.decode(hexadecimal, direction: .mobileTerminated))?.pdu
        self.model = model
        self.characterSet = characterSet
    }

    /// From the address on, and the text on a line of its own.
    func printed(details: Bool, inList: Bool) -> String {
        switch self.pdu?.tpdu {
        case .deliver(let deliver): return self.printed(deliver, details: details, inList: inList)
        case .statusReport(let report):
            return "6,\(report.messageReference),\"\(report.recipient.text)\",145,"
                + "\"\(Self.time(report.timestamp))\",\"\(Self.time(report.dischargeTime))\",\(report.status.rawValue)"
        case .deliverReport, .submit, .submitReport, .command, nil: return "\"\",\(self.model.emptyAlpha),\"\"\r\n"
        }
    }

    private func printed(_ deliver: SMSDeliver, details: Bool, inList: Bool) -> String {
        let time = Self.time(deliver.timestamp)
        var line = "\"\(self.address(deliver.originator))\",\(self.model.emptyAlpha),\"\(time)\""
        let body = deliver.userData.text ?? deliver.userData.data.hexadecimal
        if details {
            let type = deliver.originator.typeOfNumber == .international ? 145 : 129
            if inList {
                line += ",\(type),\(body.count)"
            } else {
                let centre = self.pdu?.serviceCentre?.text ?? ""
                line += ",\(type),4,0,\(deliver.dataCoding.rawValue),\"\(centre)\",145,\(body.count)"
            }
        }
        return line + "\r\n" + (self.characterSet == "UCS2" ? UCS2Text.hexadecimal(body) : body)
    }

    /// The SIM7600 prints a name as the decimal codes of its characters, one behind the other.
    private func address(_ address: Address) -> String {
        if self.characterSet == "UCS2" { return UCS2Text.hexadecimal(address.text) }
        guard self.model == .sim7600, address.typeOfNumber == .alphanumeric else { return address.text }
        return address.text.unicodeScalars.map { String($0.value) }.joined()
    }

    /// `yy/MM/dd,hh:mm:ss±zz`.
    private static func time(_ time: Timestamp?) -> String {
        guard let time else { return "" }
        let two = SimulatedModemStateMachine.two
        let zone = time.quartersAheadOfUTC
        return "\(two(time.year % 100))/\(two(time.month))/\(two(time.day)),"
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second))\(zone < 0 ? "-" : "+")\(two(abs(zone)))"
    }
}
