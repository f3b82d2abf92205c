// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import AsyncHTTPClient
import GatewayAPI
import Logging
import NIOCore
import NIOHTTP1
import Testing

/// Requests that are refused, and how.
@Suite struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var method: HTTPMethod = .POST
        var path = "/api/modems/ec25-1/at"
        var headers: HTTPHeaders = [:]
        var body: String?
        var status = 400
        var problem: String
        var detail: String?

        var testDescription: String { self.name }
    }

    static let cases = [
        Case(
            name: "unknownRoute", method: .GET, path: "/api/modem", status: 404, problem: "unknown-route",
            detail: "There is nothing at /api/modem. GET /api/openapi.json lists what there is."),
        Case(
            name: "unknownMethod", method: .PUT, path: "/api/modems", status: 405, problem: "method-not-allowed",
            detail: "PUT is not possible here. Use one of: GET, HEAD."),
        Case(
            name: "preflight", method: .OPTIONS, path: "/api/sms", status: 405, problem: "method-not-allowed",
            detail: "OPTIONS is not possible here. Use one of: POST, GET, HEAD."),
        Case(
            name: "brokenJSON", body: "{\"command\": \"AT\",}", problem: "broken-json",
            detail: "The body is not JSON: line 1, column 18: a name in quotes is expected here."),
        Case(
            name: "noBody", headers: ["content-type": "application/json"], problem: "broken-json",
            detail: "The body is not JSON: line 1, column 1: the text ends too early: a value is expected here."),
        Case(
            name: "bodyIsAList", body: "[]", problem: "wrong-type",
            detail: "The body must be a JSON object, not a list."),
        Case(
            name: "unknownField", body: #"{"comand":"AT"}"#, problem: "unknown-field",
            detail: "There is no field \"comand\". Did you mean \"command\"?"),
        Case(
            name: "unknownFieldFarFromAny", body: #"{"command":"AT","x":1}"#, problem: "unknown-field",
            detail: "There is no field \"x\". Known are: command, confirm."),
        Case(
            name: "missingField", body: "{}", problem: "missing-field",
            detail: "The field \"command\" is missing. Give one AT command, for example AT+CSQ."),
        Case(
            name: "nullIsMissing", body: #"{"command":null}"#, problem: "missing-field",
            detail: "The field \"command\" is missing. Give one AT command, for example AT+CSQ."),
        Case(
            name: "wrongType", body: #"{"command":5}"#, problem: "wrong-type",
            detail: "The field \"command\" must be a string, not a number."),
        Case(
            name: "wrongTypeOfFlag", body: #"{"command":"AT","confirm":"yes"}"#, problem: "wrong-type",
            detail: "The field \"confirm\" must be true or false, not a string."),
        Case(
            name: "form", headers: ["content-type": "application/x-www-form-urlencoded"], body: "command=AT",
            status: 415,
            problem: "unsupported-media-type"),
        Case(
            name: "textThatAPageCanSend", headers: ["content-type": "text/plain"], body: #"{"command":"AT"}"#,
            status: 415,
            problem: "unsupported-media-type"),
        Case(
            name: "unknownParameter", method: .GET, path: "/api/sms?form=+33639980001", problem: "unknown-parameter",
            detail: "There is no query parameter \"form\". Did you mean \"from\"?"),
        Case(name: "repeatedParameter", method: .GET, path: "/api/sms?limit=1&limit=2", problem: "repeated-parameter"),
        Case(name: "limitTooLarge", method: .GET, path: "/api/sms?limit=501", problem: "wrong-parameter"),
        Case(name: "limitOfZero", method: .GET, path: "/api/sms?limit=0", problem: "wrong-parameter"),
        Case(name: "unknownState", method: .GET, path: "/api/sms?state=gone", problem: "wrong-parameter"),
        Case(name: "unknownDirection", method: .GET, path: "/api/sms?direction=up", problem: "wrong-parameter"),
        Case(name: "brokenTime", method: .GET, path: "/api/sms?since=today", problem: "wrong-parameter"),
        Case(name: "foreignCursor", method: .GET, path: "/api/sms?cursor=xyz", problem: "invalid-cursor"),
        Case(name: "fromAndTo", method: .GET, path: "/api/sms?from=1&to=2", problem: "conflicting-parameters"),
        Case(
            name: "fromOfSent", method: .GET, path: "/api/sms?from=1&direction=out", problem: "conflicting-parameters"),
        Case(name: "unknownMessage", method: .GET, path: "/api/sms/nothing", status: 404, problem: "unknown-message"),
        Case(
            name: "cancelUnknownMessage", method: .DELETE, path: "/api/sms/nothing", status: 404,
            problem: "unknown-message"),
        Case(name: "plainGetOfWebSocket", method: .GET, path: "/ws", status: 426, problem: "upgrade-required"),
        Case(name: "brokenSince", method: .GET, path: "/ws?since=x", problem: "wrong-parameter"),
        Case(name: "unknownTicket", method: .GET, path: "/ws?ticket=x", status: 401, problem: "invalid-ticket"),
    ]

    @Test(arguments: cases) func problem(_ row: Case) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(row.method, row.path, headers: row.headers, json: row.body)
            #expect(answer.status == row.status)
            #expect(try answer.problem == row.problem)
            #expect(try answer.json["status"].whole == row.status)
            if let detail = row.detail { #expect(try answer.json["detail"].text == detail) }
            #expect(answer.headers.first(name: "access-control-allow-origin") == nil)
            #expect(gateway.modems.commands.isEmpty)
        }
    }

    @Test func headAnswersAsGetWithoutBody() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.HEAD, "/api/modems")
            #expect(answer.status == 200)
            #expect(answer.body.readableBytes == 0)
        }
    }

    @Test func methodsAreNamedInTheHeader() async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.DELETE, "/api/sms")
            #expect(answer.headers.first(name: "allow") == "POST, GET, HEAD")
        }
    }
}
