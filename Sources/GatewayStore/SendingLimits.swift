// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

package import Foundation

/// How much may be sent at most; what is `nil` is not limited, 0 is nothing at all.
///
/// For a SIM it counts parts, since each part is a message of its own to the network and on the bill; for a recipient
/// and a token it counts messages.
package struct SendingLimits: Sendable, Equatable {
    /// In any 60 seconds.
    package var perMinute: Int?
    /// In any 60 minutes.
    package var perHour: Int?
    /// In any 24 hours.
    package var perDay: Int?
    /// In a calendar month of the configured time zone.
    package var perMonth: Int?

    package init(perMinute: Int? = nil, perHour: Int? = nil, perDay: Int? = nil, perMonth: Int? = nil) {
        self.perMinute = perMinute
        self.perHour = perHour
        self.perDay = perDay
        self.perMonth = perMonth
    }

    package func limit(for window: UsageWindow) -> Int? {
        switch window {
        case .minute: self.perMinute
        case .hour: self.perHour
        case .day: self.perDay
        case .month: self.perMonth
        }
    }

    package var windows: [UsageWindow] { UsageWindow.allCases.filter { self.limit(for: $0) != nil } }
}

/// Under what terms a modem's sender takes the next part.
package struct SendingTerms: Sendable, Equatable {
    /// ICCID of the SIM that the modem has at this moment, when known.
    package var sim: String?
    /// Parts of this SIM; counted by ICCID, by modem while that is not known.
    package var simLimits = SendingLimits()
    /// Messages to one recipient.
    package var recipientLimits = SendingLimits()
    /// Messages of one token.
    package var tokenLimits = SendingLimits()
    /// Where months begin.
    package var zone: TimeZone = .gmt

    package init(sim: String? = nil) { self.sim = sim }
}
