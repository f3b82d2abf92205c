// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `+CREG`, `+CGREG`, `+CEREG` (TS 27.007 §7.2, §10.1.20, §10.1.22).
///
/// Seen: `+CREG: 0,1` (SIM7600G-H), `+CREG: 2,1,"2604","6DA5A09",7` (Quectel, LTE: no zero padding), unsolicited
/// `+CREG: 1,"D509","80D413D",7` (EG25-G).
package struct RegistrationReport: Sendable, Equatable {
    /// `<stat>` as the standard numbers it: 0 not searching, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming,
    /// 6 and 7 SMS only, 8 emergency only, 9 and 10 CSFB not preferred.
    package let stat: Int
    /// Location area code, or tracking area code on LTE.
    package let lac: Int?
    package let cellID: Int?
    package let accessTechnology: AccessTechnology?

    /// The answer to a query: `<n>` comes first.
    package init?(answer line: String) {
        guard UnsolicitedCode.isAnswer(line, prefix: "+CREG", to: .read) else {
            self.init(unsolicited: line)
            return
        }
        self.init(ATFields(line), first: 1)
    }

    /// The unsolicited form, without `<n>`.
    package init?(unsolicited line: String) {
        self.init(ATFields(line), first: 0)
    }

    private init?(_ fields: ATFields, first: Int) {
        guard let stat = fields.integer(first), (0...11).contains(stat) else { return nil }
        self.stat = stat
        // All ones, or all ones but the last bit, mean "no area" (TS 24.008 §10.5.1.3); a cell has 28 bits.
        self.lac = fields.hexadecimal(first + 1).flatMap { $0 < 0xFFFE ? $0 : nil }
        self.cellID = fields.hexadecimal(first + 2).flatMap { $0 < 0xFFF_FFFF ? $0 : nil }
        self.accessTechnology = fields.integer(first + 3).flatMap(AccessTechnology.init)
    }
}

/// `<AcT>`, TS 27.007 §7.2.
package enum AccessTechnology: Int, Sendable, CaseIterable {
    case gsm = 0
    case gsmCompact = 1
    case utran = 2
    case gsmEGPRS = 3
    case utranHSDPA = 4
    case utranHSUPA = 5
    case utranHSPA = 6
    case eutran = 7
    case ecGSMIoT = 8
    case eutranNBS1 = 9
    case eutra5GCN = 10
    case nr5GCN = 11
    case ngran = 12
    case eutraNRDual = 13

    /// `GSM`, `UMTS`, `HSPA`, `LTE`, `5G`.
    package var name: String {
        switch self {
        case .gsm, .gsmCompact, .gsmEGPRS, .ecGSMIoT: "GSM"
        case .utran: "UMTS"
        case .utranHSDPA, .utranHSUPA, .utranHSPA: "HSPA"
        case .eutran, .eutranNBS1, .eutra5GCN: "LTE"
        case .nr5GCN, .ngran, .eutraNRDual: "5G"
        }
    }
}
