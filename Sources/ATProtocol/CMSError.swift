// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The meaning of `+CMS ERROR: <err>` (TS 27.005 §3.2.5).
package enum CMSError {
    /// `nil` for a number that neither the standards nor the EC25's manual names.
    package static func text(_ number: Int) -> String? {
        Self.networkCauses[number] ?? Self.failureCauses[number] ?? Self.equipment[number] ?? Self.quectel[number]
    }

    /// The number of words that `+CMEE=2` prints, such as `Unknown error` (SIM7600A-H); capitals and `(U)SIM` for `SIM`
    /// do not matter.
    package static func number(_ text: String) -> Int? {
        Self.numbers[Self.key(text)]
    }

    /// Only the equipment's own: the words of network causes repeat.
    private static let numbers = Dictionary(
        (Self.equipment.map { (Self.key($0.value), $0.key) } + Self.quectel.map { (Self.key($0.value), $0.key) }),
        uniquingKeysWith: { min($0, $1) })

    private static func key(_ text: String) -> String {
        text.lowercased().split(separator: "(u)sim", omittingEmptySubsequences: false).joined(separator: "sim")
    }

    /// 0 … 127: RP-Cause, TS 24.011 annex E-2.
    private static let networkCauses: [Int: String] = [
        1: "unassigned (unallocated) number",
        8: "operator determined barring",
        10: "call barred",
        21: "short message transfer rejected",
        27: "destination out of service",
        28: "unidentified subscriber",
        29: "facility rejected",
        30: "unknown subscriber",
        38: "network out of order",
        41: "temporary failure",
        42: "congestion",
        47: "resources unavailable, unspecified",
        50: "requested facility not subscribed",
        69: "requested facility not implemented",
        81: "invalid short message transfer reference value",
        95: "invalid message, unspecified",
        96: "invalid mandatory information",
        97: "message type non-existent or not implemented",
        98: "message not compatible with short message protocol state",
        99: "information element non-existent or not implemented",
        111: "protocol error, unspecified",
        127: "interworking, unspecified",
    ]

    /// 128 … 255: TP-Failure-Cause, TS 23.040 §9.2.3.22.
    private static let failureCauses: [Int: String] = [
        128: "telematic interworking not supported",
        129: "short message type 0 not supported",
        130: "cannot replace short message",
        143: "unspecified TP-PID error",
        144: "data coding scheme (alphabet) not supported",
        145: "message class not supported",
        159: "unspecified TP-DCS error",
        160: "command cannot be actioned",
        161: "command unsupported",
        175: "unspecified TP-Command error",
        176: "TPDU not supported",
        192: "SC busy",
        193: "no SC subscription",
        194: "SC system failure",
        195: "invalid SME address",
        196: "destination SME barred",
        197: "SM rejected - duplicate SM",
        198: "TP-VPF not supported",
        199: "TP-VP not supported",
        208: "(U)SIM SMS storage full",
        209: "no SMS storage capability in (U)SIM",
        210: "error in MS",
        211: "memory capacity exceeded",
        212: "(U)SIM application toolkit busy",
        213: "(U)SIM data download error",
        255: "unspecified error cause",
    ]

    /// 300 … 511: the modem's own.
    private static let equipment: [Int: String] = [
        300: "ME failure",
        301: "SMS service of ME reserved",
        302: "operation not allowed",
        303: "operation not supported",
        304: "invalid PDU mode parameter",
        305: "invalid text mode parameter",
        310: "(U)SIM not inserted",
        311: "(U)SIM PIN required",
        312: "PH-(U)SIM PIN required",
        313: "(U)SIM failure",
        314: "(U)SIM busy",
        315: "(U)SIM wrong",
        316: "(U)SIM PUK required",
        317: "(U)SIM PIN2 required",
        318: "(U)SIM PUK2 required",
        320: "memory failure",
        321: "invalid memory index",
        322: "memory full",
        330: "SMSC address unknown",
        331: "no network service",
        332: "network timeout",
        340: "no +CNMA acknowledgement expected",
        500: "unknown error",
    ]

    /// 512 and more are the maker's: EC25 manual V1.3.
    private static let quectel: [Int: String] = [
        512: "SIM not ready",
        513: "message length exceeds maximum",
        514: "invalid request parameters",
        515: "ME storage failure",
        517: "invalid service mode",
        528: "more message to send state error",
        529: "MO SMS is not allowed",
        530: "GPRS is suspended",
        531: "ME storage full",
    ]
}
