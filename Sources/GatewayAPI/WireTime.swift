// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// Times on the wire: ISO 8601 in UTC with milliseconds, `2026-01-31T23:59:59.123Z`.
package enum WireTime {
    package static func string(_ date: Date) -> String {
        // Foundation cuts the fraction off, and most milliseconds lie a little below their decimal value in a Double:
        // so it is rounded first, and then put well inside its millisecond.
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        return Date(timeIntervalSince1970: (milliseconds + 0.1) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    static func json(_ date: Date?) -> JSONValue {
        date.map { .string(Self.string($0)) } ?? .null
    }

    /// Reads a time with a zone: `Z` or an offset, seconds with or without a fraction.
    package static func date(_ text: String) -> Date? {
        if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            return date
        }
        return try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: false))
    }
}
