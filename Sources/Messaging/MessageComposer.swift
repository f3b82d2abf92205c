// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GatewayStore
internal import SMSPDU

/// Turns a request into TPDUs. The encoding is chosen here, once.
struct MessageComposer: Sendable {
    let configuration: MessagingConfiguration

    /// What the drafts of one request share.
    struct Content: Sendable {
        var text: String?
        var data: [UInt8]?
        var ports: ApplicationPorts?
        var messageClass: Int?
        var replaceType: Int?
        var validity: ValidityPeriod?
        var report: Bool
        /// Its concatenation reference, where it has one, is 0.
        var segmentation: Segmentation
    }

    func content(of request: OutgoingRequest) throws(MessagingError) -> Content {
        try request.checkContent()
        let content = Content(
            text: request.text, data: request.data, ports: request.ports, messageClass: request.messageClass,
            replaceType: request.replaceType,
            validity: request.validity.map { ValidityPeriod(seconds: $0.components.seconds) },
            report: request.deliveryReport ?? self.configuration.deliveryReports,
            segmentation: try self.segment(request))
        // Each part would take the place of the one before.
        guard content.replaceType == nil || content.segmentation.parts.count == 1 else {
            throw MessagingError(
                .invalidOption,
                "A message of \(content.segmentation.parts.count) parts cannot replace another; shorten it to one part."
            )
        }
        return content
    }

    /// - Parameter number: normalised.
    func draft(_ content: Content, to number: String) throws(MessagingError) -> OutgoingDraft {
        do {
            let isConcatenated = content.segmentation.parts.count > 1
            let single = isConcatenated ? [] : try self.pdus(content, to: number, reference: 0)
            var draft = OutgoingDraft(
                peer: number, encoding: content.segmentation.encoding.name, report: content.report,
                isConcatenated: isConcatenated
            ) { reference in
                single.isEmpty ? try self.pdus(content, to: number, reference: reference) : single
            }
            draft.text = content.text
            draft.data = content.data.map { Data($0) }
            draft.messageClass = content.messageClass
            draft.replaceType = content.replaceType
            draft.ports = content.ports.map { MessagePorts(destination: Int($0.destination), source: Int($0.source)) }
            return draft
        } catch {
            throw Self.refusal(error)
        }
    }

    private func segment(_ request: OutgoingRequest) throws(MessagingError) -> Segmentation {
        do {
            if let data = request.data {
                return try MessageSegmenter().segment(data: data, ports: request.ports, reference: 0)
            }
            return try MessageSegmenter(languages: self.configuration.nationalLanguages)
                .segment(request.text ?? "", reference: 0)
        } catch {
            throw Self.refusal(error)
        }
    }

    private func pdus(_ content: Content, to number: String, reference: UInt8) throws(PDUError) -> [String] {
        let destination = try Address(number)
        let alphabet = content.segmentation.dataCoding.alphabet
        var centre: Address?
        if let text = self.configuration.serviceCentre { centre = try Address(text) }
        var pdus: [String] = []
        for part in content.segmentation.parts {
            let submit = SMSSubmit(
                destination: destination,
                protocolIdentifier: content.replaceType.flatMap { ProtocolIdentifier.replace(type: $0) } ?? .default,
                dataCoding: DataCodingScheme(alphabet, messageClass: content.messageClass),
                validity: content.validity, statusReportRequest: content.report, userData: part.numbered(reference))
            pdus.append(try ShortMessagePDU(serviceCentre: centre, tpdu: .submit(submit)).encoded().hex)
        }
        return pdus
    }

    private static func refusal(_ error: PDUError) -> MessagingError {
        switch error.code {
        case .tooLong:
            MessagingError(
                .tooLong, "The message needs more than 255 parts; shorten it or send several messages.", cause: error)
        case .invalidNumber:
            MessagingError(.invalidNumber, "The number cannot be sent to: \(error.message).", cause: error)
        default: MessagingError(.invalidOption, "The message cannot be encoded: \(error.message).", cause: error)
        }
    }
}
