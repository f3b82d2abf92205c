// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// TP-Validity-Period, TS 23.040 §9.2.3.12: how long the service centre tries to deliver.
package enum ValidityPeriod: Sendable, Hashable {
    /// One octet, see ``seconds``.
    case relative(UInt8)
    case absolute(Timestamp)
    case enhanced(EnhancedValidityPeriod)

    /// The shortest relative period that is not shorter than `seconds`; at most 63 weeks.
    package init(seconds: Int64) {
        let minutes = max(1, (min(max(seconds, 0), 63 * 604_800) + 59) / 60)
        let value: Int64 =
            switch minutes {
            case ...720: (minutes + 4) / 5 - 1
            case ...1440: (minutes - 720 + 29) / 30 + 143
            case ...43_200: (minutes + 1439) / 1440 + 166
            default: max((minutes + 10_079) / 10_080, 5) + 192
            }
        self = .relative(UInt8(clamping: value))
    }

    /// The period in seconds; nil for an absolute time and an enhanced format that names none.
    package var seconds: Int64? {
        switch self {
        case .relative(let value): Self.seconds(relative: value)
        case .absolute: nil
        case .enhanced(let period): period.seconds
        }
    }

    /// 5 minutes to 12 hours, to 24 hours by half hours, to 30 days by days, to 63 weeks by weeks.
    static func seconds(relative value: UInt8) -> Int64 {
        let value = Int64(value)
        return switch value {
        case ...143: (value + 1) * 300
        case ...167: 43_200 + (value - 143) * 1800
        case ...196: (value - 166) * 86_400
        default: (value - 192) * 604_800
        }
    }

    /// TP-VPF, TS 23.040 §9.2.3.3.
    static func format(of period: ValidityPeriod?) -> UInt8 {
        switch period {
        case nil: 0
        case .enhanced: 1
        case .relative: 2
        case .absolute: 3
        }
    }

    static func decode(_ reader: inout OctetReader, format: UInt8) throws(PDUError) -> ValidityPeriod? {
        switch format {
        case 1: return .enhanced(try EnhancedValidityPeriod(&reader))
        case 2: return .relative(try reader.octet("TP-VP"))
        case 3: return try Timestamp.decode(&reader, field: "TP-VP").map { .absolute($0) }
        default: return nil
        }
    }

    func encode(_ writer: inout OctetWriter) {
        switch self {
        case .relative(let value): writer.append(value)
        case .absolute(let timestamp): timestamp.encode(&writer)
        case .enhanced(let period): period.encode(&writer)
        }
    }
}

/// The enhanced format, TS 23.040 §9.2.3.12.3: seven octets, kept as they are.
package struct EnhancedValidityPeriod: Sendable, Hashable {
    /// The first octet in bits 48 to 55.
    private let octets: UInt64

    private init(indicator: UInt8, _ values: [UInt8]) {
        let all = [indicator] + values.prefix(6) + [UInt8](repeating: 0, count: max(0, 6 - values.count))
        self.octets = all.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// No period, only the wish whether to try once.
    package static func unspecified(singleShot: Bool = false) -> EnhancedValidityPeriod {
        EnhancedValidityPeriod(indicator: singleShot ? 0x40 : 0, [])
    }

    /// Coded like the relative format.
    package static func relative(_ value: UInt8, singleShot: Bool = false) -> EnhancedValidityPeriod {
        EnhancedValidityPeriod(indicator: (singleShot ? 0x40 : 0) | 1, [value])
    }

    /// 0 to 255 seconds.
    package static func seconds(_ seconds: UInt8, singleShot: Bool = false) -> EnhancedValidityPeriod {
        EnhancedValidityPeriod(indicator: (singleShot ? 0x40 : 0) | 2, [seconds])
    }

    /// Hours, minutes and seconds; nil beyond 99:59:59.
    package static func time(
        hours: Int, minutes: Int, seconds: Int, singleShot: Bool = false
    ) -> EnhancedValidityPeriod? {
        guard 0...99 ~= hours, 0...59 ~= minutes, 0...59 ~= seconds else { return nil }
        return EnhancedValidityPeriod(
            indicator: (singleShot ? 0x40 : 0) | 3, [hours, minutes, seconds].map { Timestamp.semiOctets($0) })
    }

    private func octet(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: self.octets >> (48 - 8 * UInt64(index))) }

    /// The service centre shall try once only.
    package var isSingleShot: Bool { self.octet(0) & 0x40 != 0 }

    /// Nil when no period is named, or one that the standard reserves.
    package var seconds: Int64? {
        switch self.octet(0) & 0x07 {
        case 1: return ValidityPeriod.seconds(relative: self.octet(1))
        case 2: return Int64(self.octet(1))
        case 3:
            guard let hours = Timestamp.decimal(self.octet(1)), let minutes = Timestamp.decimal(self.octet(2)),
                let seconds = Timestamp.decimal(self.octet(3))
            else { return nil }
            return Int64(hours * 3600 + minutes * 60 + seconds)
        default: return nil
        }
    }

    init(_ reader: inout OctetReader) throws(PDUError) {
        let start = try reader.skip(7, "TP-VP")
        self.octets = reader.octets[start..<start + 7].reduce(0) { $0 << 8 | UInt64($1) }
        if self.octet(0) & 0x07 > 3 { reader.warn("TP-VP", at: start, "a reserved format of the enhanced period") }
    }

    func encode(_ writer: inout OctetWriter) {
        for index in 0..<7 { writer.append(self.octet(index)) }
    }
}
