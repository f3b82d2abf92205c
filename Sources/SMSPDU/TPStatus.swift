// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// TP-Status, TS 23.040 §9.2.3.15.
package struct TPStatus: RawRepresentable, Hashable, Sendable {
    /// What it means for the message.
    package enum Category: Sendable, Hashable {
        /// The transaction is complete: received, or at least handed on.
        case delivered
        /// A temporary error; the service centre still tries.
        case pending
        /// A temporary error; the service centre has stopped trying.
        case temporaryFailure
        /// A permanent error; the service centre has stopped trying.
        case permanentFailure
    }

    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let received = TPStatus(rawValue: 0x00)

    /// Reserved values from 80 on are to be read as "service rejected" (TS 23.040 §9.2.3.15), a permanent error.
    package var category: Category {
        switch self.rawValue {
        case 0x00...0x1F: .delivered
        case 0x20...0x3F: .pending
        case 0x40...0x5F: .permanentFailure
        case 0x60...0x7F: .temporaryFailure
        default: .permanentFailure
        }
    }

    /// What a person reads.
    package var text: String {
        switch self.rawValue {
        case 0x00: "The recipient's phone has received the message."
        case 0x01: "The message was handed on; the service centre cannot confirm that it was received."
        case 0x02: "The service centre has replaced the message by a newer one."
        case 0x20: "The network is congested; the service centre still tries."
        case 0x21: "The recipient is busy; the service centre still tries."
        case 0x22: "The recipient does not answer; the service centre still tries."
        case 0x23: "The service was rejected; the service centre still tries."
        case 0x24: "The quality of service is not available; the service centre still tries."
        case 0x25: "The recipient has an error; the service centre still tries."
        case 0x40: "Remote procedure error; the message was not delivered."
        case 0x41: "The destination is incompatible; the message was not delivered."
        case 0x42: "The recipient has rejected the connection."
        case 0x43: "The message cannot be delivered to this number."
        case 0x44: "The quality of service is not available; the message was not delivered."
        case 0x45: "No interworking to the recipient's network; the message was not delivered."
        case 0x46: "The message's validity period has expired."
        case 0x47: "The sender has deleted the message."
        case 0x48: "The service centre's administration has deleted the message."
        case 0x49: "The service centre does not know the message."
        case 0x60: "The network is congested; the service centre has stopped trying."
        case 0x61: "The recipient is busy; the service centre has stopped trying."
        case 0x62: "The recipient does not answer; the service centre has stopped trying."
        case 0x63: "The service was rejected; the service centre has stopped trying."
        case 0x64: "The quality of service is not available; the service centre has stopped trying."
        case 0x65: "The recipient has an error; the service centre has stopped trying."
        default: self.generalText
        }
    }

    private var generalText: String {
        switch self.rawValue {
        case 0x00...0x1F: "The message was completed with status \(self.rawValue)."
        case 0x20...0x3F: "Status \(self.rawValue): not delivered yet; the service centre still tries."
        case 0x40...0x5F: "Status \(self.rawValue): not delivered, for good."
        case 0x60...0x7F: "Status \(self.rawValue): not delivered; the service centre has stopped trying."
        default: "Reserved status \(self.rawValue): to be read as service rejected."
        }
    }
}
