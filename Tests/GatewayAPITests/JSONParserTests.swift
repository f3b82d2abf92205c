// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayAPI
import NIOCore
import Testing

@Suite struct JSONParserTests {
    static let texts: [(String, JSONValue)] = [
        ("null", .null), (" true ", true), ("-0", 0), ("12", 12), ("1.5e3", .number(1500)),
        ("9223372036854775808", .number(9223372036854775808)), (#""a\n\u00e9\ud83d\ude00\/""#, "a\né😀/"),
        ("[]", .array([])),
        ("{}", .object(JSONObject())),
        (#"{"b":[1,{"a":null}],"a":"x"}"#, ["b": .array([1, ["a": .null]]), "a": "x"]),
    ]

    @Test(arguments: texts) func reads(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        ("", 1, 1), ("{\"a\": 1,}", 1, 9), ("{\"a\": tru}", 1, 10), ("{\n \"a\":\n  1 x}", 3, 5), ("[1", 1, 3),
        ("[01]", 1, 3), ("[1.]", 1, 4), ("[1e999]", 1, 7), ("\"\\ud800\"", 1, 8), ("\"\\ud800\\u0041\"", 1, 14),
        ("\"\\udc00\"", 1, 8), ("\"\\x\"", 1, 3), ("\"a\nb\"", 1, 3), ("{\"a\":1,\"a\":2}", 1, 11),
        ("nul", 1, 4), ("{} {}", 1, 4), ("{a:1}", 1, 2), ("NaN", 1, 1), ("'a'", 1, 1), ("\u{FEFF}{}", 1, 1),
    ]) func saysWhereItIsBroken(text: String, line: Int, column: Int) {
        #expect {
            try JSONParser.parse(Array(text.utf8))
        } throws: { error in
            guard let error = error as? JSONSyntaxError else { return false }
            return (error.line, error.column) == (line, column)
        }
    }

    @Test func depthIsBounded() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func membersAreBounded() {
        let members = (0..<101).map { "\"\($0)\":0" }
        #expect(throws: JSONSyntaxError.self) {
            try JSONParser.parse(Array("{\(members.joined(separator: ","))}".utf8))
        }
        #expect(throws: Never.self) {
            try JSONParser.parse(Array("{\(members.dropLast().joined(separator: ","))}".utf8))
        }
    }

    @Test func textThatIsNotUTF8() {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    static let values: [JSONValue] = [
        .string("\" \\ / \u{8}\t\n\u{C}\r\u{1F} é 😀 \u{2028}"),
        ["a": .array([.null, true, false, -5, .number(-10.5)]), "b": .array([])],
    ]

    @Test(arguments: values) func writesWhatItReads(value: JSONValue) throws {
        #expect(try JSONParser.parse(Array(buffer: value.encoded())) == value)
    }

    @Test func infinityIsNull() {
        #expect(String(buffer: JSONValue.number(.infinity).encoded()) == "null")
    }
}
