// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import Testing

@Suite struct WireTimeTests {
    @Test func everyMillisecondReadsBackAsItself() throws {
        for millisecond in 0..<1000 {
            let date = Date(timeIntervalSince1970: 1_795_269_600 + Double(millisecond) / 1000)
            let text = WireTime.string(date)
            #expect(text == "2026-11-21T14:00:00.\(String(1000 + millisecond).dropFirst())Z")
            let read = try #require(WireTime.date(text))
            #expect(WireTime.string(read) == text)
        }
    }

    @Test(arguments: [
        ("1969-12-31T23:59:59.999Z", -0.001), ("2000-02-29T00:00:00.000Z", 951_782_400.0),
        ("2026-01-31T23:59:59.123Z", 1_769_903_999.1229),
    ]) func edges(text: String, seconds: Double) {
        #expect(WireTime.string(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test(arguments: [
        ("2026-01-31T23:59:59Z", 1_769_903_999.0), ("2026-01-31T23:59:59.500Z", 1_769_903_999.5),
        ("2026-02-01T00:59:59+01:00", 1_769_903_999.0),
    ]) func reads(text: String, seconds: Double) throws {
        #expect(try #require(WireTime.date(text)).timeIntervalSince1970 == seconds)
    }

    @Test(arguments: ["", "yesterday", "2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T23:59:59"])
    func refuses(text: String) {
        #expect(WireTime.date(text) == nil)
    }
}
