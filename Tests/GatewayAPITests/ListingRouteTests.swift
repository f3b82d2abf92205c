// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayAPI
import GatewayStore
import NIOCore
import NIOHTTP1
import Testing

/// Reading, searching, exporting and deleting over HTTP.
@Suite struct ListingRouteTests {
    private static func receive(
        _ store: GatewayStore, _ text: String, from peer: String = "+33639980001",
        _ change: (inout IncomingDraft) -> Void = { _ in }
    ) async throws -> StoredMessage {
        let reception = Reception(modem: "ec25-1", pdu: UUID().uuidString, receivedAt: Date())
        var draft = IncomingDraft(modem: "ec25-1", peer: peer, parts: [.init(reception: reception.id, number: 1)])
        draft.text = text
        change(&draft)
        guard case .stored(let messages) = try await store.receive(reception, showing: [draft]) else {
            throw CancellationError()
        }
        return try #require(messages.first)
    }

    @Test func conversationsAreShownAndRead() async throws {
        try await TestGateway.run { gateway in
            _ = try await Self.receive(gateway.store, "one", from: "A/B ü")
            let last = try await Self.receive(gateway.store, "two", from: "A/B ü")
            let list = try await gateway.request(.GET, "/api/conversations").json
            #expect(list["items"][0].names == ["peer", "unread", "modems", "lastMessage"])
            #expect(list["items"][0]["peer"] == "A/B ü")
            #expect(list["items"][0]["unread"].whole == 2)
            #expect(list["items"][0]["modems"][0] == "ec25-1")
            #expect(list["items"][0]["lastMessage"]["id"].text == last.id)
            let path = "/api/conversations/A%2FB%20%C3%BC"
            #expect(try await gateway.request(.GET, path).json == list["items"][0])
            let messages = try await gateway.request(.GET, path + "/messages?limit=1").json
            #expect(messages["items"].elements.map { $0["text"] } == ["two"])
            #expect(messages["next"].text != nil)
            let read = try await gateway.request(.POST, path + "/read?upTo=\(last.id)")
            #expect(read.status == 200)
            #expect(try read.json == ["peer": "A/B ü", "marked": 2, "unread": 0])
            #expect(try await gateway.request(.GET, "/api/conversations?unread=true").json["items"].elements.isEmpty)
        }
    }

    @Test(arguments: ["/api/conversations/nobody", "/api/conversations/nobody/messages"])
    func unknownConversation(path: String) async throws {
        try await TestGateway.run { gateway in
            let answer = try await gateway.request(.GET, path)
            #expect(answer.status == 404)
            #expect(try answer.problem == "unknown-conversation")
        }
    }

    @Test func messageIsMarkedReadAndUnread() async throws {
        try await TestGateway.run { gateway in
            let message = try await Self.receive(gateway.store, "one")
            let read = try await gateway.request(.POST, "/api/sms/\(message.id)/read")
            #expect(try read.json["readAt"].text != nil)
            #expect(try await gateway.request(.GET, "/api/sms?unread=true").json["items"].elements.isEmpty)
            let unread = try await gateway.request(.POST, "/api/sms/\(message.id)/unread")
            #expect(try unread.json["readAt"] == .null)
            #expect(try await gateway.request(.GET, "/api/sms?unread=true").json["items"].elements.count == 1)
            #expect(try await gateway.request(.POST, "/api/sms/none/read").problem == "unknown-message")
            let sent = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let id = try #require(sent.json["id"].text)
            #expect(try await gateway.request(.POST, "/api/sms/\(id)/read").problem == "not-received")
        }
    }

    @Test(arguments: [
        ("q=caf", 200, 1), ("q=CAFE%20pret", 200, 1), ("q=%22%27%3B--", 200, 0), ("q=%00", 400, 0),
        ("kind=message", 200, 2), ("kind=silent", 200, 0), ("unread=false", 200, 0), ("unread=1", 400, 0),
    ])
    func search(query: String, status: Int, count: Int) async throws {
        try await TestGateway.run { gateway in
            for text in ["Votre café est prêt", "Hello"] { _ = try await Self.receive(gateway.store, text) }
            let answer = try await gateway.request(.GET, "/api/sms?\(query)")
            #expect(answer.status == status)
            #expect(try answer.json["items"].elements.count == count)
        }
    }

