// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import HTTPTypes
import Messaging
import SMSPDU

/// The body of `POST /api/sms`.
extension OutgoingRequest {
    static let fieldNames = [
        "to", "text", "dataHex", "data", "ports", "modem", "sim", "route", "class", "validity", "sendAt", "priority",
        "deliveryReport", "replaceType", "reference",
    ]

    init(_ fields: RequestFields, token: String?) throws(Problem) {
        self.init(recipients: try Self.recipients(fields))
        self.token = token
        try self.readContent(fields)
        try self.readOrder(fields)
    }

    private mutating func readContent(_ fields: RequestFields) throws(Problem) {
        self.text = try fields.string("text")
        self.data = try Self.data(fields)
        switch (self.text, self.data) {
        case (nil, nil):
            throw RequestFields.missing("text", "Give the text of the message, or its data as \"dataHex\".")
        case (.some, .some):
            throw Problem.badRequest("text-and-data", "Give either \"text\" or data, not both.").about(
                field: fields.value("data") == nil ? "dataHex" : "data")
        case (.some, nil), (nil, .some): break
        }
        self.ports = try Self.ports(fields)
        self.messageClass = try fields.integer("class", in: 0...3)
        self.replaceType = try fields.integer("replaceType", in: 1...7)
    }

    private mutating func readOrder(_ fields: RequestFields) throws(Problem) {
        self.modem = try fields.string("modem")
        self.sim = try fields.string("sim")
        self.route = try Self.route(fields)
        // TP-VP: five minutes to 63 weeks, TS 23.040 §9.2.3.12.
        self.validity = try fields.integer("validity", in: 300...38_102_400).map { .seconds($0) }
        self.sendAt = try fields.date("sendAt")
        self.priority = try fields.integer("priority", in: 0...9) ?? 0
        self.deliveryReport = try fields.bool("deliveryReport")
        self.reference = try fields.string("reference")
    }

    private static func recipients(_ fields: RequestFields) throws(Problem) -> [String] {
        let hint = "Give a number like \"+33639980001\", or a list of numbers."
        switch fields.value("to") {
        case nil: throw RequestFields.missing("to", hint)
        case .string(let number): return [number]
        case .array:
            let numbers = try fields.strings("to") ?? []
            guard !numbers.isEmpty else {
                throw Problem(.unprocessableContent, "no-recipient", "The list \"to\" is empty. \(hint)").about(
                    field: "to")
            }
            return numbers
        case .some(let other): throw RequestFields.wrongType("to", "a string or a list of strings", other)
        }
    }

    private static func route(_ fields: RequestFields) throws(Problem) -> RouteWish? {
        switch fields.value("route") {
        case nil: return nil
        case .string(let name): return .named(name)
        case .array:
            let modems = try fields.strings("route") ?? []
            // More modems than a machine has; each is looked up.
            guard (1...64).contains(modems.count), Set(modems).count == modems.count else {
                throw Problem(
                    .unprocessableContent, "invalid-option",
                    "\"route\" must name 1 to 64 modems, each once, the most wanted first; or a route of the configuration."
                ).about(field: "route")
            }
            return .modems(modems)
        case .some(let other):
            throw RequestFields.wrongType("route", "the name of a route or a list of modem ids", other)
        }
    }

    /// Application port addressing, TS 23.040 §9.2.3.24.4.
    private static func ports(_ fields: RequestFields) throws(Problem) -> ApplicationPorts? {
        guard let value = fields.value("ports") else { return nil }
        let ports = try RequestFields(value, known: ["destination", "source"])
        guard let destination = try ports.integer("destination", in: 0...65_535) else {
            throw RequestFields.missing("destination", "\"ports\" is {\"destination\": 0…65535, \"source\": 0…65535}.")
        }
        return ApplicationPorts(
            destination: UInt16(clamping: destination),
            source: UInt16(clamping: try ports.integer("source", in: 0...65_535) ?? 0))
    }
}

/// 8-bit data: `dataHex`, or `data` with `hex` or `base64`.
extension OutgoingRequest {
    private static func data(_ fields: RequestFields) throws(Problem) -> [UInt8]? {
        let short = try fields.string("dataHex").map { text throws(Problem) in try Self.octets(hex: text, "dataHex") }
        guard let value = fields.value("data") else { return short }
        guard short == nil else {
            throw Problem.badRequest("text-and-data", "Give either \"dataHex\" or \"data\", not both.").about(
                field: "data")
        }
        let data = try RequestFields(value, known: ["hex", "base64"])
        switch (try data.string("hex"), try data.string("base64")) {
        case (let hex?, nil): return try Self.octets(hex: hex, "data")
        case (nil, let base64?):
            guard let octets = Data(base64Encoded: base64), !octets.isEmpty else {
                throw Self.invalidData(
                    "\"base64\" must be base64 (RFC 4648) with its padding, for at least one octet.", "data")
            }
            return Array(octets)
        case (nil, nil), (.some, .some):
            throw Problem.badRequest("wrong-type", "\"data\" is {\"hex\": …} or {\"base64\": …}.").about(field: "data")
        }
    }

    private static func octets(hex text: String, _ field: String) throws(Problem) -> [UInt8] {
        var data: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue.map({ UInt8($0) }) else {
                throw Self.badHex(field)
            }
            if let first = high {
                data.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, !data.isEmpty else { throw Self.badHex(field) }
        return data
    }

    private static func badHex(_ field: String) -> Problem {
        Self.invalidData("The data must be hexadecimal digits, two for each octet, for at least one octet.", field)
    }

    private static func invalidData(_ sentence: String, _ field: String) -> Problem {
        Problem(.unprocessableContent, "invalid-data", sentence).about(field: field)
    }
}
