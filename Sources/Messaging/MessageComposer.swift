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
        var validity: ValidityPeriod?
        var report: Bool
    }

    func content(of request: OutgoingRequest) throws(MessagingError) -> Content {
        try Self.checkBody(request)
        if let messageClass = request.messageClass, !(0...3).contains(messageClass) {
            throw MessagingError(.invalidOption, "The message class is 0, 1, 2 or 3 (TS 23.038 §4).")
        }
        if let validity = request.validity, validity <= .zero {
            throw MessagingError(.invalidOption, "The validity is longer than nothing.")
        }
        return Content(
            text: request.text, data: request.data, ports: request.ports, messageClass: request.messageClass,
            validity: request.validity.map { ValidityPeriod(seconds: $0.components.seconds) },
            report: request.deliveryReport ?? self.configuration.deliveryReports)
    }

    func draft(_ content: Content, to number: String) throws(MessagingError) -> OutgoingDraft {
        try RecipientNumber.check(number)
        do {
            let segmentation = try self.segment(content, reference: 0)
            let isConcatenated = segmentation.parts.count > 1
            let single = isConcatenated ? [] : try self.pdus(segmentation, content, to: number)
            var draft = OutgoingDraft(
                peer: number, encoding: segmentation.encoding.name, report: content.report,
                isConcatenated: isConcatenated
            ) { reference in
                if !single.isEmpty { return single }
                return try self.pdus(self.segment(content, reference: UInt16(reference)), content, to: number)
            }
            draft.text = content.text
            draft.data = content.data.map { Data($0) }
            draft.messageClass = content.messageClass
            return draft
        } catch {
            throw Self.refusal(error)
        }
    }

    private func segment(_ content: Content, reference: UInt16) throws(PDUError) -> Segmentation {
        if let data = content.data {
            return try MessageSegmenter().segment(data: data, ports: content.ports, reference: reference)
        }
        return try MessageSegmenter(languages: self.configuration.nationalLanguages)
            .segment(content.text ?? "", reference: reference)
    }

    private func pdus(
        _ segmentation: Segmentation, _ content: Content, to number: String
    ) throws(PDUError) -> [String] {
        let destination = try Address(number)
        let alphabet = segmentation.dataCoding.alphabet
        var centre: Address?
        if let text = self.configuration.serviceCentre { centre = try Address(text) }
        var pdus: [String] = []
        for part in segmentation.parts {
            let submit = SMSSubmit(
                destination: destination, dataCoding: DataCodingScheme(alphabet, messageClass: content.messageClass),
                validity: content.validity, statusReportRequest: content.report, userData: part)
            pdus.append(try ShortMessagePDU(serviceCentre: centre, tpdu: .submit(submit)).encoded().hex)
        }
        return pdus
    }

    private static func checkBody(_ request: OutgoingRequest) throws(MessagingError) {
        switch (request.text, request.data) {
        case (let text?, nil): try self.checkText(text, request.ports)
        case (nil, let data?):
            if data.isEmpty { throw MessagingError(.emptyText, "The data is empty; give at least one octet.") }
        case (nil, nil): throw MessagingError(.emptyText, "The message is empty; give a text.")
        case (_?, _?): throw MessagingError(.invalidOption, "Give a text or data, not both.")
        }
    }

    private static func checkText(_ text: String, _ ports: ApplicationPorts?) throws(MessagingError) {
        guard ports == nil else {
            throw MessagingError(.invalidOption, "Ports go with data, not with a text.")
        }
        guard !text.isEmpty else { throw MessagingError(.emptyText, "The text is empty; give at least one character.") }
        let limit = MessagingConfiguration.maximumText
        // A scalar has 4 octets at most: the cheap check first, for a text of megabytes.
        guard text.utf8.count <= 4 * limit, text.unicodeScalars.count <= limit else {
            throw MessagingError(
                .tooLong, "The text is longer than 10,240 characters; shorten it or send several messages.")
        }
    }

    private static func refusal(_ error: any Error) -> MessagingError {
        if let error = error as? MessagingError { return error }
        guard let error = error as? PDUError else {
            return MessagingError(.invalidOption, "The message cannot be encoded.", cause: error)
        }
        switch error.code {
        case .tooLong:
            return MessagingError(
                .tooLong, "The message needs more than 255 parts; shorten it or send several messages.", cause: error)
        case .invalidNumber: return MessagingError(.invalidNumber, "The number cannot be sent to: \(error.message).")
        default: return MessagingError(.invalidOption, "The message cannot be encoded: \(error.message).", cause: error)
        }
    }
}
