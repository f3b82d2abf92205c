// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A message that was shown with gaps, about to take a part that came late.
package struct GivenUpMessage: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// The last missing part came.
        case complete(AssembledMessage)
        /// A gap is filled, others are left.
        case incomplete(IncompleteMessage)
        /// It was there already.
        case duplicate
        /// It is part of another message.
        case foreign
    }

    private let key: MessageAssembler.Key
    private var group: AssemblyGroup

    /// - Parameter parts: as they were shown.
    /// - Returns: `nil` when they are no parts of one long message.
    package init?(parts: [AssemblyPart]) {
        guard let first = parts.first, let key = MessageAssembler.Key(first),
            let sequence = first.userData.concatenation?.sequence
        else { return nil }
        self.key = key
        self.group = AssemblyGroup(first, sequence: sequence)
        for part in parts.dropFirst() {
            guard MessageAssembler.Key(part) == key, let sequence = part.userData.concatenation?.sequence,
                case .added = self.group.add(part, sequence: sequence)
            else { return nil }
        }
    }

    /// A part without a service centre time stamp could be of any message with this reference: it joins none.
    package func joined(by part: AssemblyPart) -> Outcome {
        guard part.timestamp != nil, MessageAssembler.Key(part) == self.key,
            let sequence = part.userData.concatenation?.sequence
        else { return .foreign }
        var group = self.group
        switch group.add(part, sequence: sequence) {
        case .refused: return .foreign
        case .duplicate: return .duplicate
        case .added: break
        }
        guard group.parts.count == Int(self.key.total) else { return .incomplete(group.incomplete(self.key)) }
        return .complete(AssembledMessage(parts: group.inOrder))
    }
}
