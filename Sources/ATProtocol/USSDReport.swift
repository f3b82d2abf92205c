// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// `+CUSD: <m>[,<str>,<dcs>]`, TS 27.007 §7.15.
///
/// How modems write it: EG25-G prints CR LF inside the quotation marks and `dcs` 0 or 15; SIM7600 the same with 15; EC25
/// after an empty answer prints no string; some cut a long text and leave out the closing quotation mark.
package struct USSDReport: Sendable, Equatable {
    /// `<m>`.
    package enum Status: Sendable, Equatable {
        /// 0: an answer, or a notification, and nothing more to do.
        case noFurtherAction
        /// 1: the network waits for a reply.
        case furtherActionRequired
        /// 2
        case terminatedByNetwork
        /// 3: something else at the modem has replied.
        case otherClientResponded
        /// 4
        case notSupported
        /// 5
        case networkTimedOut
        /// A number the standard does not name.
        case unknown(Int)

        init(number: Int) {
            switch number {
            case 0: self = .noFurtherAction
            case 1: self = .furtherActionRequired
            case 2: self = .terminatedByNetwork
            case 3: self = .otherClientResponded
            case 4: self = .notSupported
            case 5: self = .networkTimedOut
            default: self = .unknown(number)
            }
        }
    }

    package let status: Status
    /// As printed, lines joined by LF; `nil` when there was no string.
    package let string: String?
    /// `<dcs>`, TS 23.038 §5, 0 … 255; `nil` when the modem printed none.
    package let dataCoding: Int?

    package init(status: Status, string: String? = nil, dataCoding: Int? = nil) {
        self.status = status
        self.string = string
        self.dataCoding = dataCoding
    }

    /// - Parameter line: the whole result, its lines joined by LF. `nil`: this is no `+CUSD`, or has no number.
    package init?(line: String) {
        guard line.resultPrefix == "+CUSD" else { return nil }
        let value = line.valueAfterPrefix
        let digits = value.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        let rest = String(decoding: value.utf8.dropFirst(digits.count), as: UTF8.self).trimmingSpaces
        let status = Status(number: number)
        guard rest.utf8.first == UInt8(ascii: ",") else {
            self.init(status: status)
            return
        }
        let (string, coding) = Self.text(String(decoding: rest.utf8.dropFirst(), as: UTF8.self).trimmingSpaces)
        self.init(status: status, string: string, dataCoding: coding)
    }

    /// Quotation marks inside the text are not escaped: the last one, or the last one before `,<dcs>`, closes it.
    private static func text(_ rest: String) -> (String?, Int?) {
        let bytes = Array(rest.utf8)
        var end = bytes.count
        while end > 0, (0x30...0x39).contains(bytes[end - 1]) { end -= 1 }
        var comma = end
        while comma > 0, bytes[comma - 1] == 0x20 { comma -= 1 }
        let hasCoding = comma > 0 && bytes[comma - 1] == UInt8(ascii: ",")
        let coding = hasCoding ? Int(String(decoding: bytes[end...], as: UTF8.self)) : nil
        var body = hasCoding ? bytes[..<(comma - 1)] : bytes[...]
        while body.last == 0x20, hasCoding { body.removeLast() }
        if body.first == UInt8(ascii: "\"") {
            body.removeFirst()
            // A cut text has none, and then what looks like a coding is text.
            guard body.last == UInt8(ascii: "\"") else {
                return (String(decoding: bytes.dropFirst(), as: UTF8.self), nil)
            }
            body.removeLast()
        } else if body.isEmpty {
            return (nil, coding)
        }
        return (String(decoding: body, as: UTF8.self), coding.flatMap { (0...255).contains($0) ? $0 : nil })
    }
}
