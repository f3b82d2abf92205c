// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Foundation
import GatewayStore
import NIOCore

/// A text frame of `/ws`: `{"event","data","seq","time"}`.
enum EventFrame {
    /// The wire name of what happened.
    static func name(of kind: JournalKind) -> String {
        switch kind {
        case .messageReceived: "sms:received"
        case .messageStatus: "sms:status"
        case .modemState: "modem:state"
        case .modemSignal: "modem:signal"
        case .ussd: "ussd:received"
        }
    }

    static func encode(_ event: JournalEvent) throws -> ByteBuffer {
        let name = self.name(of: event.kind)
        switch event.kind {
        case .messageReceived, .messageStatus:
            let data = try event.message().json
            return self.encode(name, seq: event.seq, time: event.time) { data.write(to: &$0) }
        case .modemState, .modemSignal, .ussd:
            // Written by ``EventHub``, in the shape of the wire.
            return self.encode(name, seq: event.seq, time: event.time) { $0.writeBytes(event.body) }
        }
    }

    static func encode(_ name: String, seq: Int64, time: Date, data: JSONValue) -> ByteBuffer {
        self.encode(name, seq: seq, time: time) { data.write(to: &$0) }
    }

    private static func encode(
        _ name: String, seq: Int64, time: Date, data: (inout ByteBuffer) -> Void
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 1024)
        // Neither a name of ours nor a time has anything to escape.
        buffer.writeString("{\"event\":\"\(name)\",\"data\":")
        data(&buffer)
        buffer.writeString(",\"seq\":\(seq),\"time\":\"\(WireTime.string(time))\"}")
        return buffer
    }
}
