// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import SMSPDU

/// What a request costs, known before anything is sent: operators count parts.
package struct MessageCost: Sendable, Equatable {
    /// `gsm7`, `gsm7-tr-single` …, `ucs2`, `8bit`.
    package var encoding: String
    /// Parts of the message for one recipient.
    package var parts: Int
    package var recipients: Int
    /// What the other numbers count.
    package var unit: UserData.Unit
    /// Units that fit into one part.
    package var unitsPerPart: Int
    package var unitsUsed: Int
    /// Units still free in the last part.
    package var unitsLeft: Int

    package var totalParts: Int { self.parts * self.recipients }

    init(_ segmentation: Segmentation, recipients: Int) {
        let last = segmentation.parts.last
        self.encoding = segmentation.encoding.name
        self.parts = segmentation.parts.count
        self.recipients = recipients
        self.unit = last?.unit ?? .octet
        self.unitsPerPart = segmentation.parts.map(\.unitCapacity).max() ?? 0
        self.unitsUsed = segmentation.parts.reduce(0) { $0 + $1.unitsUsed }
        self.unitsLeft = last.map { $0.unitCapacity - $0.unitsUsed } ?? 0
    }
}
