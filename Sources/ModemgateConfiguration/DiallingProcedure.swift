// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// How numbers are dialled within one country and out of it.
///
/// Sources: country codes from "List of ITU-T Recommendation E.164 assigned country codes" (Annex to ITU Operational
/// Bulletin 1114); prefixes from "Dialling procedures (international prefix, national (trunk) prefix and national
/// (significant) number)" (Annex to ITU Operational Bulletin 994) and what regulators changed since. Names and codes of
/// countries are those of ISO 3166-1.
package struct DiallingProcedure: Sendable, Equatable {
    /// ISO 3166-1 alpha-2, upper case.
    package var country: String
    /// In English, short.
    package var name: String
    /// E.164 country code, 1 to 3 digits.
    package var callingCode: String
    /// Dialled before the national (significant) number; empty where there is none.
    package var trunkPrefix: String
    /// Dialled before the country code of another country.
    package var internationalPrefix: String

    init(_ country: String, _ name: String, _ callingCode: String, trunk: String, international: String = "00") {
        self.country = country
        self.name = name
        self.callingCode = callingCode
        self.trunkPrefix = trunk
        self.internationalPrefix = international
    }
}

extension WrittenValue {
    /// A country by its code. `NO` is Norway here, never the truth value of YAML 1.1.
    func diallingProcedure() throws(ConfigurationError) -> DiallingProcedure {
        let text = try self.text("a country code such as FR")
        let code = text.uppercased()
        if let known = DiallingProcedure.table.first(where: { $0.country == code }) { return known }
        let named = Spelling.nearest(to: text, among: DiallingProcedure.table.map(\.name))
            .flatMap { name in DiallingProcedure.table.first { $0.name == name } }
        // What people write instead of GB and GR.
        let other = ["UK": "GB", "EL": "GR"][code]
        if let meant = other ?? named?.country {
            throw self.problem("\"\(text.shortened)\" is not a country code", suggestion: "did you mean \"\(meant)\"?")
        }
        let isCode = code.utf8.count == 2 && code.utf8.allSatisfy { (0x41...0x5A).contains($0) }
        throw self.problem(
            isCode
                ? "how numbers are dialled in \(code) is not known here"
                : "\"\(text.shortened)\" is not a country code",
            suggestion: isCode
                ? "remove the setting and write every number with +" : "write two letters of ISO 3166, such as FR")
    }
}
