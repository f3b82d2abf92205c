// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import SMSPDU

// Sending, reading and deleting messages, TS 27.005 §3.4 and §3.5 with §4 for PDU mode.

extension SimulatedModemStateMachine {
    /// `AT+CMGS` up to its prompt.
    mutating func sendMessage(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .test: return .ok
        case .execute, .read: return .error
        case .write:
            if self.ports[port].isTextMode {
                guard let number = command.string(0) else { return .cms(304) }
                let isUCS2 = self.ports[port].characterSet == "UCS2"
                guard let destination = isUCS2 ? UCS2Text.text(number) : number else { return .cms(304) }
                return ATAnswer(prompt: .text(destination: destination))
            }
            // The longest TPDU of an SMS-SUBMIT has 164 octets (TS 23.040 §9.2.2.2).
            guard let length = command.integer(0), (1...164).contains(length) else { return .cms(304) }
            return ATAnswer(prompt: .pdu(length: length))
        }
    }

    /// The message after the prompt, ended by Ctrl-Z.
    mutating func messageEntered(_ body: [UInt8], prompt: ATAnswer.Prompt, port: Int) {
        self.ports[port].input = .command
        guard !self.refusedByFault(["+CMGS"], port: port) else { return }
        let pdu: Result<String, SubmissionRefusal> =
            switch prompt {
            case .pdu(let length): self.checkedPDU(body, length: length)
            case .text(let destination): self.textModePDU(body, destination: destination, port: port)
            }
        switch pdu {
        case .failure(let refusal): self.finish(.cms(refusal.cause), commands: ["+CMGS"], port: port)
        case .success(let hexadecimal): self.submit(hexadecimal, port: port)
        }
    }

    private mutating func submit(_ pdu: String, port: Int) {
        if let error = self.messageCardError {
            self.finish(.cms(error), commands: ["+CMGS"], port: port)
            return
        }
        guard self.isRegistered else {
            // "no network service", TS 27.005 §3.2.5.
            self.finish(.cms(331), commands: ["+CMGS"], port: port)
            return
        }
        self.messageReference &+= 1
        let submission = MessageSubmission(pdu: pdu, reference: self.messageReference)
        self.ports[port].input = .executing
        if self.configuration.isRealistic {
            self.pendingSubmissions[port] = submission
            self.act(.schedule(.submission(port: port), after: .seconds(3)))
        } else {
            self.act(.submit(submission, port: port))
        }
    }

    /// `<length>` must be that of the TPDU behind the service centre address, else 304 "invalid PDU mode parameter".
    private func checkedPDU(_ body: [UInt8], length: Int) -> Result<String, SubmissionRefusal> {
        let digits = body.filter { $0 != 0x0D && $0 != 0x0A && $0 != 0x20 }
        let text = String(decoding: digits, as: UTF8.self).uppercased()
        guard let octets = try? [UInt8](hexadecimal: text), let address = octets.first,
            octets.count == 1 + Int(address) + length
        else { return .failure(SubmissionRefusal(cause: 304)) }
        return .success(text)
    }

    /// One TPDU of a text; what the alphabet has not is refused with 305 "invalid text mode parameter".
    private func textModePDU(
        _ body: [UInt8], destination: String, port: Int
    ) -> Result<String, SubmissionRefusal> {
        let settings = self.ports[port]
        let typed = String(decoding: body, as: UTF8.self)
        let isHexadecimal = settings.characterSet == "UCS2"
        guard let text = isHexadecimal ? UCS2Text.text(typed) : typed.replacing("\r\n", with: "\n") else {
            return .failure(SubmissionRefusal(cause: 305))
        }
        let coding = DataCodingScheme(rawValue: UInt8(truncatingIfNeeded: settings.textModeParameters[3]))
        let isUCS2 = coding.alphabet == .ucs2
        let literal = isUCS2 && !isHexadecimal ? UCS2Text.text(typed) ?? text : text
        guard let address = try? Address(destination),
            let userData = try? UserData(text: literal, alphabet: isUCS2 ? .ucs2 : .gsm7)
        else { return .failure(SubmissionRefusal(cause: 305)) }
        let submit = SMSSubmit(
            messageReference: 0, destination: address, dataCoding: isUCS2 ? .ucs2 : .gsm7, validity: nil,
            statusReportRequest: settings.textModeParameters[0] & 0x20 != 0, userData: userData)
        guard let encoded = try? ShortMessagePDU(serviceCentre: nil, tpdu: .submit(submit)).encoded() else {
            return .failure(SubmissionRefusal(cause: 305))
        }
        return .success(encoded.hex)
    }
}

