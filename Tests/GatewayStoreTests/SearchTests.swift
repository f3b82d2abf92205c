// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SearchTests {
    private static let texts = ["Votre café est prêt", "Alarm in hall 7", "alarm: \"cold\" store", "Αθήνα 😀"]

    @Test(
        arguments: [
            ("cafe", [0]), ("CAFÉ", [0]), ("pret votre", [0]), ("alarm", [2, 1]), ("ala", [2, 1]), ("larm", []),
            ("alarm hall", [1]), ("alarm cafe", []), ("\"cold\"", [2]), ("alarm:", [2, 1]), ("ΑΘΉΝΑ", [3]),
            ("😀", []),
            ("7", [1]), ("hall*", [1]), ("AND", []), ("alarm OR cafe", []), ("NEAR(alarm hall)", []),
            ("words:alarm", []),
            ("-alarm", [2, 1]), ("alarm\0hall", [1]), ("'; DROP TABLE message; --", []), ("^alarm", [2, 1]),
            ("(((((", []), ("\"", []), ("alarm \"", [2, 1]), ("\u{202E}alarm", [2, 1]),
        ] as [(String, [Int])])
    func words(query: String, found: [Int]) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for text in Self.texts { try await store.receiveOne(text) }
        #expect(try await store.found(query) == found.map { Self.texts[$0] })
        try store.close()
    }

    @Test(arguments: ["", " \t\n", String(repeating: "a ", count: 17), String(repeating: "a", count: 201)])
    func noWordsOrTooManyAreRefused(query: String) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let error = await #expect(throws: StoreError.self) { try await store.found(query) }
        #expect(error?.code == .invalidSearch)
        try store.close()
    }

    @Test func withOtherFiltersAndPages() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for number in 1...5 { try await store.receiveOne("alarm \(number)", from: "+3363998000\(number % 2)") }
        _ = try await store.accept([.plain("+33639980001", text: "alarm sent")], modem: .named("ec25-1"))
        var filter = MessageFilter()
        filter.words = "alarm"
        filter.direction = .incoming
        filter.peer = "+33639980001"
        let first = try await store.messages(matching: filter, limit: 2)
        #expect(first.items.map(\.text) == ["alarm 5", "alarm 3"])
        let second = try await store.messages(matching: filter, cursor: first.next, limit: 2)
        #expect(second.items.map(\.text) == ["alarm 1"])
        #expect(second.next == nil)
        try store.close()
    }

    /// Before the index has come to a message and after it.
    @Test(arguments: [false, true]) func completedAndDeletedTextsAreFollowed(isIndexed: Bool) async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let shown = try await store.receiveOne("first [part 2 of 2 missing]") {
            $0.incomplete = true
            $0.error = StoredError(code: "incomplete", message: "1 of 2 parts never came.")
        }
        if isIndexed { #expect(try await store.found("missing").count == 1) }
        try await store.receiveOne("first second") {
            $0.completes = shown.id
            $0.parts[0].number = 2
        }
        #expect(try await store.found("missing").isEmpty)
        #expect(try await store.found("second") == ["first second"])
        _ = try await store.delete(id: shown.id)
        #expect(try await store.found("first").isEmpty)
        try store.close()
    }

    @Test func indexIsBroughtForwardInSteps() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        for number in 1...5 { try await store.receiveOne("alarm \(number)") }
        #expect(try await store.indexTexts(limit: 2))
        #expect(try await store.indexTexts(limit: 2))
        #expect(try await store.indexTexts(limit: 2) == false)
        #expect(try await store.found("alarm").count == 5)
        try store.close()
    }
}
