// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A received message as the assembler needs it.
package struct AssemblyPart: Sendable, Equatable {
    /// The caller's own name for the stored part.
    package let id: String
    package let userData: UserData
    package let originator: Address
    /// TP-SCTS in seconds since 1970, nil when unknown.
    package let timestamp: Int64?
    /// When it came, in seconds since 1970.
    package let receivedAt: Int64

    /// TP-DCS and TP-PID as they came.
    package let dataCoding: DataCodingScheme
    package let protocolIdentifier: ProtocolIdentifier

    package init(
        id: String, userData: UserData, originator: Address, timestamp: Int64?, receivedAt: Int64,
        dataCoding: DataCodingScheme = .gsm7, protocolIdentifier: ProtocolIdentifier = .default
    ) {
        self.id = id
        self.userData = userData
        self.originator = originator
        self.timestamp = timestamp
        self.receivedAt = receivedAt
        self.dataCoding = dataCoding
        self.protocolIdentifier = protocolIdentifier
    }

    package init(id: String, _ deliver: SMSDeliver, receivedAt: Int64) {
        self.init(
            id: id, userData: deliver.userData, originator: deliver.originator,
            timestamp: deliver.timestamp?.unixTime, receivedAt: receivedAt, dataCoding: deliver.dataCoding,
            protocolIdentifier: deliver.protocolIdentifier)
    }

    /// The network repeats a message that it believes lost: same user data, same time stamp.
    func isRepeated(by other: AssemblyPart) -> Bool {
        self.userData == other.userData && self.timestamp == other.timestamp
    }
}

/// What a part has made.
package enum AssemblyOutcome: Sendable, Equatable {
    /// A message of its own.
    case single
    /// The last missing part came.
    case complete(AssembledMessage)
    /// More parts are to come.
    case waiting
    /// This part was there already, under the id given.
    case duplicate(of: String)
    /// The sender used the reference again: what had been collected is given up, this part begins a new message.
    case restarted(incomplete: IncompleteMessage)
}

/// All parts of a message.
package struct AssembledMessage: Sendable, Equatable {
    /// In their order.
    package let parts: [AssemblyPart]
    package let content: MessageContent

    package init(parts: [AssemblyPart]) {
        self.parts = parts
        self.content = UserData.joined(parts.map(\.userData))
    }

    /// In the order of the parts.
    package var ids: [String] { self.parts.map(\.id) }
}

/// A message of which parts never came.
package struct IncompleteMessage: Sendable, Equatable {
    package let originator: Address
    package let total: Int
    /// The parts that came, in order: sequence and id.
    package let parts: [Part]
    /// The same parts, as they came.
    package let present: [AssemblyPart]
    /// What there is; in a text every gap is marked, for example `[part 2 of 3 missing]`.
    package let content: MessageContent

    package struct Part: Sendable, Equatable {
        package let sequence: Int
        package let id: String
    }

    /// In the order of the parts.
    package var ids: [String] { self.parts.map(\.id) }

    init(key: MessageAssembler.Key, parts: [UInt8: AssemblyPart]) {
        let present = parts.sorted { $0.key < $1.key }
        self.originator = key.originator
        self.total = Int(key.total)
        self.present = present.map(\.value)
        self.parts = present.map { Part(sequence: Int($0.key), id: $0.value.id) }
        let data = present.map(\.value.userData)
        if data.allSatisfy({ $0.alphabet == .octets }) {
            self.content = UserData.joined(data)
        } else {
            self.content = .text(Self.text(present.map { (Int($0.key), $0.value.userData) }, total: Int(key.total)))
        }
    }

    private static func text(_ parts: [(sequence: Int, userData: UserData)], total: Int) -> String {
        var text = ""
        var expected = 1
        var run: [UserData] = []
        for part in parts {
            if part.sequence != expected {
                text += UserData.joined(run).text ?? ""
                text += Self.gap(from: expected, to: part.sequence - 1, total: total)
                run = []
            }
            run.append(part.userData)
            expected = part.sequence + 1
        }
        text += UserData.joined(run).text ?? ""
        return text + Self.gap(from: expected, to: total, total: total)
    }

    private static func gap(from first: Int, to last: Int, total: Int) -> String {
        if first > last { return "" }
        return first == last ? "[part \(first) of \(total) missing]" : "[parts \(first)-\(last) of \(total) missing]"
    }
}
