// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StoredTextTests {
    /// Each would be another text after a way through C strings, SQL or a lenient decoder.
    static let texts = [
        "", "\u{0}", "one\u{0}two", "ends with\u{0}", "'; DROP TABLE message; --", "\u{FEFF}mark", "e\u{301}",
        "\u{202E}right to left", String(repeating: "😀", count: 10_000),
    ]

    @Test(arguments: texts) func textComesBackOctetByOctet(text: String) async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let sent = try await store.accept([.plain("+33639980001", text: text)], modem: .named("ec25-1"))
        let reception = Reception(modem: "ec25-1", pdu: "AA", receivedAt: WallClock.start)
        var draft = IncomingDraft(
            modem: "ec25-1", peer: "+33639980001", parts: [IncomingDraft.Part(reception: reception.id, number: 1)])
        draft.text = text
        _ = try await store.receive(reception, showing: [draft])
        try store.close()
        store = try database.open()
        let stored = try await store.messages().items
        #expect(sent.count == 1)
        #expect(stored.map { $0.text.map { Array($0.utf8) } } == [Array(text.utf8), Array(text.utf8)])
        try store.close()
    }
}