    @Test func voicemailIsShown() async throws {
        try await TestGateway.run { gateway in
            let message = try await Self.receive(gateway.store, "") { draft in
                draft.kind = .messageWaiting
                var details = MessageDetails()
                details.waiting = [MessageDetails.Waiting(kind: "voicemail", isActive: true, count: 2)]
                draft.details = details
            }
            let items = try await gateway.request(.GET, "/api/voicemail").json["items"]
            #expect(items[0].names == ["modem", "kind", "waiting", "count", "changedAt", "message"])
            #expect(items[0]["kind"] == "voicemail")
            #expect(items[0]["waiting"] == true)
            #expect(items[0]["count"] == 2)
            #expect(items[0]["message"].text == message.id)
            let shown = try await gateway.request(.GET, "/api/sms/\(message.id)").json
            #expect(shown["kind"] == "message-waiting")
            #expect(shown["messageWaiting"][0] == ["kind": "voicemail", "active": true, "count": 2])
        }
    }

    @Test func exportIsStreamedInBothFormats() async throws {
        try await TestGateway.run { gateway in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<450 { group.addTask { _ = try await Self.receive(gateway.store, "text \(number)") } }
                try await group.waitForAll()
            }
            let csv = try await gateway.request(.GET, "/api/sms/export?from=+33639980001")
            #expect(csv.status == 200)
            #expect(csv.headers.first(name: "content-type")?.hasPrefix("text/csv") == true)
            #expect(csv.headers.first(name: "content-disposition") == "attachment; filename=\"messages.csv\"")
            let rows = String(buffer: csv.body).components(separatedBy: "\r\n")
            #expect(rows.count == 452)
            #expect(rows[0].hasPrefix("id,direction,from,to,text,"))
            let lines = try await gateway.request(.GET, "/api/sms/export?format=jsonl")
            #expect(lines.headers.first(name: "content-type") == "application/x-ndjson")
            let objects = String(buffer: lines.body).split(separator: "\n")
            #expect(objects.count == 450)
            let newest = try await gateway.request(.GET, "/api/sms?limit=1").json["items"][0]
            #expect(try JSONParser.parse(Array(objects[0].utf8)) == newest)
            #expect(try await gateway.request(.GET, "/api/sms/export?format=xls").status == 400)
            #expect(try await gateway.request(.GET, "/api/sms/export?q=%01").problem == "invalid-search")
        }
    }

    @Test(arguments: [
        ("=HYPERLINK(\"http://example.org\")", "\"'=HYPERLINK(\"\"http://example.org\"\")\""),
        ("+33639980001", "+33639980001"),
        ("+33;ATD+900", "'+33;ATD+900"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("a,b", "\"a,b\""),
        ("a\r\nb", "\"a\r\nb\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("\"\u{301}", "\"\"\"\u{301}\""), ("", ""),
        ("\u{FF1D}1", "'\u{FF1D}1"),
    ])
    func fieldsAreHarmless(text: String, field: String) async throws {
        try await TestGateway.run { gateway in
            _ = try await Self.receive(gateway.store, text)
            let body = String(buffer: try await gateway.request(.GET, "/api/sms/export").body)
            #expect(Array(body.utf8).contains(Array(",\(field),".utf8)), "\(body)")
        }
    }

    @Test func whatIsOverIsDeletedAndWhatWaitsIsCancelled() async throws {
        try await TestGateway.run { gateway in
            let received = try await Self.receive(gateway.store, "one")
            #expect(try await gateway.request(.DELETE, "/api/sms/\(received.id)?action=cancel").status == 409)
            #expect(try await gateway.request(.DELETE, "/api/sms/\(received.id)").json["text"] == "one")
            #expect(try await gateway.request(.GET, "/api/sms/\(received.id)").status == 404)
            let sent = try await gateway.request(.POST, "/api/sms", json: #"{"to":"+33639980001","text":"Hello"}"#)
            let id = try #require(sent.json["id"].text)
            #expect(try await gateway.request(.DELETE, "/api/sms/\(id)?action=delete").problem == "not-deletable")
            #expect(try await gateway.request(.DELETE, "/api/sms/\(id)").json["state"] == "cancelled")
            // Too late to cancel is no reason to delete.
            #expect(try await gateway.request(.DELETE, "/api/sms/\(id)").problem == "not-cancellable")
            #expect(try await gateway.request(.DELETE, "/api/sms/\(id)?action=delete").json["state"] == "cancelled")
            #expect(try await gateway.request(.DELETE, "/api/sms/\(id)").status == 404)
        }
    }
}
