// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import CellularModem
package import Foundation
package import GatewayStore
package import Logging
import NIOCore
import ServiceLifecycle
package import WebSocketServer

/// Brings what the journal says to the clients of `/ws`, each event encoded once, and writes the modems' changes into it.
///
/// A client is first brought up to the end of the journal at its own pace, then joined to the live stream in one step
/// of this actor. The number of the last event it was sent decides what it still gets, so that nothing is left out or
/// sent twice whatever the two streams say in between.
package actor EventHub: Service {
    /// Events read at once for a client that comes back: its queue holds that many.
    private static let replayPage = 100
    /// Octets sent at once to a client that comes back: well below the limit of its queue.
    private static let replayChunk = 128 * 1024
    /// Messages in a snapshot.
    private static let snapshotMessages = 100

    private struct Client {
        var connection: WebSocketConnection
        var principal: Principal
        /// Set while the client is live: the last event it was sent.
        var position: Int64?
    }

    private let store: GatewayStore
    private let modems: any ModemDirectory
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void
    private let journal: AsyncStream<[JournalEvent]>
    private let heldBack: AsyncStream<HeldSignal>
    private let heldBackContinuation: AsyncStream<HeldSignal>.Continuation

    private struct HeldSignal: Sendable {
        var modem: String
        var delay: TimeInterval
    }

    private var clients: [Int: Client] = [:]
    private var nextClient = 0
    /// The last event given to the live clients.
    private var published: Int64
    private var filters: [String: ModemChangeFilter] = [:]
    private var latest: [String: ModemStatus] = [:]

    /// - Parameters:
    ///   - now: the wall clock, for the modems' events.
    ///   - sleep: waits; a signal held back by the rate limit is published afterwards.
    package init(
        store: GatewayStore, modems: any ModemDirectory, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.modems = modems
        self.logger = logger
        self.now = now
        self.sleep = sleep
        // Observed before the number is read: what is committed in between comes twice, not never.
        self.journal = store.observe()
        self.published = store.latestSeq
        // At most one wait for each modem is asked for at a time, so that this stays as short as the list of modems.
        (self.heldBack, self.heldBackContinuation) = AsyncStream.makeStream(of: HeldSignal.self)
    }

    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await events in self.journal.cancelOnGracefulShutdown() { await self.publish(events) }
            }
            for await held in self.heldBack.cancelOnGracefulShutdown() {
                group.addTask {
                    do { try await self.sleep(.seconds(held.delay)) } catch { return }
                    await self.signalDue(modem: held.modem)
                }
            }
            group.cancelAll()
        }
    }

    // MARK: Modems

    /// Takes note of a modem's change. What the rules let through is in the journal when this returns.
    package func modemChanged(_ status: ModemStatus) async {
        self.latest[status.id] = status
        let decision = self.filters[status.id, default: ModemChangeFilter()].changed(status, at: self.now())
        await self.carryOut(decision, modem: status.id)
    }

    /// What the network said in USSD.
    package func ussdReceived(_ event: USSDEvent, modem id: String) async {
        await self.append(.ussd, event.json(modem: id), topic: .ussd, conversation: id)
    }

    private func signalDue(modem id: String) async {
        guard let decision = self.filters[id]?.held(at: self.now()) else { return }
        await self.carryOut(decision, modem: id)
    }

    private func carryOut(_ decision: ModemChangeFilter.Decision, modem id: String) async {
        if let delay = decision.again { self.heldBackContinuation.yield(HeldSignal(modem: id, delay: delay)) }
        guard let status = self.latest[id] else { return }
        if decision.state {
            // Apart from the conversations of messages: a sender may have the name of a modem.
            await self.append(.modemState, status.json, topic: .modemState, conversation: "modem:" + id)
        }
        if decision.signal {
            await self.append(.modemSignal, ["id": .string(id), "signal": status.signal.json])
        }
    }

    private func append(
        _ kind: JournalKind, _ body: JSONValue, topic: EventTopic? = nil, conversation: String = ""
    ) async {
        do {
            try await self.store.append(
                kind, body: Data(body.encoded().readableBytesView), topic: topic, conversation: conversation)
        } catch {
            // The state itself is not lost: `GET /api/modems` has it.
            self.logger.error("an event of a modem was not recorded", metadata: ["error": "\(error)"])
        }
    }
}

// MARK: Clients

extension EventHub {
    /// What a client wants to begin with.
    package enum Start: Sendable, Equatable {
        /// From now on.
        case now
        /// What came after this event, or a snapshot when that is not known here.
        case after(Int64)
    }

