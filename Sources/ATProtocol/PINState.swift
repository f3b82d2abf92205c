// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `+CPIN` (TS 27.007 §8.3), or the error a modem gives instead of it.
///
/// Seen: `+CPIN: READY`; `+CPIN: SIM PIN`; no SIM: `+CME ERROR: SIM not inserted` (SIM7600A-H, `+CMEE=2`),
/// `+CME ERROR: 10` (EC25EUXGAR08A05M1G); `+CPIN: NOT READY` when a SIM is pulled (Quectel); `+CME ERROR: 13` after
/// `AT+CFUN=0` (Quectel); 14 while the card starts (EG25-G).
package enum PINState: Sendable, Equatable {
    case ready
    case pin
    case puk
    /// The card works; only what PIN2 protects does not.
    case pin2
    case puk2
    /// A lock of the equipment or of an operator: `PH-NET PIN`.
    case personalization(String)
    case absent
    /// It is there and not ready yet.
    case starting
    /// It does not work, or is switched off.
    case failed
    case unknown(String)

    package init(response: ATResponse) {
        for line in response.lines where line.resultPrefix == "+CPIN" {
            self.init(line: line)
            return
        }
        // SIM7600 during start prints the state as news, even while it is asked.
        for line in response.unsolicited where line.resultPrefix == "+CPIN" {
            self.init(line: line)
            return
        }
        switch response.result {
        case .cmeError(let code): self.init(code)
        case .ok, .error, .cmsError, .noCarrier, .busy, .noAnswer, .noDialtone, .connect, .aborted:
            self = .unknown(response.result.description)
        }
    }

    /// A `+CPIN:` line, answer or unsolicited.
    package init(line: String) {
        let text = line.valueAfterPrefix.filter { $0 != "\"" }
        switch text {
        case "READY": self = .ready
        case "SIM PIN": self = .pin
        case "SIM PUK": self = .puk
        case "SIM PIN2": self = .pin2
        case "SIM PUK2": self = .puk2
        case "NOT READY": self = .starting
        case "NOT INSERTED", "SIM REMOVED", "REMOVED": self = .absent
        default: self = text.hasPrefix("PH-") ? .personalization(text) : .unknown(text)
        }
    }

    private init(_ code: ErrorCode) {
        switch code.number {
        case 10: self = .absent
        case 5, 6, 40, 42, 44, 46: self = .personalization(CMEError.text(code.number ?? 0) ?? "")
        case 11: self = .pin
        case 12: self = .puk
        case 13, 15: self = .failed
        case 14: self = .starting
        case 17: self = .pin2
        case 18: self = .puk2
        default: self = .unknown(FinalResult.cmeError(code).description)
        }
    }

    /// Tries left for the PIN, from `+QPINC: "SC",3,10` (Quectel) or `+SPIC: 3,10,0,10` (SIM7600). MuditaOS' EG25-G
    /// fixture prints `+QPINC:0,3,10`.
    package static func remainingTries(_ lines: [String]) -> Int? {
        for line in lines {
            let fields = ATFields(line)
            switch line.resultPrefix {
            case "+SPIC": return fields.integer(0)
            case "+QPINC" where fields.string(0)?.uppercased() == "SC" || fields.integer(0) == 0:
                return fields.integer(1)
            default: continue
            }
        }
        return nil
    }
}
