// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import Serial
import TestSupport
import Testing

@testable import ModemSimulator

/// Real pseudo-terminals, real threads, a real socket.
@Suite(.timeLimit(.minutes(1))) struct SimulationTests {
    @Test func messageFromModemToModemAndItsReport() async throws {
        let running = try await RunningSimulation()
        let sender = try running.terminal(0)
        let receiver = try running.terminal(1)
        _ = await sender.command("ATE0;+CMGF=0;+CNMI=2,1,0,1,0")
        _ = await receiver.command("ATE0;+CMGF=0;+CNMI=2,1,0,1,0")
        sender.send("AT+CMGS=\(Sample.submitLength)\r")
        #expect(await sender.read(to: "> ") == "\r\n> ")
        sender.send(Sample.submit + "\u{1A}")
        #expect(await sender.read(to: "OK\r\n") == "\r\n+CMGS: 1\r\n\r\nOK\r\n")
        #expect(await receiver.read(to: ",0\r\n") == "\r\n+CMTI: \"SM\",0\r\n")
        #expect(await sender.read(to: "00\r\n").hasPrefix("\r\n+CDS: 25\r\n07913336990800F00601"))
        let message = await receiver.command("AT+CMGR=0")
        #expect(message.hasPrefix("\r\n+CMGR: 0,\"\",24\r\n07913336990800F0"))
        #expect(message.contains("05C8329BFD06"))
        _ = await receiver.command("AT+CMGD=0")
        let log = await running.simulation.network.log()
        #expect(
            log.map(\.kind) == [
                .submitted, .queued, .attempted, .accepted, .queued, .attempted, .accepted, .deleted,
            ])
        #expect(log.first?.text == "Hello")
        await running.stop()
    }

    @Test func unplugHangsUpAndReplugKeepsTheLink() async throws {
        let running = try await RunningSimulation()
        let terminal = try running.terminal(0)
        _ = await terminal.command("ATE0")
        let network = running.simulation.network
        try await network.unplug("ec25-1")
        #expect(await terminal.read(to: "never") == "")
        #expect(access(running.simulation.ports[0].path, F_OK) != 0)
        try await network.deliver(text: "while away", from: "+33639980100", to: "ec25-1")
        #expect(await network.status().first?.waiting == 1)
        try await network.plug("ec25-1")
        let again = try running.terminal(0)
        #expect(await again.command("ATE0").hasSuffix("\r\nOK\r\n"))
        #expect(await again.command("AT+CMGL=4").contains("\r\n+CMGL: 0,0,,"))
        #expect(await network.status().first?.waiting == 0)
        await running.stop()
    }

    @Test func programThatComesBackFindsTheModemAsItLeftIt() async throws {
        let running = try await RunningSimulation()
        let first = try running.terminal(0)
        _ = await first.command("ATE0;+CNMI=2,1,0,1,0")
        await first.close()
        try await running.simulation.network.deliver(text: "hello", from: "+33639980100", to: "ec25-1")
        let second = try running.terminal(0)
        #expect(await second.command("AT+CNMI?").hasSuffix("+CNMI: 2,1,0,1,0\r\n\r\nOK\r\n"))
        #expect(await second.command("AT+CMGL=4").contains("+CMGL: 0,0,,"))
        await running.stop()
    }

    @Test func restartBringsTheBannersOnANewTTY() async throws {
        let running = try await RunningSimulation()
        let terminal = try running.terminal(1)
        _ = await terminal.command("ATE0")
        var log = await running.simulation.network.observe().makeAsyncIterator()
        terminal.send("AT+CRESET\r")
        // The hang-up may overtake the answer, as the kernel throws away what a hung-up tty still holds.
        _ = await terminal.read(to: "never")
        // The first sign of the modem being back is that the network delivers to it.
        try await running.simulation.network.deliver(text: "hello", from: "+33639980100", to: "sim7600-1")
        while let entry = await log.next(), entry.kind != .accepted {}
        let again = try running.terminal(1)
        #expect(await again.command("AT+CMGR=0").contains("+CMGR: 0,\"\","))
        await running.stop()
    }

    @Test func lateAcknowledgementSilencesTheModem() async throws {
        let clock = TestClock()
        let running = try await RunningSimulation(clock: clock)
        let terminal = try running.terminal(0)
        _ = await terminal.command("ATE0;+CSMS=1;+CNMI=2,2,0,1,0")
        let network = running.simulation.network
        try await network.deliver(text: "one", from: "+33639980100", to: "ec25-1")
        #expect(await terminal.read(to: "\r\n07").contains("+CMT: ,"))
        _ = await terminal.read(to: "\r\n")
        var log = await network.observe().makeAsyncIterator()
        await clock.waitForSleepers(count: 1)
        clock.advance(by: .seconds(15))
        let entry = await log.next()
        #expect(entry?.kind == .deferred && entry?.reason == "unacknowledged")
        #expect(await terminal.command("AT+CNMI?") == "\r\n+CNMI: 2,0,0,0,0\r\n\r\nOK\r\n")
        terminal.send("AT+CNMI=2,2,0,1,0\r")
        #expect(await terminal.read(to: "\r\n07").hasPrefix("\r\nOK\r\n\r\n+CMT: ,"))
        _ = await terminal.read(to: "\r\n")
        _ = await terminal.command("AT+CNMA")
        #expect(await network.log().last?.kind == .accepted)
        await running.stop()
    }

    @Test func lateAnswerWaitsForTheClock() async throws {
        let clock = TestClock()
        let running = try await RunningSimulation(clock: clock)
        let terminal = try running.terminal(0)
        _ = await terminal.command("ATE0")
        try await running.simulation.network.arm(
            SimulatedFault(.lateAnswer, command: "+CSQ", milliseconds: 700), modem: "ec25-1")
        terminal.send("AT+CSQ\r")
        await clock.waitForSleepers(count: 1)
        clock.advance(by: .milliseconds(700))
        #expect(await terminal.read(to: "OK\r\n") == "\r\n+CSQ: 22,99\r\n\r\nOK\r\n")
        await running.stop()
    }

    @Test func fullListOfAFullModemArrivesWhole() async throws {
        let running = try await RunningSimulation()
        let terminal = try running.terminal(0)
        _ = await terminal.command("ATE0")
        let text = String(repeating: "x", count: 160)
        for _ in 0..<255 {
            try await running.simulation.network.deliver(text: text, from: "+33639980100", to: "ec25-1")
        }
        let list = await terminal.command("AT+CMGL=4")
        #expect(list.split(separator: "+CMGL: ").count == 256)
        await running.stop()
    }

    @Test func socketDrivesTheSimulation() async throws {
        let running = try await RunningSimulation()
        let client = try SimulationClient(directory: running.directory.path)
        var status = stat()
        #expect(stat(running.simulation.socketPath, &status) == 0 && status.st_mode & 0o777 == 0o600)

        let modems = try #require(try client.send(SimulationRequest(.status)).modems)
        #expect(modems.map(\.id) == ["ec25-1", "sim7600-1"])
        #expect(modems.allSatisfy { $0.isPlugged && $0.isRegistered && $0.sim == "READY" })

        var deliver = SimulationRequest(.deliver, modem: "ec25-1")
        deliver.from = "+33639980100"
        deliver.text = "über"
        #expect(try client.send(deliver).deliveries == [1])
        #expect(try client.log().map(\.kind) == [.queued, .attempted, .accepted])
        #expect(try client.log(after: 2).count == 1)

        var fault = SimulationRequest(.fault, modem: "ec25-1")
        fault.fault = SimulatedFault(.noNetwork)
        _ = try client.send(fault)
        #expect(try client.send(SimulationRequest(.status)).modems?.first?.isRegistered == false)
        _ = try client.send(SimulationRequest(.clear, modem: "ec25-1"))
        _ = try client.send(SimulationRequest(.unplug, modem: "ec25-1"))
        #expect(try client.send(SimulationRequest(.status)).modems?.first?.isPlugged == false)
        _ = try client.send(SimulationRequest(.plug, modem: "ec25-1"))
        #expect(throws: SimulationError.self) { try client.send(SimulationRequest(.plug, modem: "nobody")) }
        #expect(throws: SimulationError.self) { try client.send(SimulationRequest(.signal, modem: "ec25-1")) }
        await running.stop()
    }

    @Test func brokenRequestsAreAnsweredAndEndlessOnesCutOff() async throws {
        let running = try await RunningSimulation()
        let socket = try UnixSocket.connect(running.simulation.socketPath)
        var reader = LineReader(descriptor: socket, limit: 65536)
        for line in ["", "{}", "[1]", "{\"command\":\"explode\"}", "\u{0}\u{1}", "{\"command\":\"fault\",\"modem\":1}"]
        {
            #expect(UnixSocket.write(Array((line + "\n").utf8), to: socket))
            let reply = String(decoding: reader.next() ?? [], as: UTF8.self)
            #expect(reply.contains("\"ok\":false") && reply.contains("This is no request"))
        }
        // The other end may close while we still write, so only the end is looked at.
        _ = UnixSocket.write([UInt8](repeating: 0x20, count: ControlSocket.requestLimit + 200_000), to: socket)
        #expect(reader.next() == nil)
        close(socket)
        await running.stop()
    }

    @Test func secondSimulationInADirectoryIsRefused() async throws {
        let running = try await RunningSimulation()
        let other = try ModemSimulation(
            modems: [SimulatedModemConfiguration(id: "x", model: .ec25, number: "+33639980003")],
            directory: running.directory.path, ioThread: running.modemThread)
        await #expect(throws: SimulationError.self) { try await other.start() }
        await running.stop()
        #expect(access(running.simulation.socketPath, F_OK) != 0)
        #expect(access(running.simulation.ports[0].path, F_OK) != 0)
        #expect(throws: SimulationError.self) { try SimulationClient(directory: running.directory.path) }
    }

    @Test(arguments: [
        [("", "+33639980001")], [("../x", "+33639980001")], [("a", "0639980001")], [("a", "+336x")],
        [("a", "+33639980001"), ("a", "+33639980002")], [("a", "+33639980001"), ("b", "+33639980001")], [],
    ])
    func badConfigurationIsRefused(_ modems: [(String, String)]) throws {
        let thread = try IOThread(name: "modems")
        defer { thread.shutdown() }
        #expect(throws: SimulationError.self) {
            _ = try ModemSimulation(
                modems: modems.map { SimulatedModemConfiguration(id: $0.0, model: .ec25, number: $0.1) },
                directory: "/nonexistent", ioThread: thread)
        }
    }
}