    /// Serves one client until its connection is closed.
    package func serve(_ connection: WebSocketConnection, principal: Principal, start: Start) async {
        self.nextClient += 1
        let number = self.nextClient
        self.clients[number] = Client(connection: connection, principal: principal)
        defer { self.clients[number] = nil }
        // The right may have been withdrawn between the request and the line above; later it finds this client.
        guard self.isValid(principal) else {
            connection.close(Self.withdrawn)
            await connection.closed()
            return
        }
        do {
            var position: Int64
            switch start {
            case .now: position = self.greet(connection)
            case .after(let seq): position = seq
            }
            while let next = try await self.catchUp(client: number, from: position) { position = next }
            await connection.closed()
        } catch {
            self.logger.error("a client's events could not be read", metadata: ["error": "\(error)"])
            connection.close(WebSocketClosure(.internalError, reason: "the journal cannot be read"))
            await connection.closed()
        }
    }

    /// Closes the connections of principals that have lost their right.
    package func disconnect(where matches: @Sendable (Principal) -> Bool) {
        for client in self.clients.values where matches(client.principal) {
            client.connection.close(Self.withdrawn)
        }
    }

    private static let withdrawn = WebSocketClosure(.policyViolation, reason: "this access was withdrawn")

    private func isValid(_ principal: Principal) -> Bool {
        switch principal {
        case .owner: true
        case .loopback: !self.store.hasTokens
        case .token(let id, _, _): self.store.tokens().contains { $0.id == id }
        case .unauthenticated: false
        }
    }

    private func greet(_ connection: WebSocketConnection) -> Int64 {
        let latest = self.store.latestSeq
        let data: JSONValue = ["seq": .integer(Int(latest))]
        connection.send(text: EventFrame.encode("hello", seq: latest, time: self.now(), data: data))
        return latest
    }

    /// Sends the next page of what `client` has not seen, and returns how far it is; `nil` when it is live now.
    private func catchUp(client number: Int, from position: Int64) async throws -> Int64? {
        guard let connection = self.clients[number]?.connection else { return nil }
        let before = self.published
        switch try await self.store.events(after: position, limit: Self.replayPage) {
        case .snapshotNeeded:
            return try await self.sendSnapshot(connection)
        case .events(let events):
            guard let last = events.last else {
                // Everything published before the read was in it. If nothing was published meanwhile, whatever comes
                // next finds this client among the live ones, for from here to the end there is no suspension.
                guard self.published == before else { return position }
                self.clients[number]?.position = max(position, before)
                return nil
            }
            try await self.send(events, to: connection)
            return last.seq
        }
    }

    /// No faster than the client reads: its queue is for what happens now.
    private func send(_ events: [JournalEvent], to connection: WebSocketConnection) async throws {
        var size = 0
        for event in events {
            let frame = try EventFrame.encode(event)
            connection.send(text: frame)
            size += frame.readableBytes
            guard size >= Self.replayChunk else { continue }
            await connection.drained()
            size = 0
        }
        await connection.drained()
    }

    /// The present state. Its number is read first: what happens meanwhile is sent as an event again, never left out.
    private func sendSnapshot(_ connection: WebSocketConnection) async throws -> Int64 {
        let latest = self.store.latestSeq
        let modems = await self.modems.modems()
        let messages = try await self.store.messages(
            matching: MessageFilter(), cursor: nil, limit: Self.snapshotMessages
        ).items
        let data: JSONValue = [
            "modems": .array(modems.map(\.json)), "messages": .array(messages.map(\.json)),
            "seq": .integer(Int(latest)),
        ]
        connection.send(text: EventFrame.encode("snapshot", seq: latest, time: self.now(), data: data))
        await connection.drained()
        return latest
    }

    private func publish(_ events: [JournalEvent]) async {
        var events = events
        // The stream drops its oldest when this actor is far behind; the journal itself has everything.
        if let first = events.first, first.seq > self.published + 1, !self.clients.isEmpty {
            events = await self.missed(before: first.seq) + events
        }
        for event in events where event.seq > self.published {
            self.published = event.seq
            self.send(event)
        }
    }

    private func missed(before seq: Int64) async -> [JournalEvent] {
        var events: [JournalEvent] = []
        do {
            while case .events(let page) = try await self.store.events(
                after: events.last?.seq ?? self.published, limit: Self.replayPage), !page.isEmpty
            {
                events += page.filter { $0.seq < seq }
                if page.contains(where: { $0.seq >= seq }) { break }
            }
        } catch {
            self.logger.error("missed events could not be read", metadata: ["error": "\(error)"])
        }
        return events
    }

    private func send(_ event: JournalEvent) {
        let live = self.clients.filter { $0.value.position.map { $0 < event.seq } ?? false }
        guard !live.isEmpty else { return }
        do {
            let frame = try EventFrame.encode(event)
            for (number, client) in live {
                client.connection.send(text: frame)
                self.clients[number]?.position = event.seq
            }
        } catch {
            self.logger.error("an event cannot be read", metadata: ["event.seq": "\(event.seq)", "error": "\(error)"])
        }
    }
}
