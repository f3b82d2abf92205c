// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import SMSPDU

/// A decoded PDU as `pdu decode` shows it; docs/PDU-JSON.md describes the fields.
struct PDUDescription {
    /// In the order in which a person reads them; JSON sorts the keys.
    private(set) var fields: [(key: String, value: PDUFieldValue)] = []

    init(_ decoded: DecodedPDU) {
        let pdu = decoded.pdu
        self.add("type", .string(pdu.tpdu.name))
        self.add("smsc", pdu.serviceCentre.map { .string($0.text) } ?? .null)
        switch pdu.tpdu {
        case .deliver(let message): self.describe(message)
        case .deliverReport(let message): self.describe(message.failureCause, message.parameters)
        case .submit(let message): self.describe(message)
        case .submitReport(let message):
            self.add("timestamp", Self.time(message.timestamp))
            self.describe(message.failureCause, message.parameters)
        case .statusReport(let message): self.describe(message)
        case .command(let message): self.describe(message)
        }
        self.add("pdu", .string(decoded.octets.hexadecimal))
        self.add(
            "warnings",
            .array(
                decoded.warnings.map {
                    .object([
                        "field": .string($0.field), "offset": .number(Int64($0.offset)), "message": .string($0.message),
                    ])
                }))
    }

    private mutating func add(_ key: String, _ value: PDUFieldValue) {
        self.fields.append((key, value))
    }

    // MARK: Types of TPDU

    private mutating func describe(_ message: SMSDeliver) {
        self.describe(message.originator)
        self.add("timestamp", Self.time(message.timestamp))
        self.describe(message.protocolIdentifier)
        self.describe(message.dataCoding)
        self.describe(message.userData)
        self.add("moreMessagesToSend", .bool(message.moreMessagesToSend))
        self.add("statusReport", .bool(message.statusReportIndication))
        self.add("replyPath", .bool(message.replyPath))
    }

    private mutating func describe(_ message: SMSSubmit) {
        self.add("messageReference", .number(Int64(message.messageReference)))
        self.describe(message.destination)
        self.describe(message.protocolIdentifier)
        self.describe(message.dataCoding)
        self.add("validity", Self.validity(message.validity))
        self.describe(message.userData)
        self.add("rejectDuplicates", .bool(message.rejectDuplicates))
        self.add("statusReport", .bool(message.statusReportRequest))
        self.add("replyPath", .bool(message.replyPath))
    }

    private mutating func describe(_ message: SMSStatusReport) {
        self.add("messageReference", .number(Int64(message.messageReference)))
        self.describe(message.recipient)
        self.add("timestamp", Self.time(message.timestamp))
        self.add("dischargeTime", Self.time(message.dischargeTime))
        self.add("status", .number(Int64(message.status.rawValue)))
        self.add("statusCategory", .string(Self.name(message.status.category)))
        self.add("statusText", .string(message.status.text))
        self.describe(message.parameters)
    }

    private mutating func describe(_ message: SMSPDU.SMSCommand) {
        self.add("messageReference", .number(Int64(message.messageReference)))
        self.describe(message.destination)
        self.describe(message.protocolIdentifier)
        self.add("commandType", .number(Int64(message.commandType.rawValue)))
        self.add("messageNumber", .number(Int64(message.messageNumber)))
        self.describe(message.data)
    }

    private mutating func describe(_ cause: FailureCause?, _ parameters: OptionalParameters) {
        if let cause {
            self.add("failureCause", .number(Int64(cause.rawValue)))
            self.add("failureText", .string(cause.text))
        }
        self.describe(parameters)
    }

    private mutating func describe(_ parameters: OptionalParameters) {
        if let protocolIdentifier = parameters.protocolIdentifier { self.describe(protocolIdentifier) }
        if let dataCoding = parameters.dataCoding { self.describe(dataCoding) }
        if let userData = parameters.userData { self.describe(userData) }
    }

    // MARK: Fields

    private mutating func describe(_ address: Address) {
        self.add("number", .string(address.text))
        self.add("numberType", .string(Self.name(address.typeOfNumber)))
    }

    private mutating func describe(_ identifier: ProtocolIdentifier) {
        self.add("pid", .number(Int64(identifier.rawValue)))
        if identifier != .default { self.add("pidText", .string(identifier.text)) }
    }

    private mutating func describe(_ coding: DataCodingScheme) {
        self.add("dcs", .number(Int64(coding.rawValue)))
        self.add("class", coding.messageClass.map { .number(Int64($0)) } ?? .null)
        if let waiting = coding.messageWaiting {
            self.add(
                "messageWaiting",
                .object([
                    "kind": .string(Self.name(waiting.kind)), "active": .bool(waiting.isActive),
                    "store": .bool(waiting.isStored),
                ]))
        }
    }

    private mutating func describe(_ userData: UserData) {
        self.add("encoding", .string(userData.encoding.name))
        if let text = userData.text {
            self.add("text", .string(text))
        } else {
            self.add("dataHex", .string(userData.data.hexadecimal))
        }
        let header = userData.header
        if !header.isEmpty {
            self.add(
                "udh",
                .array(
                    header.map {
                        .object([
                            "iei": .number(Int64($0.identifier.rawValue)), "dataHex": .string($0.data.hexadecimal),
                        ])
                    }))
        }
        if let concatenation = userData.concatenation {
            self.add(
                "concat",
                .object([
                    "ref": .number(Int64(concatenation.reference)), "total": .number(Int64(concatenation.total)),
                    "seq": .number(Int64(concatenation.sequence)),
                ]))
        }
        if let ports = userData.ports {
            self.add(
                "ports",
                .object([
                    "destination": .number(Int64(ports.destination)), "source": .number(Int64(ports.source)),
                ]))
        }
    }

    private static func time(_ timestamp: Timestamp?) -> PDUFieldValue {
        timestamp.map { .string($0.iso8601) } ?? .null
    }

    private static func validity(_ validity: ValidityPeriod?) -> PDUFieldValue {
        switch validity {
        case nil: .null
        case .relative: .object(["format": .string("relative"), "seconds": Self.seconds(validity)])
        case .absolute(let time): .object(["format": .string("absolute"), "time": .string(time.iso8601)])
        case .enhanced(let period):
            .object([
                "format": .string("enhanced"), "seconds": Self.seconds(validity),
                "singleShot": .bool(period.isSingleShot),
            ])
        }
    }

    private static func seconds(_ validity: ValidityPeriod?) -> PDUFieldValue {
        validity?.seconds.map { .number($0) } ?? .null
    }

    // MARK: Names

    private static func name(_ type: TypeOfNumber) -> String {
        switch type {
        case .unknown: "unknown"
        case .international: "international"
        case .national: "national"
        case .networkSpecific: "networkSpecific"
        case .subscriber: "subscriber"
        case .alphanumeric: "alphanumeric"
        case .abbreviated: "abbreviated"
        case .reserved: "reserved"
        }
    }

    private static func name(_ category: TPStatus.Category) -> String {
        switch category {
        case .delivered: "delivered"
        case .pending: "pending"
        case .temporaryFailure: "temporaryFailure"
        case .permanentFailure: "permanentFailure"
        }
    }

    private static func name(_ kind: MessageWaiting.Kind) -> String {
        switch kind {
        case .voicemail: "voicemail"
        case .fax: "fax"
        case .email: "email"
        case .other: "other"
        case .video: "video"
        }
    }
}
