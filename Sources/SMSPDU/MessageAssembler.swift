// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Puts the parts of long messages together: in any order, from many senders at once, TS 23.040 §9.2.3.24.1.
///
/// A pure struct: the caller stores the parts, and after a restart adds those that were still waiting again.
package struct MessageAssembler: Sendable {
    /// What makes two parts belong to one message.
    package struct Key: Hashable, Sendable {
        package let originator: Address
        package let reference: UInt16
        package let isWide: Bool
        package let total: UInt8

        /// `nil` for a message of its own.
        init?(_ part: AssemblyPart) {
            guard let concatenation = part.userData.concatenation, concatenation.total > 1 else { return nil }
            self.originator = part.originator
            self.reference = concatenation.reference
            self.isWide = concatenation.isWide
            self.total = concatenation.total
        }
    }

    /// Seconds after the last part when the rest is given up.
    package let timeLimit: Int64
    /// A service centre stamps the parts of one message within minutes; with an hour between two of them the
    /// reference was used again. In seconds.
    package static let maximumTimestampDistance: Int64 = 3600
    /// Messages put together at the same time; beyond, the oldest are given up at the next ``expire(now:)``, so that
    /// a sender of first parts cannot fill the memory.
    package static let maximumGroups = 1024

    private var groups: [Key: AssemblyGroup] = [:]

    /// - Parameter timeLimit: seconds to wait for a missing part, counted from the last one that came.
    package init(timeLimit: Int64 = 86_400) {
        self.timeLimit = timeLimit
    }

    /// Messages that wait for parts.
    package var waitingCount: Int { self.groups.count }

    /// Takes one part and says what it makes.
    package mutating func add(part: AssemblyPart) -> AssemblyOutcome {
        guard let key = Key(part), let sequence = part.userData.concatenation?.sequence else { return .single }
        guard var group = self.groups[key] else {
            self.groups[key] = AssemblyGroup(part, sequence: sequence)
            return .waiting
        }
        switch group.add(part, sequence: sequence) {
        case .duplicate(let id): return .duplicate(of: id)
        case .refused: return self.restart(key, with: part, sequence: sequence, after: group)
        case .added: break
        }
        guard group.parts.count == Int(key.total) else {
            self.groups[key] = group
            return .waiting
        }
        self.groups[key] = nil
        return .complete(AssembledMessage(parts: group.inOrder))
    }

    /// `true` when parts wait that this one belongs to, or repeats.
    package func expects(_ part: AssemblyPart) -> Bool {
        guard let key = Key(part), let sequence = part.userData.concatenation?.sequence,
            var group = self.groups[key]
        else { return false }
        switch group.add(part, sequence: sequence) {
        case .added, .duplicate: return true
        case .refused: return false
        }
    }

    private mutating func restart(
        _ key: Key, with part: AssemblyPart, sequence: UInt8, after group: AssemblyGroup
    ) -> AssemblyOutcome {
        self.groups[key] = AssemblyGroup(part, sequence: sequence)
        return .restarted(incomplete: group.incomplete(key))
    }

    /// Gives up what has waited too long, and the oldest beyond ``maximumGroups``; oldest first.
    package mutating func expire(now: Int64) -> [IncompleteMessage] {
        let byAge = self.groups.sorted {
            ($0.value.lastReceivedAt, $0.value.firstID) < ($1.value.lastReceivedAt, $1.value.firstID)
        }
        let surplus = max(0, byAge.count - Self.maximumGroups)
        var incomplete: [IncompleteMessage] = []
        for (index, entry) in byAge.enumerated() {
            guard index < surplus || now - entry.value.lastReceivedAt >= self.timeLimit else { continue }
            self.groups[entry.key] = nil
            incomplete.append(entry.value.incomplete(entry.key))
        }
        return incomplete
    }
}
