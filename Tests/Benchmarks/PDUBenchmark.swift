// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import SMSPDU

/// PDU text to message values and back, on one core. Every result's strings are read, so that nothing lazy is left out.
enum PDUBenchmark {
    /// What a run says: name, operations per second, goal in the same unit (nil for the baseline).
    typealias Report = (_ name: String, _ opsPerSecond: Double, _ goal: Double?) -> Void

    /// - Parameter report: called once per measurement; the baseline (a plain copy and a plain hexadecimal loop over
    ///   the short PDU) comes first, so that figures of different machines can be compared by their ratio to it.
    static func run(fixtures: String = Self.fixtures, report: Report) throws {
        let pdus = try String(contentsOfFile: fixtures + "/bench-pdus.txt", encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let text400 = try String(contentsOfFile: fixtures + "/bench-text400.txt", encoding: .utf8)
        guard pdus.count == 5 else { throw CocoaError(.fileReadCorruptFile) }
        report("PDU baseline: copy and hex loop", Self.baseline(pdus[0]), nil)
        report("PDU decode short", try Self.decode(pdus[0]), 6_500_000)
        report("PDU decode and join 3 parts", try Self.decodeAndJoin(Array(pdus[1...3])), 600_000)
        report("PDU decode UCS2 35 emoji", try Self.decode(pdus[4]), 2_500_000)
        report("PDU encode short", try Self.encode("How are you?"), 5_000_000)
        report("PDU encode 400 characters into 3 parts", try Self.encode(text400), 400_000)
        report("PDU encode 35 emoji", try Self.encode(String(repeating: "😀", count: 35)), 900_000)
    }

    private static var fixtures: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures").path
    }

    // MARK: Cases

    private static func baseline(_ hex: String) -> Double {
        let digits = Array(hex.utf8)
        return Self.measure {
            let copy = digits
            var octets = [UInt8](repeating: 0, count: copy.count / 2)
            for index in octets.indices {
                octets[index] = Self.value(copy[index * 2]) << 4 | Self.value(copy[index * 2 + 1])
            }
            return octets.count
        }
    }

    private static func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit &- 0x30 : digit &- 0x37 }

    private static func decode(_ hex: String) throws -> Double {
        try Self.measure {
            let decoded = try ShortMessagePDU.decode(hex, direction: .mobileTerminated)
            guard case .deliver(let message) = decoded.pdu.tpdu else { return 0 }
            return message.originator.text.utf8.count + (message.userData.text?.utf8.count ?? 0) + decoded.octets.count
        }
    }

    private static func decodeAndJoin(_ hex: [String]) throws -> Double {
        try Self.measure {
            var parts: [UserData] = []
            parts.reserveCapacity(hex.count)
            var total = 0
            for line in hex {
                let decoded = try ShortMessagePDU.decode(line, direction: .mobileTerminated)
                guard case .deliver(let message) = decoded.pdu.tpdu else { continue }
                total += message.originator.text.utf8.count + decoded.octets.count
                total += message.userData.text?.utf8.count ?? 0
                total += Int(message.userData.concatenation?.sequence ?? 0)
                parts.append(message.userData)
            }
            return total + (UserData.joined(parts).text?.utf8.count ?? 0)
        }
    }

    private static func encode(_ text: String) throws -> Double {
        let segmenter = MessageSegmenter()
        var reference: UInt16 = 0
        return try Self.measure {
            reference &+= 1
            let destination = try Address("+33639980001")
            let segmentation = try segmenter.segment(text, reference: reference)
            var total = 0
            for part in segmentation.parts {
                let submit = SMSSubmit(
                    destination: destination, dataCoding: segmentation.dataCoding, statusReportRequest: true,
                    userData: part)
                total += try ShortMessagePDU(tpdu: .submit(submit)).encoded().hex.utf8.count
            }
            return total
        }
    }

    // MARK: Measuring

    /// Operations per second of processor time, so that another process does not count; the best of five rounds, as
    /// what disturbs a round only makes it slower.
    private static func measure(_ operation: () throws -> Int) rethrows -> Double {
        var checksum = 0
        var best = 0.0
        for _ in 0..<5 {
            var count = 0
            let start = Self.processorTime
            var elapsed = 0.0
            while elapsed < 0.2 {
                for _ in 0..<1000 { checksum &+= try operation() }
                count += 1000
                elapsed = Self.processorTime - start
            }
            best = max(best, Double(count) / elapsed)
        }
        precondition(checksum != 0, "the compiler must not leave the work out")
        return best
    }

    /// What this thread has used, in seconds.
    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
