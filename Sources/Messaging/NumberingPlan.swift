// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension MessagingConfiguration {
    /// How a country dials: what turns a number as its people write it into one of ITU-T E.164.
    ///
    /// (`SMSPDU` has a `NumberingPlan` of its own, the field of an address; hence the place of this one.)
    package struct NumberingPlan: Sendable, Equatable {
        /// Country code without `+`: `33`.
        package var callingCode: String
        /// What is dialled before a national number and is no part of it: `0`; empty where there is none.
        package var trunkPrefix: String
        /// What is dialled before a country code: `00`, `011`.
        package var internationalPrefix: String

        package init(callingCode: String, trunkPrefix: String = "0", internationalPrefix: String = "00") {
            self.callingCode = callingCode
            self.trunkPrefix = trunkPrefix
            self.internationalPrefix = internationalPrefix
        }

        /// The number with `+` and its country code; `nil` when it has neither prefix, and so could be anything.
        ///
        /// Where no trunk prefix is dialled, or where it is the same digit as the country code (`1`), people leave it
        /// out: such a number is national.
        func international(_ digits: Substring) -> String? {
            if !self.internationalPrefix.isEmpty, digits.hasPrefix(self.internationalPrefix) {
                return "+" + digits.dropFirst(self.internationalPrefix.count)
            }
            if !self.trunkPrefix.isEmpty, digits.hasPrefix(self.trunkPrefix) {
                return "+" + self.callingCode + digits.dropFirst(self.trunkPrefix.count)
            }
            guard self.trunkPrefix.isEmpty || self.trunkPrefix == self.callingCode else { return nil }
            return "+" + self.callingCode + digits
        }
    }
}
