// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import Foundation
import SMSPDU

/// The way of a TPDU on the command line.
enum PDUDirectionArgument: String, ExpressibleByArgument, CaseIterable {
    case mo
    case mt

    var direction: PDUDirection {
        switch self {
        case .mo: .mobileOriginated
        case .mt: .mobileTerminated
        }
    }
}

struct PDUDecodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Show what PDUs say.",
        discussion: """
            A PDU that cannot be read gives one line with the reason, the field and the octet; the next one follows. \
            The exit code is 1 when a PDU given as an argument was refused, and 0 when they come by standard input, \
            where every line tells for itself.
            """)

    @Argument(help: "PDUs in hexadecimal, or - to read one per line and write one JSON object per line.")
    var hex: [String]

    @Flag(name: .customLong("no-smsc"), help: "The PDUs begin with the TPDU, without a service centre address.")
    var noServiceCentre = false

    @Option(help: "Which way the TPDU goes: mt (to the mobile) or mo (from it).")
    var direction: PDUDirectionArgument = .mt

    @Flag(help: "One JSON object per PDU.")
    var json = false

    func run() throws {
        if self.hex == ["-"] {
            while let line = readLine() {
                let pdu = line.trimmingCharacters(in: .whitespaces)
                if !pdu.isEmpty { try self.printLine(pdu) }
            }
            return
        }
        var isRefused = false
        for (index, pdu) in self.hex.enumerated() {
            if self.json {
                isRefused = try !self.printLine(pdu) || isRefused
            } else {
                if index > 0 { print() }
                isRefused = !self.printPlain(pdu) || isRefused
            }
        }
        if isRefused { throw ExitCode.failure }
    }

    private func decode(_ hex: String) throws(PDUError) -> DecodedPDU {
        try ShortMessagePDU.decode(
            hex, direction: self.direction.direction, hasServiceCentre: !self.noServiceCentre)
    }

    /// False when the PDU was refused.
    @discardableResult
    private func printLine(_ hex: String) throws -> Bool {
        // Who pipes lines in waits for the answers to each.
        defer { fflush(nil) }
        do throws(PDUError) {
            let decoded = try self.decode(hex)
            print((try? PDUDescription(decoded).json.line()) ?? "{}")
            return true
        } catch {
            print((try? error.json.line()) ?? "{}")
            return false
        }
    }

    private func printPlain(_ hex: String) -> Bool {
        do throws(PDUError) {
            print(PDUDescription(try self.decode(hex)).plain)
            return true
        } catch {
            print("error: \(error.description)")
            return false
        }
    }
}
