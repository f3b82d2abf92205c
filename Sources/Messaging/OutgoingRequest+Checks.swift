// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Foundation

/// What can be said of a request without knowing numbers or modems.
extension OutgoingRequest {
    /// The most that `sendAt` may lie ahead: a year, with the day of a leap year.
    private static let furthest: TimeInterval = 366 * 86_400

    func checkContent() throws(MessagingError) {
        switch (self.text, self.data) {
        case (let text?, nil): try self.check(text)
        case (nil, let data?):
            if data.isEmpty { throw MessagingError(.emptyText, "The data is empty; give at least one octet.") }
        case (nil, nil): throw MessagingError(.emptyText, "The message is empty; give a text.")
        case (_?, _?): throw MessagingError(.invalidOption, "Give a text or data, not both.")
        }
        if let messageClass = self.messageClass, !(0...3).contains(messageClass) {
            throw MessagingError(.invalidOption, "The message class is 0, 1, 2 or 3 (TS 23.038 §4).")
        }
        if let replaceType = self.replaceType, !(1...7).contains(replaceType) {
            throw MessagingError(.invalidOption, "The replace type is 1 to 7 (TS 23.040 §9.2.3.9).")
        }
    }

    /// - Returns: when it is to be sent, `nil` for at once.
    func checkOrder(now: Date) throws(MessagingError) -> Date? {
        guard (0...9).contains(self.priority) else {
            throw MessagingError(.invalidOption, "The priority is 0 to 9.")
        }
        if let validity = self.validity, validity <= .zero {
            throw MessagingError(.invalidOption, "The validity is longer than nothing.")
        }
        if let reference = self.reference { try self.check(reference: reference) }
        guard [self.modem != nil, self.sim != nil, self.route != nil].count(where: { $0 }) <= 1 else {
            throw MessagingError(.invalidOption, "Give only one of modem, SIM and route.")
        }
        guard let sendAt = self.sendAt, sendAt > now else { return nil }
        guard sendAt.timeIntervalSince(now) <= Self.furthest else {
            throw MessagingError(.invalidOption, "The time to send at is more than a year ahead; give an earlier one.")
        }
        return sendAt
    }

    private func check(reference: String) throws(MessagingError) {
        let isPlain = reference.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isPlain, (1...128).contains(reference.unicodeScalars.count) else {
            throw MessagingError(
                .invalidOption,
                "The reference has 1 to 128 characters, without control characters such as a line break.")
        }
        guard self.recipients.count == 1 else {
            throw MessagingError(
                .invalidOption,
                "A reference is for one message: send each recipient a request of its own, or leave it out.")
        }
    }

    private func check(_ text: String) throws(MessagingError) {
        guard self.ports == nil else {
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
}