/// Why a message was not handed to the network: a `+CMS ERROR` number.
private struct SubmissionRefusal: Error {
    var cause: Int
}

// MARK: - Reading

extension SimulatedModemStateMachine {
    /// `AT+CMGR`. An empty slot: bare `OK` on the EC25, 321 "invalid memory index" on the SIM7600.
    mutating func readMessage(_ command: ATInvocation, port: Int) -> ATAnswer {
        guard command.form == .write else { return command.form == .test ? .ok : .error }
        if let error = self.messageCardError { return .cms(error) }
        let name = self.service.reading
        let capacity = self.service.memory(name).capacity
        guard let index = command.integer(0), (0..<capacity).contains(index) else { return .cms(321) }
        guard let before = self.service.memories[name]?.read(index) else {
            return self.model == .ec25 ? .ok : .cms(321)
        }
        return .text(self.printed(before, command: "+CMGR", index: nil, port: port))
    }

    /// `AT+CMGL`: reading a list marks what it shows as read; the EC25 refuses the form that would not.
    mutating func listMessages(_ command: ATInvocation, port: Int) -> ATAnswer {
        let words = ["REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL"]
        if command.form == .test {
            let list = self.ports[port].isTextMode ? words.map { "\"\($0)\"" }.joined(separator: ",") : "0-4"
            return .text("+CMGL: (\(list))")
        }
        guard command.form != .read, command.arguments.count <= 1 else { return .error }
        if let error = self.messageCardError { return .cms(error) }
        let wanted: Int?
        if command.form == .execute {
            wanted = 0
        } else if self.ports[port].isTextMode {
            wanted = command.string(0).flatMap { words.firstIndex(of: $0.uppercased()) }
        } else {
            wanted = command.integer(0)
        }
        guard let wanted, (0...4).contains(wanted) else { return .cms(302) }
        let name = self.service.reading
        var entries: [String] = []
        for index in self.service.memory(name).indices {
            guard let status = self.service.memory(name).slots[index]?.status,
                wanted == 4 || status.rawValue == wanted,
                let message = self.service.memories[name]?.read(index)
            else { continue }
            entries.append(self.printed(message, command: "+CMGL", index: index, port: port))
        }
        return entries.isEmpty ? .ok : .lines(entries)
    }

    private func printed(_ message: StoredShortMessage, command: String, index: Int?, port: Int) -> String {
        let place = index.map { "\($0)," } ?? ""
        guard self.ports[port].isTextMode else {
            let header = "\(command): \(place)\(message.status.rawValue),\(self.model.emptyAlpha),\(message.length)"
            return "\(header)\r\n\(message.pdu)"
        }
        let fields = TextModeFields(message.pdu, model: self.model, characterSet: self.ports[port].characterSet)
        let header = "\(command): \(place)\"\(message.status.text)\","
        return header + fields.printed(details: self.ports[port].showsTextModeDetails, inList: index != nil)
    }

    /// `AT+CMGD=index[,flag]`: an empty slot is no error.
    mutating func deleteMessage(_ command: ATInvocation) -> ATAnswer {
        let name = self.service.reading
        let memory = self.service.memory(name)
        switch command.form {
        case .execute, .read: return .error
        case .test:
            let list = memory.indices.map(String.init).joined(separator: ",")
            return .text("+CMGD: (\(list)),(0-4)")
        case .write:
            if let error = self.messageCardError { return .cms(error) }
            let flag = command.integer(1) ?? 0
            guard let index = command.integer(0), (0...4).contains(flag) else { return .cms(302) }
            guard flag > 0 || (0..<memory.capacity).contains(index) else { return .cms(321) }
            for slot in memory.indices where Self.deletes(flag, memory.slots[slot], isNamed: slot == index) {
                self.remove(slot, from: name)
            }
            return .ok
        }
    }

    /// `<delflag>` of TS 27.005 §3.5.4: the named one; all read; also sent; also unsent; all.
    private static func deletes(_ flag: Int, _ message: StoredShortMessage?, isNamed: Bool) -> Bool {
        guard let status = message?.status else { return false }
        switch (flag, status) {
        case (0, _): return isNamed
        case (4, _), (1..., .receivedRead), (2..., .storedSent), (3..., .storedUnsent): return true
        default: return false
        }
    }

    private mutating func remove(_ index: Int, from name: MemoryName) {
        guard let message = self.service.memories[name]?.remove(index) else { return }
        self.act(.deleted(delivery: message.delivery, memory: name, index: index))
        guard self.service.reportedFull else { return }
        self.service.reportedFull = false
        self.reachabilityMayHaveChanged()
    }
}
