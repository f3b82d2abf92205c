// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GroupCommitTests {
    @Test func everyConcurrentAcceptIsThereAfterReopening() async throws {
        let database = try TemporaryDatabase()
        var store = try database.open()
        let accepting = store
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
            for caller in 0..<32 {
                group.addTask {
                    var ids: [String] = []
                    for _ in 0..<10 { ids.append(try await accepting.acceptOne("+336399800\(10 + caller)").id) }
                    return ids
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        try store.close()
        store = try database.open()
        let page = try await store.messages(limit: 500)
        #expect(Set(page.items.map(\.id)) == ids)
        #expect(ids.count == 320)
        try store.close()
    }

    @Test func oneFailingWriteTakesNoOtherWithIt() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        _ = try await store.createToken(name: "taken", scopes: ["sms:read"])
        let (accepted, refused) = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<60 {
                group.addTask {
                    if index % 3 == 0 {
                        do {
                            _ = try await store.createToken(name: "taken", scopes: [])
                            return true
                        } catch let error as StoreError {
                            #expect(error.code == .nameTaken)
                            return false
                        }
                    }
                    _ = try await store.acceptOne()
                    return true
                }
            }
            return try await group.reduce(into: (0, 0)) { if $1 { $0.0 += 1 } else { $0.1 += 1 } }
        }
        #expect(accepted == 40)
        #expect(refused == 20)
        #expect(try await store.messages(limit: 100).items.count == 40)
        #expect(try await store.queueFacts().queued == 40)
        try store.close()
    }

    @Test func batchIsAcceptedAsAWhole() async throws {
        let database = try TemporaryDatabase()
        let store = try database.open()
        let bad = OutgoingDraft(peer: "+33639980002", encoding: "gsm7", report: true, isConcatenated: false) { _ in
            throw Missing()
        }
        let latest = store.latestSeq
        await #expect(throws: Missing.self) {
            try await store.accept([.plain("+33639980001"), bad], modem: .named("ec25-1"))
        }
        #expect(try await store.messages().items.isEmpty)
        #expect(try await store.queueFacts() == QueueFacts())
        #expect(store.latestSeq == latest)
        try store.close()
    }
}
