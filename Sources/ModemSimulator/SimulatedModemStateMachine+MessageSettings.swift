// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// Settings of the message service, TS 27.005 §3.2 to §3.4.

extension SimulatedModemStateMachine {
    mutating func messageServiceSelection(_ command: ATInvocation) -> ATAnswer {
        let value = self.service.acknowledges ? 1 : 0
        switch command.form {
        case .execute: return .error
        case .read: return .text("+CSMS: \(value),1,1,1")
        case .test: return .text("+CSMS: (0-1)")
        case .write:
            guard let value = command.integer(0), (0...1).contains(value) else { return .cms(302) }
            self.service.acknowledges = value == 1
            return .text("+CSMS: 1,1,1")
        }
    }

    /// `+CPMS`: with one argument only `<mem1>` changes.
    mutating func preferredStorage(_ command: ATInvocation) -> ATAnswer {
        if command.form != .test, let error = self.messageCardError { return .cms(error) }
        switch command.form {
        case .execute: return .error
        case .test: return .text("+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\"),(\"ME\",\"SM\")")
        case .read:
            let fields = self.service.selected.map { "\"\($0.rawValue)\",\(self.usage($0))" }
            return .text("+CPMS: \(fields.joined(separator: ","))")
        case .write:
            guard !command.arguments.isEmpty, command.arguments.count <= 3 else { return .cms(302) }
            var selected = self.service.selected
            for index in command.arguments.indices {
                guard let text = command.string(index) else { continue }
                guard let memory = MemoryName(argument: text), index == 0 || memory != .statusReport else {
                    return .cms(302)
                }
                selected[index] = memory
            }
            self.service.selected = selected
            if self.service.reportedFull, !self.service.memory(self.service.receiving).isFull {
                self.service.reportedFull = false
                self.reachabilityMayHaveChanged()
            }
            return .text("+CPMS: \(selected.map(self.usage).joined(separator: ","))")
        }
    }

    /// Used and total slots.
    private func usage(_ name: MemoryName) -> String {
        let memory = self.service.memory(name)
        let used = self.faults.has(.storageFull) ? memory.capacity : memory.used
        return "\(used),\(memory.capacity)"
    }

    mutating func newMessageIndications(_ command: ATInvocation) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .read: return .text("+CNMI: \(self.service.indications.text)")
        // No capture of either model's answer was found; this is the form of TS 27.005.
        case .test: return .text("+CNMI: (0-2),(0-3),(0,2,3),(0-2),(0-1)")
        case .write:
            var new = self.service.indications
            let fields: [(WritableKeyPath<MessageService.Indications, Int>, ClosedRange<Int>)] = [
                (\.mode, 0...2), (\.messages, 0...3), (\.broadcasts, 0...3), (\.reports, 0...2), (\.buffer, 0...1),
            ]
            guard command.arguments.count <= fields.count else { return .cms(302) }
            for (index, argument) in command.arguments.enumerated() where !argument.isEmpty {
                guard let value = command.integer(index), fields[index].1.contains(value) else { return .cms(302) }
                new[keyPath: fields[index].0] = value
            }
            self.service.indications = new
            self.service.isSilenced = false
            self.reachabilityMayHaveChanged()
            return .ok
        }
    }

    mutating func messageFormat(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute:
            self.ports[port].isTextMode = false
            return .ok
        case .read: return .text("+CMGF: \(self.ports[port].isTextMode ? 1 : 0)")
        case .test: return .text("+CMGF: (0,1)")
        case .write:
            guard let value = command.integer(0), (0...1).contains(value) else { return .cms(302) }
            self.ports[port].isTextMode = value == 1
            return .ok
        }
    }

    /// `+CSCA`; with `+CSCS="UCS2"` the number is UCS2 in hexadecimal.
    mutating func serviceCentreAddress(_ command: ATInvocation, port: Int) -> ATAnswer {
        if command.form != .test, let error = self.messageCardError { return .cms(error) }
        switch command.form {
        case .execute: return .error
        case .test: return .ok
        case .read:
            let number = self.service.serviceCentre ?? self.configuration.serviceCentre
            let printed = self.ports[port].characterSet == "UCS2" ? UCS2Text.hexadecimal(number) : number
            return .text("+CSCA: \"\(printed)\",\(number.hasPrefix("+") ? 145 : 129)")
        case .write:
            guard let text = command.string(0),
                let number = self.ports[port].characterSet == "UCS2" ? UCS2Text.text(text) : text,
                number.count <= 21, number.drop(while: { $0 == "+" }).allSatisfy(\.isDecimalDigit)
            else { return .cms(304) }
            self.service.serviceCentre = command.integer(1) == 145 && !number.hasPrefix("+") ? "+" + number : number
            return .ok
        }
    }

    mutating func textModeParameters(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute: return .error
        case .test: return .ok
        case .read:
            return .text("+CSMP: \(self.ports[port].textModeParameters.map(String.init).joined(separator: ","))")
        case .write:
            var values = self.ports[port].textModeParameters
            guard command.arguments.count <= values.count else { return .cms(302) }
            for (index, argument) in command.arguments.enumerated() where !argument.isEmpty {
                guard let value = command.integer(index), (0...255).contains(value) else { return .cms(302) }
                values[index] = value
            }
            self.ports[port].textModeParameters = values
            return .ok
        }
    }

    mutating func textModeDetails(_ command: ATInvocation, port: Int) -> ATAnswer {
        switch command.form {
        case .execute:
            self.ports[port].showsTextModeDetails = false
            return .ok
        case .read: return .text("+CSDH: \(self.ports[port].showsTextModeDetails ? 1 : 0)")
        case .test: return .text("+CSDH: (0-1)")
        case .write:
            guard let value = command.integer(0), (0...1).contains(value) else { return .cms(302) }
            self.ports[port].showsTextModeDetails = value == 1
            return .ok
        }
    }
}

/// Text as four hexadecimal digits a UTF-16 unit: `+CSCS="UCS2"`, TS 27.007 §5.5.
enum UCS2Text {
    static func hexadecimal(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    /// `nil` when it is not hexadecimal of whole units.
    static func text(_ hexadecimal: String) -> String? {
        let digits = Array(hexadecimal.utf8)
        guard digits.count.isMultiple(of: 4) else { return nil }
        var units: [UInt16] = []
        for start in stride(from: 0, to: digits.count, by: 4) {
            guard let unit = UInt16(String(decoding: digits[start..<(start + 4)], as: UTF8.self), radix: 16) else {
                return nil
            }
            units.append(unit)
        }
        return String(decoding: units, as: UTF16.self)
    }
}
