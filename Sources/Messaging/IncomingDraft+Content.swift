// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation
internal import GatewayStore
internal import SMSPDU

extension IncomingDraft {
    /// Takes what the parts say together.
    ///
    /// - Parameter sentAt: TP-SCTS of the part that came last, or when it came.
    mutating func take(_ received: ReceivedContent, sentAt: Date) {
        switch received.content {
        case .text(let text): self.text = text
        case .data(let data): self.data = Data(data)
        }
        self.encoding = received.encoding?.name
        self.messageClass = received.messageClass
        self.ports = received.ports.map { MessagePorts(destination: Int($0.destination), source: Int($0.source)) }
        self.sentAt = sentAt
        var details = MessageDetails()
        if !received.waiting.isEmpty { details.waiting = received.waiting.map(MessageDetails.Waiting.init) }
        switch received.kind {
        case .message: self.kind = .message
        case .silent:
            self.kind = .silent
            self.isReadFromStart = true
        case .messageWaiting:
            self.kind = .messageWaiting
            // That nothing waits any more is nothing to read, unless somebody wrote something.
            self.isReadFromStart = received.waiting.allSatisfy { !$0.isActive } && (self.text ?? "").isEmpty
        case .mms(let notification):
            self.kind = .mms
            details.mms = MessageDetails.MMS(notification, sentAt: sentAt)
        case .wapPush(let contentType):
            self.kind = .wapPush
            details.contentType = contentType
        }
        self.details = details == MessageDetails() ? nil : details
    }
}

extension MessageDetails.Waiting {
    fileprivate init(_ waiting: MessageWaiting) {
        let kind =
            switch waiting.kind {
            case .voicemail: "voicemail"
            case .fax: "fax"
            case .email: "email"
            case .other: "other"
            case .video: "video"
            }
        self.init(kind: kind, isActive: waiting.isActive, count: waiting.count)
    }
}

extension MessageDetails.MMS {
    fileprivate init(_ notification: MMSNotification, sentAt: Date) {
        self.init()
        self.from = notification.from
        self.subject = notification.subject
        self.url = notification.url
        self.size = notification.size
        self.transaction = notification.transaction
        self.expiresAt =
            switch notification.expiry {
            case .at(let seconds): Self.date(Double(seconds))
            case .after(let seconds): Self.date(sentAt.timeIntervalSince1970 + Double(seconds))
            case nil: nil
            }
    }

    /// `nil` beyond the year 9999, which no format of a date can show.
    private static func date(_ seconds: Double) -> Date? {
        seconds < 253_402_300_800 ? Date(timeIntervalSince1970: seconds) : nil
    }
}
