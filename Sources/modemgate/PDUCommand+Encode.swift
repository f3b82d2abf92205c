// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ArgumentParser
import SMSPDU

struct PDUEncodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Write the SMS-SUBMIT PDUs of a message.",
        discussion: """
            Prints one line per part: the length for AT+CMGS and the PDU. The encoding with the fewest parts is chosen.
            """)

    @Option(help: "The recipient: + and digits, or a number as dialled.")
    var to: String

    @Option(help: "The text.")
    var text: String?

    @Option(name: .customLong("data"), help: "8-bit data in hexadecimal, instead of a text.")
    var data: String?

    @Option(help: "Application ports of data, DESTINATION:SOURCE.")
    var ports: String?

    @Option(help: "The service centre's number; without it the one of the SIM is used.")
    var smsc: String?

    @Option(help: "Reference number of a message in parts, 0 to 65535.")
    var reference: UInt16 = 0

    @Flag(help: "A 16-bit reference number.")
    var wideReference = false

    @Option(name: .customLong("language"), help: "A national language that may be used, for example tr; repeatable.")
    var languages: [String] = []

    @Option(name: .customLong("class"), help: "Message class 0 (shown at once) to 3.")
    var messageClass: Int?

    @Option(help: "Validity period in seconds, rounded up to what the field can say.")
    var validity: Int64?

    @Flag(help: "Ask for a status report.")
    var statusReport = false

    @Option(help: "Protocol identifier.")
    var pid: UInt8 = 0

    @Flag(name: .customLong("no-smsc"), help: "Leave the service centre address out: the TPDU alone.")
    var noServiceCentre = false

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        if (self.text == nil) == (self.data == nil) { throw ValidationError("Give either --text or --data.") }
        if self.ports != nil && self.data == nil { throw ValidationError("--ports goes with --data.") }
        if let messageClass = self.messageClass, !(0...3 ~= messageClass) {
            throw ValidationError("--class is 0, 1, 2 or 3.")
        }
    }

    func run() throws {
        do throws(PDUError) {
            let segmentation = try self.segmentation()
            let parts = try self.encode(segmentation)
            print(self.json ? Self.json(segmentation, parts) : Self.plain(parts))
        } catch {
            print(self.json ? (try? error.json.line()) ?? "{}" : "error: \(error.description)")
            throw ExitCode.failure
        }
    }

    private func segmentation() throws(PDUError) -> Segmentation {
        let segmenter = MessageSegmenter(languages: try self.nationalLanguages())
        if let data = self.data {
            return try segmenter.segment(
                data: [UInt8](hexadecimal: data), ports: self.applicationPorts(), reference: self.reference,
                wideReference: self.wideReference)
        }
        return try segmenter.segment(
            self.text ?? "", reference: self.reference, wideReference: self.wideReference)
    }

    private func nationalLanguages() throws(PDUError) -> [NationalLanguage] {
        var languages: [NationalLanguage] = []
        for code in self.languages {
            guard let language = NationalLanguage(code: code) else {
                let known = NationalLanguage.allCases.map(\.code).joined(separator: ", ")
                throw PDUError(
                    .notInAlphabet, field: "--language", offset: 0, "no tables for \(code); there are \(known)")
            }
            languages.append(language)
        }
        return languages
    }

    private func applicationPorts() throws(PDUError) -> ApplicationPorts? {
        guard let ports = self.ports else { return nil }
        let numbers = ports.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0) }
        guard numbers.count == 2, let destination = numbers[0], let source = numbers[1] else {
            throw PDUError(.inconsistent, field: "--ports", offset: 0, "two numbers up to 65535, for example 2948:0")
        }
        return ApplicationPorts(destination: destination, source: source)
    }

    private func encode(_ segmentation: Segmentation) throws(PDUError) -> [EncodedPDU] {
        let serviceCentre: Address? = if let smsc = self.smsc { try Address(smsc) } else { nil }
        let destination = try Address(self.to)
        var encoded: [EncodedPDU] = []
        for part in segmentation.parts {
            let submit = SMSSubmit(
                destination: destination, protocolIdentifier: ProtocolIdentifier(rawValue: self.pid),
                dataCoding: DataCodingScheme(segmentation.encoding.alphabet, messageClass: self.messageClass),
                validity: self.validity.map { ValidityPeriod(seconds: $0) }, statusReportRequest: self.statusReport,
                userData: part)
            let pdu = ShortMessagePDU(serviceCentre: serviceCentre, tpdu: .submit(submit))
            encoded.append(try pdu.encoded(includingServiceCentre: !self.noServiceCentre))
        }
        return encoded
    }

    private static func plain(_ parts: [EncodedPDU]) -> String {
        parts.map { "\($0.length) \($0.hex)" }.joined(separator: "\n")
    }

    private static func json(_ segmentation: Segmentation, _ parts: [EncodedPDU]) -> String {
        let value = PDUFieldValue.object([
            "encoding": .string(segmentation.encoding.name),
            "parts": .array(parts.map { .object(["length": .number(Int64($0.length)), "pdu": .string($0.hex)]) }),
        ])
        return (try? value.line()) ?? "{}"
    }
}
