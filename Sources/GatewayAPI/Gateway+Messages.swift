// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import HTTPTypes
import Messaging
import SMSPDU

extension Gateway {
    private static let fieldNames = [
        "to", "text", "dataHex", "modem", "class", "ports", "validity", "deliveryReport",
    ]

    var messageRoutes: [Route] {
        [
            Route(.post, "/api/sms", .scope(.sendMessages), .sendMessage) { try await self.send($0) }
        ]
    }

    // MARK: Sending

    private func send(_ request: APIRequest) async throws -> APIReply {
        let fields = try await request.fields(known: Self.fieldNames)
        let (recipients, isList) = try Self.recipients(fields)
        var order = OutgoingRequest(recipients: recipients)
        order.text = try fields.string("text")
        order.data = try Self.data(fields)
        order.modem = try fields.string("modem")
        order.messageClass = try fields.integer("class", in: 0...3)
        order.ports = try Self.ports(fields)
        // TP-VP: five minutes to 63 weeks, TS 23.040 §9.2.3.12.
        order.validity = try fields.integer("validity", in: 300...38_102_400).map { .seconds($0) }
        order.deliveryReport = try fields.bool("deliveryReport")
        order.token = request.principal.tokenName
        try Self.checkContent(order)
        let messages = try await self.messaging.accept(order)
        guard !isList, let message = messages.first else {
            return APIReply(
                .accepted,
                [
                    "batch": .string(orNull: messages.first?.batch),
                    "messages": .array(messages.map(\.json)),
                ])
        }
        return APIReply(.accepted, message.json)
    }

    private static func recipients(_ fields: RequestFields) throws(Problem) -> (numbers: [String], isList: Bool) {
        let hint = "Give a number like \"+33639980001\", or a list of numbers."
        switch fields.value("to") {
        case nil: throw RequestFields.missing("to", hint)
        case .string(let number): return ([number], false)
        case .array:
            let numbers = try fields.strings("to") ?? []
            guard !numbers.isEmpty else {
                throw Problem(.unprocessableContent, "no-recipient", "The list \"to\" is empty. \(hint)").about(
                    field: "to")
            }
            return (numbers, true)
        case .some(let other): throw RequestFields.wrongType("to", "a string or a list of strings", other)
        }
    }

    private static func checkContent(_ order: OutgoingRequest) throws(Problem) {
        switch (order.text, order.data) {
        case (nil, nil):
            throw RequestFields.missing("text", "Give the text of the message, or its data as \"dataHex\".")
        case (.some, .some):
            throw Problem.badRequest("text-and-data", "Give either \"text\" or \"dataHex\", not both.").about(
                field: "dataHex")
        case (.some, nil), (nil, .some): break
        }
    }

    private static func data(_ fields: RequestFields) throws(Problem) -> [UInt8]? {
        guard let text = try fields.string("dataHex") else { return nil }
        var data: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard character.isASCII, let digit = character.hexDigitValue.map({ UInt8($0) }) else { throw Self.badHex }
            if let first = high {
                data.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil, !data.isEmpty else { throw Self.badHex }
        return data
    }

    private static let badHex = Problem(
        .unprocessableContent, "invalid-data",
        "\"dataHex\" must be hexadecimal digits, two for each octet, for at least one octet."
    ).about(field: "dataHex")

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
