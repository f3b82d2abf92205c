// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

extension CMSError {
    /// Who refused a message and why, for people: the network (RP-Cause of TS 24.011 annex E-2, 0 … 127), the service
    /// centre (TP-FCS of TS 23.040 §9.2.3.22, 128 … 255), or the modem itself (TS 27.005 §3.2.5).
    package static func sentence(_ code: ErrorCode) -> String {
        let words = code.number.flatMap { Self.text($0) } ?? code.text
        let cause = words.map { "\($0) " } ?? ""
        return switch code.number {
        case let number? where (0...127).contains(number):
            "The network refused the message: \(cause)(RP cause \(number))."
        case let number? where (128...255).contains(number):
            "The service centre refused the message: \(cause)(TP-FCS \(number))."
        case let number?: "The modem refused the message: \(cause)(CMS error \(number))."
        case nil: "The modem refused the message: \(cause)(CMS error without a number)."
        }
    }
}
