// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// What a received notification says beyond its text.
package struct MessageDetails: Codable, Sendable, Equatable {
    /// Notification of a multimedia message, OMA MMS encapsulation 1.3 §6.2 (m-notification-ind).
    package struct MMS: Codable, Sendable, Equatable {
        package var from: String?
        package var subject: String?
        /// Where the content can be fetched, over the operator's own MMS access point.
        package var url: String?
        /// Octets.
        package var size: Int?
        package var expiresAt: Date?
        package var transaction: String?

        package init() {}
    }

    /// A message waiting indication, TS 23.038 §4 and TS 23.040 §9.2.3.24.2.
    package struct Waiting: Codable, Sendable, Equatable {
        /// `voicemail`, `fax`, `email`, `other`, `video`.
        package var kind: String
        package var isActive: Bool
        /// How many wait, when the network says it.
        package var count: Int?

        package init(kind: String, isActive: Bool, count: Int? = nil) {
            self.kind = kind
            self.isActive = isActive
            self.count = count
        }
    }

    package var mms: MMS?
    package var waiting: [Waiting]?
    /// MIME type of a WAP push that is no MMS notification.
    package var contentType: String?

    package init() {}
}
