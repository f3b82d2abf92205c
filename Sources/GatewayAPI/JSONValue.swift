// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// A JSON text as a value, RFC 8259. Members keep their order, so an answer reads in the order it was written in.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// What the value is, in the words of an error message.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The value, or null when there is none: what is not known is said to be so.
    static func string(orNull text: String?) -> Self { text.map(Self.string) ?? .null }
    static func integer(orNull number: Int?) -> Self { number.map(Self.integer) ?? .null }
    static func number(orNull number: Double?) -> Self { number.map(Self.number) ?? .null }
}

/// Members of a JSON object in order. No name occurs twice.
package struct JSONObject: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSONValue
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// `nil` when there is no such member.
    package subscript(name: String) -> JSONValue? {
        self.members.first { $0.name == name }?.value
    }

    /// Adds a member; a second one of the same name takes the place of the first.
    package mutating func set(_ name: String, _ value: JSONValue) {
        if let index = self.members.firstIndex(where: { $0.name == name }) {
            self.members[index].value = value
        } else {
            self.members.append(Member(name: name, value: value))
        }
    }

    /// Adds a member whose name is known to be new.
    mutating func append(_ name: String, _ value: JSONValue) {
        self.members.append(Member(name: name, value: value))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(nilLiteral: ()) { self = .null }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object.append(name, value) }
        self = .object(object)
    }
}
