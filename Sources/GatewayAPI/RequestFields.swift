// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation

/// The members of a request's body, read by name and type. What is not known is refused, with the name that was
/// probably meant: an order that is half understood must not be carried out.
struct RequestFields {
    private let object: JSONObject

    init(_ value: JSONValue, known: [String]) throws(Problem) {
        guard case .object(let object) = value else {
            throw .badRequest("wrong-type", "The body must be a JSON object, not \(value.kind).")
        }
        for member in object.members where !known.contains(member.name) {
            throw Self.unknown(member.name, known: known)
        }
        self.object = object
    }

    private static func unknown(_ name: String, known: [String]) -> Problem {
        let hint =
            Spelling.suggestion(for: name, among: known).map { "Did you mean \"\($0)\"?" }
            ?? (known.isEmpty ? "This request takes none." : "Known are: \(known.joined(separator: ", ")).")
        return .badRequest("unknown-field", "There is no field \(name.quoted). \(hint)").about(field: name)
    }

    /// `nil` when it is absent or null.
    func value(_ name: String) -> JSONValue? {
        guard let value = self.object[name], value != .null else { return nil }
        return value
    }

    func string(_ name: String) throws(Problem) -> String? {
        switch self.value(name) {
        case nil: return nil
        case .string(let text): return text
        case .some(let other): throw Self.wrongType(name, "a string", other)
        }
    }

    func required(string name: String, _ hint: String) throws(Problem) -> String {
        guard let text = try self.string(name) else { throw Self.missing(name, hint) }
        return text
    }

    func strings(_ name: String) throws(Problem) -> [String]? {
        guard let value = self.value(name) else { return nil }
        guard case .array(let elements) = value else { throw Self.wrongType(name, "a list of strings", value) }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else { throw Self.wrongType(name, "a list of strings", element) }
            texts.append(text)
        }
        return texts
    }

    func bool(_ name: String) throws(Problem) -> Bool? {
        switch self.value(name) {
        case nil: return nil
        case .bool(let flag): return flag
        case .some(let other): throw Self.wrongType(name, "true or false", other)
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let value = self.value(name) else { return nil }
        guard case .integer(let number) = value, range.contains(number) else {
            throw Self.wrongType(name, "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
        }
        return number
    }

    /// The same for all ways to write the same request: members in the order of their names, those that are null left
    /// out, no white space.
    var canonical: JSONValue { Self.canonical(.object(self.object)) }

    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .integer, .number, .string: return value
        case .array(let elements): return .array(elements.map(Self.canonical))
        case .object(let object):
            var sorted = JSONObject()
            for member in object.members.sorted(by: { $0.name < $1.name }) where member.value != .null {
                sorted.append(member.name, Self.canonical(member.value))
            }
            return .object(sorted)
        }
    }

    func isList(_ name: String) -> Bool {
        guard case .array = self.value(name) else { return false }
        return true
    }

    /// A time in ISO 8601 with `Z` or an offset.
    func date(_ name: String) throws(Problem) -> Date? {
        guard let text = try self.string(name) else { return nil }
        // The longest has nine digits of a fraction and an offset.
        guard text.utf8.count <= 40, let date = WireTime.date(text) else {
            throw Problem.badRequest(
                "wrong-type",
                "The field \"\(name)\" must be a time like 2026-01-31T23:59:59Z or 2026-01-31T23:59:59+01:00."
            ).about(field: name)
        }
        return date
    }

    static func missing(_ name: String, _ hint: String) -> Problem {
        Problem.badRequest("missing-field", "The field \"\(name)\" is missing. \(hint)").about(field: name)
    }

    static func wrongType(_ name: String, _ expected: String, _ value: JSONValue) -> Problem {
        Problem.badRequest("wrong-type", "The field \"\(name)\" must be \(expected), not \(value.kind).")
            .about(field: name)
    }
}
