// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A message in the modem's storage, PDU mode (TS 27.005 §4.1, §4.2).
///
/// Seen: `+CMGR: 0,"",38` (SIMCom), `+CMGR: 0,,38`; an empty slot is a bare `OK` on EC25 (EC25EFAR06A10M4G).
package struct StoredPDU: Sendable, Equatable {
    package let index: Int
    /// `<stat>`: 0 received unread, 1 received read, 2 stored unsent, 3 stored sent.
    package let stat: Int
    /// Octets of the TPDU, without the service centre address; `nil` when the modem left it out.
    package let length: Int?
    /// Hexadecimal, service centre address first.
    package let pdu: String

    package var isReceived: Bool { self.stat == 0 || self.stat == 1 }

    /// The answer to `AT+CMGR`; `nil` for an empty slot.
    package init?(readResponse lines: [String], index: Int) {
        for (header, body) in zip(lines, lines.dropFirst()) where header.resultPrefix == "+CMGR" {
            self.init(ATFields(header), first: 0, index: index, pdu: body)
            return
        }
        return nil
    }

    /// The answer to `AT+CMGL`; entries that make no sense are left out.
    package static func list(_ lines: [String]) -> [Self] {
        zip(lines, lines.dropFirst()).compactMap { header, body in
            guard header.resultPrefix == "+CMGL" else { return nil }
            let fields = ATFields(header)
            guard let index = fields.integer(0), index >= 0 else { return nil }
            return Self(fields, first: 1, index: index, pdu: body)
        }
    }

    private init?(_ fields: ATFields, first: Int, index: Int, pdu: String) {
        let pdu = pdu.trimmingSpaces
        guard let stat = fields.integer(first), pdu.isHexadecimal else { return nil }
        self.index = index
        self.stat = stat
        self.length = fields.count > first + 1 ? fields.integer(fields.count - 1) : nil
        self.pdu = pdu
    }
}

/// A message or report that was handed over without being stored: `+CMT`, `+CDS` (TS 27.005 §3.4.1, PDU mode).
package struct DirectPDU: Sendable, Equatable {
    package let isStatusReport: Bool
    /// Octets of the TPDU; `nil` when the modem left it out.
    package let length: Int?
    package let pdu: String

    /// `nil` for every other code, and when the second line is no PDU.
    package init?(_ result: UnsolicitedResult) {
        guard result.prefix == "+CMT" || result.prefix == "+CDS" else { return nil }
        guard let pdu = result.continuation?.trimmingSpaces, pdu.isHexadecimal else { return nil }
        let fields = ATFields(result.line)
        self.isStatusReport = result.prefix == "+CDS"
        self.length = fields.integer(fields.count - 1)
        self.pdu = pdu
    }
}

/// `+CMTI: "ME",3`, `+CDSI: "SM",0` (TS 27.005 §3.4.1).
package struct MessageIndication: Sendable, Equatable {
    package let memory: String?
    /// `nil` for `+CMTI: ,-1` (SIM7000G): the message is somewhere.
    package let index: Int?
    /// EC25: the report that `+CDSI` announces cannot be read (EC25EFAR06A10M4G, A15M4G).
    package let isStatusReport: Bool

    package init?(_ result: UnsolicitedResult) {
        guard result.prefix == "+CMTI" || result.prefix == "+CDSI" else { return nil }
        let fields = ATFields(result.line)
        self.memory = fields.string(0)
        self.index = fields.integer(1).flatMap { $0 >= 0 ? $0 : nil }
        self.isStatusReport = result.prefix == "+CDSI"
    }
}

/// `+CPMS` (TS 27.005 §3.2.2), for reading, writing and receiving in this order.
///
/// Seen: `+CPMS: 0,25,0,25,0,25` (EC25-E, after setting), `+CPMS: "ME",0,255,"ME",0,255,"ME",0,255` (asked).
package struct StorageUsage: Sendable, Equatable {
    package struct Memory: Sendable, Equatable {
        /// `SM`, `ME`, …; `nil` in the answer to a setting.
        package let name: String?
        package let used: Int
        package let total: Int

        package var isFull: Bool { self.used >= self.total }
    }

    package let memories: [Memory]

    package init?(line: String) {
        let fields = ATFields(line)
        let hasNames = fields.integer(0) == nil
        let width = hasNames ? 3 : 2
        var memories: [Memory] = []
        for first in stride(from: 0, to: fields.count - width + 1, by: width) {
            guard let used = fields.integer(first + width - 2), let total = fields.integer(first + width - 1) else {
                break
            }
            memories.append(Memory(name: hasNames ? fields.string(first) : nil, used: used, total: total))
        }
        guard !memories.isEmpty else { return nil }
        self.memories = memories
    }
}

/// `+CNUM` (TS 27.007 §7.1): the SIM's own number.
///
/// Seen: `+CNUM: "","+84…",145` (SIM7600), `+CNUM: ,"1…",129` (EC25AFFAR07A08M4G), no line at all (SIM7600G-H).
package struct OwnNumber: Sendable, Equatable {
    /// With `+` when the SIM says international.
    package let number: String

    package init?(lines: [String]) {
        for line in lines where line.resultPrefix == "+CNUM" {
            let fields = ATFields(line)
            guard let number = fields.string(1), number.utf8.contains(where: { (0x30...0x39).contains($0) }) else {
                continue
            }
            // Type of address 145: international, ISDN plan (TS 24.008 §10.5.4.7).
            self.number = fields.integer(2) == 145 && !number.hasPrefix("+") ? "+\(number)" : number
            return
        }
        return nil
    }
}
