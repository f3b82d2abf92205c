// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import NIOHTTP1
import Testing

/// The OpenAPI document is true: it names every route and no other, and the answers have the members it says.
@Suite struct OpenAPITests {
    private static let methods = ["get", "post", "put", "delete", "patch"]

    @Test func everyOperationOfTheDocumentIsARoute() async throws {
        try await TestGateway.run { gateway in
            let document = try await gateway.request(.GET, "/api/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            for path in document["paths"].names {
                let concrete = path.replacing(/\{[a-z]+\}/, with: "x")
                #expect(!concrete.contains("{"))
                for method in Self.methods {
                    let answer = try await gateway.local(
                        HTTPMethod(rawValue: method.uppercased()), concrete, json: "{}")
                    let isDocumented = document["paths"][path].names.contains(method)
                    #expect((answer.status != 405) == isDocumented, "\(method) \(path)")
                    #expect(try answer.problem != "unknown-route", "\(path)")
                }
            }
        }
    }

    @Test func everyRouteIsInTheDocument() async throws {
        try await TestGateway.run { gateway in
            let paths = try await gateway.request(.GET, "/api/openapi.json").json["paths"]
            let operations = paths.names.flatMap { path in paths[path].names.map { "\($0.uppercased()) \(path)" } }
            #expect(Set(operations) == Set(gateway.routes))
            #expect(operations.count >= 15)
        }
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        try await TestGateway.run { gateway in
            let document = try await gateway.request(.GET, "/api/openapi.json").json
            let schemas = document["components"]["schemas"].names
            let references = Self.references(in: document)
            #expect(!references.isEmpty)
            for reference in references { #expect(schemas.contains(reference), "\(reference)") }
            for schema in schemas where schema != "Event" { #expect(references.contains(schema), "\(schema)") }
        }
    }

    @Test func operationNamesAreUnique() async throws {
        try await TestGateway.run { gateway in
            let paths = try await gateway.request(.GET, "/api/openapi.json").json["paths"]
            let names = paths.names.flatMap { path in paths[path].names.map { paths[path][$0]["operationId"].text } }
            #expect(Set(names).count == names.count)
        }
    }

    @Test func answersHaveTheMembersOfTheirSchemas() async throws {
        try await TestGateway.run { gateway in
            let schemas = try await gateway.request(.GET, "/api/openapi.json").json["components"]["schemas"]
            _ = try await gateway.local(.POST, "/api/modems/ec25-1/at", json: #"{"command":"AT"}"#)
            let sent = try await gateway.local(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let batch = try await gateway.local(
                .POST, "/api/sms", json: #"{"to":["+33639980001","+33639980002"],"text":"a"}"#)
            let webhook = try await gateway.local(
                .POST, "/api/webhooks", json: #"{"url":"https://hooks.example.org/","events":["*"]}"#
            ).json
            try await gateway.store.append(.modemState, body: Data("{}".utf8), topic: .modemState)
            let deliveries = "/api/webhooks/\(webhook["id"].text ?? "")/deliveries"
            let delivery = try await gateway.local(.GET, deliveries).json["items"][0]["id"].text ?? ""
            let answers = [
                ("CreatedWebhook", webhook), ("WebhookList", try await gateway.local(.GET, "/api/webhooks").json),
                ("DeliveryList", try await gateway.local(.GET, deliveries).json),
                ("DeliveryWithBody", try await gateway.local(.GET, deliveries + "/" + delivery).json),
                ("Modem", try await gateway.local(.GET, "/api/modems/ec25-1").json),
                ("ModemList", try await gateway.local(.GET, "/api/modems").json),
                (
                    "CommandAnswer",
                    try await gateway.local(.POST, "/api/modems/ec25-1/at", json: #"{"command":"AT"}"#).json
                ),
                ("AcceptedMessage", try sent.json),
                (
                    "Preview",
                    try await gateway.local(
                        .POST, "/api/sms/preview", json: #"{"to":"+33639980001","text":"Hello"}"#
                    ).json
                ),
                ("ResentMessage", try await Self.resent(gateway)),
                ("StatusReportList", try await Self.reports(gateway)), ("Batch", try batch.json),
                ("MessageList", try await gateway.local(.GET, "/api/sms").json),
                ("Health", try await gateway.local(.GET, "/api/health").json),
                ("AuditList", try await gateway.local(.GET, "/api/audit").json),
                (
                    "CreatedToken",
                    try await gateway.local(
                        .POST, "/api/tokens", json: #"{"name":"a","scopes":["sms:read"]}"#
                    ).json
                ),
                ("TokenList", try await gateway.local(.GET, "/api/tokens").json),
                ("Ticket", try await gateway.local(.POST, "/api/ws-ticket").json),
                ("Problem", try await gateway.local(.GET, "/api/modems/x").json),
            ]
            for (name, answer) in answers { Self.expect(answer, matches: schemas[name], schemas, at: name) }
        }
    }

    private static func resent(_ gateway: TestGateway) async throws -> JSONValue {
        let sent = try await gateway.local(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#).json
        let id = sent["id"].text ?? ""
        _ = try await gateway.local(.DELETE, "/api/sms/\(id)")
        return try await gateway.local(.POST, "/api/sms/\(id)/resend").json
    }

    private static func reports(_ gateway: TestGateway) async throws -> JSONValue {
        _ = try await gateway.store.receive(
            ReceivedReport(
                modem: "ec25-1", pdu: "A1", reference: 77, recipient: "+33639980001", status: 0, verdict: .delivered,
                explanation: "The recipient's phone has received the message."))
        return try await gateway.local(.GET, "/api/sms/reports").json
    }

    // MARK: The part of JSON Schema the document uses

    private static func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(self.references(in: $1)) }
        case .object(let object):
            var found: Set<String> = []
            if let path = object["$ref"]?.text { found.insert(String(path.split(separator: "/").last ?? "")) }
            for member in object.members { found.formUnion(self.references(in: member.value)) }
            return found
        case .null, .bool, .integer, .number, .string: return []
        }
    }

    private static func expect(_ value: JSONValue, matches schema: JSONValue, _ schemas: JSONValue, at place: String) {
        if let reference = schema["$ref"].text?.split(separator: "/").last {
            return self.expect(value, matches: schemas[String(reference)], schemas, at: place)
        }
        if let choices = schema["anyOf"].elements.nonEmpty {
            guard value != .null else { return #expect(choices.contains(["type": "null"]), "\(place)") }
            return self.expect(value, matches: choices[0], schemas, at: place)
        }
        let types = schema["type"].elements.compactMap(\.text) + [schema["type"].text].compactMap { $0 }
        #expect(types.contains(self.type(of: value)) || (types.contains("number") && value.whole != nil), "\(place)")
        if let values = schema["enum"].elements.nonEmpty { #expect(values.contains(value), "\(place)") }
        for (index, element) in value.elements.enumerated() {
            self.expect(element, matches: schema["items"], schemas, at: "\(place)[\(index)]")
        }
        guard case .object = value else { return }
        let missing = schema["required"].elements.compactMap(\.text).filter { !value.names.contains($0) }
        #expect(missing.isEmpty, "\(place)")
        for name in value.names where place != "Problem" {
            #expect(schema["properties"].names.contains(name), "\(place).\(name)")
            self.expect(value[name], matches: schema["properties"][name], schemas, at: "\(place).\(name)")
        }
    }

    private static func type(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension Array {
    fileprivate var nonEmpty: Self? { self.isEmpty ? nil : self }
}
