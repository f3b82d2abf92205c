// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CellularModem
import Foundation
import GatewayAPI
import GatewayStore
import NIOCore
import NIOHTTP1
import NIOWebSocket
import Testing
import WebSocketServer

@Suite struct WebSocketTests {
    private static func status(_ id: String, rssi: Int) -> ModemStatus {
        var status = FakeModems.ready(id)
        status.signal.rssi = rssi
        return status
    }

    private static func frame(_ opcode: WebSocketOpcode, _ text: String) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(string: text))
    }

    // MARK: Events

    @Test func newClientIsGreetedAndGetsWhatHappens() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                let hello = try await client.event()
                #expect(hello.names == ["event", "data", "seq", "time"])
                #expect(hello["event"] == "hello")
                let seq = try #require(hello["seq"].whole)
                #expect(hello["data"] == ["seq": .integer(seq)])
                await gateway.events.modemChanged(Self.status("ec25-1", rssi: -80))
                let event = try await client.event()
                #expect(event["event"] == "modem:state")
                #expect(event["seq"].whole == seq + 1)
                #expect(event["data"]["id"] == "ec25-1")
                #expect(event["data"]["signal"]["rssiDbm"] == -80)
                await gateway.events.modemChanged(Self.status("ec25-1", rssi: -90))
                let signal = try await client.event()
                #expect(signal["event"] == "modem:signal")
                #expect(signal["data"].names == ["id", "signal"])
                #expect(signal["data"]["signal"]["rssiDbm"] == -90)
            }
        }
    }

    @Test func clientThatComesBackMissesNothing() async throws {
        try await TestGateway.run { gateway in
            let seq = gateway.store.latestSeq
            for number in 0..<250 { await gateway.events.modemChanged(Self.status("m\(number)", rssi: -80)) }
            _ = try await WebSocketClient.open(gateway.addresses, "/ws?since=\(seq)") { client in
                for number in 0..<250 {
                    let event = try await client.event()
                    #expect(event["seq"].whole == Int(seq) + 1 + number)
                    #expect(event["data"]["id"].text == "m\(number)")
                }
            }
        }
    }

    @Test func nothingIsLostOrDoubledWhileEventsHappen() async throws {
        try await TestGateway.run { gateway in
            let seq = Int(gateway.store.latestSeq)
            try await withThrowingTaskGroup(of: [Int].self) { group in
                // Clients join at any moment of a stream of events, and must see every number once.
                for _ in 0..<8 {
                    group.addTask {
                        try await WebSocketClient.open(gateway.addresses, "/ws?since=\(seq)") { client in
                            var seen: [Int] = []
                            while seen.count < 300, let number = try await client.event()["seq"].whole {
                                seen.append(number)
                            }
                            return seen
                        } ?? []
                    }
                }
                group.addTask {
                    for number in 0..<300 { await gateway.events.modemChanged(Self.status("m\(number)", rssi: -80)) }
                    return Array(seq + 1...seq + 300)
                }
                for try await seen in group { #expect(seen.elementsEqual(seq + 1...seq + 300)) }
            }
        }
    }

    @Test(arguments: [0, 1_000_000, Int64.max])
    func clientOfAnotherStoreGetsASnapshot(since: Int64) async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws?since=\(since)") { client in
                let snapshot = try await client.event()
                #expect(snapshot["event"] == "snapshot")
                #expect(snapshot["data"].names == ["modems", "messages", "seq"])
                #expect(snapshot["data"]["modems"][0]["id"] == "ec25-1")
                let seq = try #require(snapshot["seq"].whole)
                #expect(snapshot["data"]["seq"].whole == seq)
                await gateway.events.modemChanged(Self.status("ec25-1", rssi: -80))
                #expect(try await client.event()["seq"].whole == seq + 1)
            }
        }
    }

    @Test func slowClientIsDroppedAndNobodyWaits() async throws {
        let change: @Sendable (inout GatewayAPIConfiguration) -> Void = {
            $0.webSocket.maximumQueuedFrames = 4
            $0.webSocket.closeTimeout = .milliseconds(20)
        }
        try await TestGateway.run(change) { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws", receiveBuffer: 4096) { slow in
                #expect(try await slow.event()["event"] == "hello")
                // The reader of this client stops here. Events are large, so that the kernel's buffers fill soon.
                let large = String(repeating: "x", count: 200_000)
                _ = try await WebSocketClient.open(gateway.addresses, "/ws") { witness in
                    let hello = try await witness.event()
                    #expect(hello["event"] == "hello")
                    for number in 0..<100 {
                        var status = Self.status("m\(number)", rssi: -80)
                        status.reason = large
                        await gateway.events.modemChanged(status)
                        // What one client has, the hub has given to all.
                        let event = try await witness.event()
                        #expect(event["data"]["id"].text == "m\(number)")
                    }
                }
                _ = try await WebSocketClient.open(gateway.addresses, "/ws") { quick in
                    let hello = try await quick.event()
                    #expect(hello["event"] == "hello")
                    await gateway.events.modemChanged(Self.status("ec25-1", rssi: -80))
                    let event = try await quick.event()
                    #expect(event["data"]["id"] == "ec25-1")
                }
                var events = 0
                do {
                    while try await slow.next() != nil { events += 1 }
                } catch is IOError {
                    // The connection was reset with data under way.
                }
                #expect(events < 100)
            }
        }
    }

    // MARK: Access

    @Test func ticketOpensOnce() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("front", [.readMessages])
            let answer = try await gateway.request(.POST, "/api/ws-ticket", token: token)
            #expect(answer.status == 201)
            #expect(try answer.json["expiresInSeconds"] == 60)
            let ticket = try #require(answer.json["ticket"].text)
            let first = try await WebSocketClient.open(gateway.addresses, "/ws?ticket=\(ticket)") { client in
                try await client.event()["event"]
            }
            #expect(first == "hello")
            let second: Bool? = try await WebSocketClient.open(gateway.addresses, "/ws?ticket=\(ticket)") { _ in true }
            #expect(second == nil)
            let none: Bool? = try await WebSocketClient.open(gateway.addresses, "/ws") { _ in true }
            #expect(none == nil)
        }
    }

    @Test func programMayUseItsToken() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("program", [.readMessages])
            let weak = try await gateway.createToken("weak", [.sendMessages])
            let opened = try await WebSocketClient.open(
                gateway.addresses, "/ws", headers: ["authorization": "Bearer \(token)"]
            ) { try await $0.event()["event"] }
            #expect(opened == "hello")
            let refused: Bool? = try await WebSocketClient.open(
                gateway.addresses, "/ws", headers: ["authorization": "Bearer \(weak)"]
            ) { _ in true }
            #expect(refused == nil)
        }
    }

    @Test func ticketNeedsTheRightToRead() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("weak", [.sendMessages])
            #expect(try await gateway.request(.POST, "/api/ws-ticket", token: token).status == 403)
        }
    }

    @Test func revokedTokenLosesItsConnectionAndTickets() async throws {
        try await TestGateway.run { gateway in
            let token = try await gateway.createToken("front", [.readMessages])
            let answer = try await gateway.request(.POST, "/api/ws-ticket", token: token)
            let ticket = try #require(answer.json["ticket"].text)
            _ = try await WebSocketClient.open(
                gateway.addresses, "/ws", headers: ["authorization": "Bearer \(token)"]
            ) { client in
                _ = try await client.event()
                #expect(try await gateway.local(.DELETE, "/api/tokens/front").status == 200)
                #expect(try await client.closeCode() == 1008)
            }
            let late: Bool? = try await WebSocketClient.open(gateway.addresses, "/ws?ticket=\(ticket)") { _ in true }
            #expect(late == nil)
        }
    }

    @Test func firstTokenEndsConnectionsWithoutOne() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                _ = try await gateway.createToken("first", [.readMessages])
                #expect(try await client.closeCode() == 1008)
            }
        }
    }

    // MARK: The protocol

    @Test func pingIsAnswered() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                try await client.send(Self.frame(.ping, "are you there"))
                let pong = try #require(await client.next())
                #expect(pong.opcode == .pong)
                #expect(String(buffer: pong.data) == "are you there")
            }
        }
    }

    @Test func unmaskedFrameIsRefused() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                try await client.send(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: "x")))
                #expect(try await client.closeCode() == 1002)
            }
        }
    }

    @Test func messageTooLongIsRefused() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                try await client.send(Self.frame(.text, String(repeating: "x", count: 65_537)))
                #expect(try await client.closeCode() == 1009)
            }
        }
    }

    @Test func whatAClientSaysIsIgnored() async throws {
        try await TestGateway.run { gateway in
            _ = try await WebSocketClient.open(gateway.addresses, "/ws") { client in
                _ = try await client.event()
                try await client.send(Self.frame(.text, "hello"))
                try await client.send(Self.frame(.ping, "after"))
                #expect(try await client.next()?.opcode == .pong)
            }
        }
    }

    @Test func laterRequestOfAConnectionIsToldToOpenAnother() async throws {
        try await TestGateway.run { gateway in
            let (answer, _) = try await RawConnection.exchange(
                gateway.addresses,
                "GET /api/modems HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
            #expect(answer.contains("HTTP/1.1 426 Upgrade Required\r\n"))
            #expect(answer.contains("in the first request of a new connection"))
        }
    }

    @Test func stoppingGatewaySaysGoingAway() async throws {
        let (addresses, listening) = AsyncStream.makeStream(of: ListeningAddresses.self)
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        async let code: UInt16?? = {
            for await addresses in addresses {
                return try await WebSocketClient.open(addresses, "/ws") { client in
                    _ = try await client.event()
                    open.finish()
                    return try await client.closeCode()
                }
            }
            return nil
        }()
        try await TestGateway.run { gateway in
            listening.yield(gateway.addresses)
            for await _ in opened {}
        }
        #expect(try await code == 1001)
    }
}
