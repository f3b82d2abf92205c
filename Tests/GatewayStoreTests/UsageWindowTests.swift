// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import Testing

@testable import GatewayStore

struct UsageWindowTests {
    private static let paris = TimeZone(identifier: "Europe/Paris") ?? .gmt

    struct Case: Sendable, CustomTestStringConvertible {
        var window: UsageWindow
        var seconds: Int64
        var bucket: Int64
        var testDescription: String { self.window.rawValue }
    }

    static let cases = [
        Case(window: .minute, seconds: 60, bucket: 2), Case(window: .hour, seconds: 3_600, bucket: 120),
        Case(window: .day, seconds: 86_400, bucket: 1_800),
    ]

    /// Whatever moment a part is counted at, it counts for the whole time, and for one bucket longer at most.
    @Test(arguments: cases) func countsForItsWholeTime(row: Case) {
        for offset in stride(from: 0.0, to: Double(row.bucket), by: Double(row.bucket) / 7) {
            let sent = Date(timeIntervalSince1970: 1_790_000_000 + offset)
            let start = row.window.bucketStart(sent, zone: .gmt)
            func counts(after seconds: Double) -> Bool {
                start >= row.window.oldestStart(sent.addingTimeInterval(seconds), zone: .gmt)
            }
            #expect(counts(after: 0))
            #expect(counts(after: Double(row.seconds) - 0.001))
            #expect(!counts(after: Double(row.seconds + row.bucket)))
            let free = row.window.freeAgain([(start, 1)], limit: 1, now: sent, zone: .gmt)
            #expect(!counts(after: free.timeIntervalSince(sent)))
            #expect(counts(after: free.timeIntervalSince(sent) - 0.001))
        }
    }

    @Test func placeComesFreeWithTheBucketThatMakesIt() {
        let now = Date(timeIntervalSince1970: 1_790_000_060)
        let first = UsageWindow.minute.bucketStart(now.addingTimeInterval(-50), zone: .gmt)
        let second = UsageWindow.minute.bucketStart(now.addingTimeInterval(-20), zone: .gmt)
        let counts = [(start: first, count: 2), (start: second, count: 3)]
        let one = UsageWindow.minute.freeAgain(counts, limit: 5, now: now, zone: .gmt)
        #expect(one == Date(microseconds: first + 62_000_000))
        let both = UsageWindow.minute.freeAgain(counts, limit: 2, now: now, zone: .gmt)
        #expect(both == Date(microseconds: second + 62_000_000))
    }

    @Test func nothingAllowedIsAskedAgainLater() {
        let now = Date(timeIntervalSince1970: 1_790_000_060)
        #expect(UsageWindow.hour.freeAgain([], limit: 0, now: now, zone: .gmt) == now.addingTimeInterval(3_600))
    }

    @Test func monthBeginsInItsZone() {
        // 30 September 2026, 22:30 UTC: October in Paris.
        let now = Date(timeIntervalSince1970: 1_790_807_400)
        let october = Date(timeIntervalSince1970: 1_790_805_600)
        let november = Date(timeIntervalSince1970: 1_793_487_600)
        #expect(UsageWindow.month.bucketStart(now, zone: Self.paris) == october.microseconds)
        #expect(UsageWindow.month.freeAgain([], limit: 1, now: now, zone: Self.paris) == november)
        #expect(UsageWindow.month.bucketStart(now, zone: .gmt) < october.microseconds)
    }
}

struct OptOutWordTests {
    @Test(arguments: [
        ("STOP", "stop"), (" Stop. ", "stop"), ("«stop»", "stop"), ("ARRÊT", "arret"),
        ("se désabonner !", "se desabonner"),
        ("stop\n", "stop"), ("S\u{200B}TOP", "stop"), ("ＳＴＯＰ", "stop"), ("stop \t  all", "stop all"), ("", ""),
        ("…", ""),
    ])
    func normalised(written: String, word: String) {
        #expect(OptOutWord.normalised(written) == word)
    }

    @Test func longTextIsNoWord() {
        #expect(OptOutWord.normalised(String(repeating: "stop ", count: 10_000)) == "")
        #expect(OptOutWord.normalised(String(repeating: "🛑", count: 10_000)) == "")
    }
}
