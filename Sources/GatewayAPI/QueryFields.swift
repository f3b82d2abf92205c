// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation

/// The fields of a query, read by name and type; an unknown or repeated one is refused, for a filter that is not
/// understood would show the wrong messages.
struct QueryFields {
    private var values: [String: String] = [:]

    /// - Parameter query: as it stands in the URL. A `+` is a plus sign (RFC 3986), as in a phone number.
    init(_ query: String, known: [String]) throws(Problem) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.flatMap({ String($0).removingPercentEncoding }),
                let value = (parts.count > 1 ? String(parts[1]) : "").removingPercentEncoding
            else {
                throw .badRequest("broken-query", "The query has a % that is not followed by two hexadecimal digits.")
            }
            guard known.contains(name) else { throw Self.unknown(name, known: known) }
            guard self.values.updateValue(value, forKey: name) == nil else {
                throw Problem.badRequest("repeated-parameter", "Give the query parameter \"\(name)\" once.").about(
                    field: name)
            }
        }
    }

    private static func unknown(_ name: String, known: [String]) -> Problem {
        let hint =
            Spelling.suggestion(for: name, among: known).map { "Did you mean \"\($0)\"?" }
            ?? (known.isEmpty ? "This request takes none." : "Known are: \(known.joined(separator: ", ")).")
        return .badRequest("unknown-parameter", "There is no query parameter \(name.quoted). \(hint)").about(
            field: name)
    }

    /// `nil` when it is absent or empty.
    func string(_ name: String) -> String? {
        self.values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = self.string(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.badRequest(
                "wrong-parameter",
                "The query parameter \"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
            .about(field: name)
        }
        return number
    }

    func bool(_ name: String) throws(Problem) -> Bool? {
        switch self.string(name) {
        case nil: return nil
        case "true": return true
        case "false": return false
        case .some:
            throw Problem.badRequest("wrong-parameter", "The query parameter \"\(name)\" must be true or false.")
                .about(field: name)
        }
    }

    /// A time in ISO 8601 with `Z` or an offset.
    func date(_ name: String) throws(Problem) -> Date? {
        guard let text = self.string(name) else { return nil }
        guard let date = WireTime.date(text) else {
            throw Problem.badRequest(
                "wrong-parameter",
                "The query parameter \"\(name)\" must be a time like 2026-01-31T23:59:59Z or 2026-01-31T23:59:59+01:00."
            )
            .about(field: name)
        }
        return date
    }

    /// One of the raw values of `Value`.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, of: Value.Type
    ) throws(Problem) -> Value? where Value.RawValue == String {
        guard let text = self.string(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            let known = Value.allCases.map(\.rawValue)
            throw Problem.badRequest(
                "wrong-parameter", "The query parameter \"\(name)\" must be one of: \(known.joined(separator: ", "))."
            )
            .about(field: name)
        }
        return value
    }
}
