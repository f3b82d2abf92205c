// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import Testing

struct StateFoldingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var parts: [MessageState]
        var message: MessageState
        var testDescription: String { self.parts.map(\.rawValue).joined(separator: "+") }

        init(_ parts: [MessageState], _ message: MessageState) {
            self.parts = parts
            self.message = message
        }
    }

    static let rows = [
        Row([.queued], .queued), Row([.queued, .queued], .queued),
        Row([.sending], .sending), Row([.sending, .queued], .sending), Row([.sent, .queued], .sending),
        Row([.delivered, .queued], .sending), Row([.uncertain, .queued], .sending), Row([.failed, .sending], .sending),
        Row([.sent], .sent), Row([.delivered, .sent], .sent),
        Row([.delivered], .delivered), Row([.delivered, .delivered], .delivered),
        Row([.failed], .failed), Row([.sent, .failed, .cancelled], .failed), Row([.delivered, .failed], .failed),
        Row([.expired], .expired), Row([.sent, .expired], .expired), Row([.expired, .cancelled], .expired),
        Row([.cancelled], .cancelled), Row([.sent, .cancelled], .cancelled), Row([.failed, .cancelled], .failed),
        Row([.uncertain], .uncertain), Row([.uncertain, .sent], .uncertain), Row([.uncertain, .delivered], .uncertain),
        Row([.uncertain, .failed], .failed),
    ]

    @Test(arguments: rows) func folding(row: Row) {
        #expect(MessageState.folding(row.parts) == row.message)
        #expect(MessageState.folding(row.parts.reversed()) == row.message)
    }
}
