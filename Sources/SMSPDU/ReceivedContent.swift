// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// What a received message is beyond its text, read from its parts.
package struct ReceivedContent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case message
        /// Short message type 0, TS 23.040 §9.2.3.9.
        case silent
        case messageWaiting
        case mms(MMSNotification)
        case wapPush(contentType: String?)
    }

    package let kind: Kind
    package let content: MessageContent
    package let encoding: MessageEncoding?
    package let messageClass: Int?
    package let ports: ApplicationPorts?
    package let waiting: [MessageWaiting]

    /// - Parameters:
    ///   - parts: those that came, in order.
    ///   - content: what they hold together.
    package init(parts: [AssemblyPart], content: MessageContent) {
        self.content = content
        self.encoding = parts.first?.userData.encoding
        self.messageClass = parts.lazy.compactMap(\.dataCoding.messageClass).first
        self.ports = parts.lazy.compactMap(\.userData.ports).first
        self.waiting = MessageWaiting.indications(in: parts)
        let isSilent = parts.contains { $0.protocolIdentifier == .type0 }
        if isSilent {
            self.kind = .silent
        } else if let data = content.data, let push = WAPPush(data: data, ports: self.ports) {
            self.kind = MMSNotification(push).map(Kind.mms) ?? .wapPush(contentType: push.contentType)
        } else {
            self.kind = self.waiting.isEmpty ? .message : .messageWaiting
        }
    }
}
