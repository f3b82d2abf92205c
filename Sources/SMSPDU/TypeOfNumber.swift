// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Type-of-number, TS 23.040 §9.1.2.5 (bits 6 to 4 of the type-of-address octet).
package enum TypeOfNumber: UInt8, Sendable, CaseIterable {
    case unknown = 0
    case international = 1
    case national = 2
    case networkSpecific = 3
    case subscriber = 4
    case alphanumeric = 5
    case abbreviated = 6
    case reserved = 7
}

/// Numbering-plan-identification, TS 23.040 §9.1.2.5 (bits 3 to 0 of the type-of-address octet).
package struct NumberingPlan: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    /// Only the lower four bits are kept.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x0F
    }

    package static let unknown = NumberingPlan(rawValue: 0)
    /// ISDN/telephone, ITU-T E.164.
    package static let isdn = NumberingPlan(rawValue: 1)
    package static let data = NumberingPlan(rawValue: 3)
    package static let telex = NumberingPlan(rawValue: 4)
    package static let national = NumberingPlan(rawValue: 8)
    package static let privatePlan = NumberingPlan(rawValue: 9)
}
