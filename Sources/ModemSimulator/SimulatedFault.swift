// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Something that goes wrong on demand, as docs/SIMULATOR.md lists it.
package struct SimulatedFault: Sendable, Equatable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The answer to `command` comes `milliseconds` late.
        case lateAnswer
        /// `command` is carried out, its answer never comes.
        case lostAnswer
        /// `command` is not carried out and answered `ERROR`.
        case error
        /// `command` is not carried out and answered `+CMS ERROR: code`.
        case cmsError
        /// `command` is not carried out and answered `+CME ERROR: code`.
        case cmeError
        /// `command` is carried out (a message is sent) and yet answered `+CMS ERROR: code`.
        case falseError
        /// Bytes that are no text before the answer to `command`, or at once without a command.
        case garbage
        /// `count` unsolicited result codes inside the answer to `command`, or at once without a command.
        case urcStorm
        /// The tty hangs up when `command` arrives; it is not carried out.
        case unplugBefore
        /// The tty hangs up after `command` was carried out, before its answer.
        case unplugAfter
        /// The tty hangs up after half of the answer to `command`.
        case unplugWithin
        /// Lasting: every memory counts as full.
        case storageFull
        /// Lasting: no registration, and messages wait in the network.
        case noNetwork
        /// Lasting: the card is pulled out.
        case simRemoved
        /// The SIM asks for its PIN (`text`, "1234" without one).
        case pinLocked
        /// Lasting: what is written to the modem is read and ignored.
        case unresponsive
        /// The modem takes it that `AT+CNMA` did not come in time and stops direct delivery.
        case acknowledgementTimeout

        /// Holds until it is cleared, and is not tied to a command.
        var isLasting: Bool {
            switch self {
            case .storageFull, .noNetwork, .simRemoved, .unresponsive: true
            case .lateAnswer, .lostAnswer, .error, .cmsError, .cmeError, .falseError, .garbage, .urcStorm,
                .unplugBefore, .unplugAfter, .unplugWithin, .pinLocked, .acknowledgementTimeout:
                false
            }
        }
    }

    package var kind: Kind
    /// Name of the command, `+CMGS`; `+CMGS>` means its prompt alone; `nil`: the next command whatever it is.
    package var command: String?
    package var milliseconds: Int?
    /// Number of the error.
    package var code: Int?
    /// Size of a storm or of garbage.
    package var count: Int?
    /// Line of a storm, or the PIN.
    package var text: String?
    /// How many commands it hits: 1 unless given, 0 for all until cleared.
    package var times: Int?

    package init(
        _ kind: Kind, command: String? = nil, milliseconds: Int? = nil, code: Int? = nil, count: Int? = nil,
        text: String? = nil, times: Int? = nil
    ) {
        self.kind = kind
        self.command = command
        self.milliseconds = milliseconds
        self.code = code
        self.count = count
        self.text = text
        self.times = times
    }

    /// `true` when it happens at once instead of waiting for a command.
    var isImmediate: Bool {
        switch self.kind {
        case .garbage, .urcStorm: self.command == nil
        case .pinLocked, .acknowledgementTimeout: true
        case .lateAnswer, .lostAnswer, .error, .cmsError, .cmeError, .falseError, .unplugBefore, .unplugAfter,
            .unplugWithin, .storageFull, .noNetwork, .simRemoved, .unresponsive:
            false
        }
    }
}

/// The faults that wait for their moment.
struct ArmedFaults: Equatable {
    /// More than any test arms; older ones go first.
    static let limit = 256

    private(set) var faults: [SimulatedFault] = []

    mutating func arm(_ fault: SimulatedFault) {
        if self.faults.count >= Self.limit { self.faults.removeFirst() }
        self.faults.append(fault)
    }

    mutating func clear() {
        self.faults = []
    }

    func has(_ kind: SimulatedFault.Kind) -> Bool {
        self.faults.contains { $0.kind == kind }
    }

    /// The faults that hit a line with these commands, used up by the call unless they hit more than once.
    mutating func take(_ kinds: Set<SimulatedFault.Kind>, commands: [String]) -> [SimulatedFault] {
        guard !self.faults.isEmpty else { return [] }
        var taken: [SimulatedFault] = []
        var kept: [SimulatedFault] = []
        for var fault in self.faults {
            guard kinds.contains(fault.kind), Self.hits(fault, commands) else {
                kept.append(fault)
                continue
            }
            taken.append(fault)
            let times = fault.times ?? 1
            if times == 0 { kept.append(fault) }
            if times > 1 {
                fault.times = times - 1
                kept.append(fault)
            }
        }
        self.faults = kept
        return taken
    }

    private static func hits(_ fault: SimulatedFault, _ commands: [String]) -> Bool {
        guard let wanted = fault.command else { return commands.first?.hasSuffix(">") != true }
        let name = Self.name(wanted)
        return commands.contains { $0 == name }
    }

    /// `AT+CMGS` and `+cmgs` mean the same.
    private static func name(_ text: String) -> String {
        let upper = text.uppercased()
        return upper.hasPrefix("AT") && upper.count > 2 ? String(upper.dropFirst(2)) : upper
    }
}
