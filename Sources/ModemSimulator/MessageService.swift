// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// The modem's settings and stores for short messages; all its ports share them.
struct MessageService: Sendable, Equatable {
    /// `+CNMI`, TS 27.005 §3.4.1.
    struct Indications: Sendable, Equatable {
        var mode: Int
        var messages: Int
        var broadcasts: Int
        var reports: Int
        var buffer: Int

        /// `+CNMI: 2,1,0,0,0` after power-up (SIM7600: captured in `AT&V`; EC25: manual).
        static let powerUp = Indications(mode: 2, messages: 1, broadcasts: 0, reports: 0, buffer: 0)

        var text: String {
            "\(self.mode),\(self.messages),\(self.broadcasts),\(self.reports),\(self.buffer)"
        }
    }

    var indications = Indications.powerUp
    /// `+CSMS` 1: phase 2+, every `+CMT` and `+CDS` wants its `AT+CNMA` (TS 27.005 §3.2.1).
    var acknowledges = false
    /// The delivery that waits for `AT+CNMA`.
    var unacknowledged: Int?
    /// An `AT+CNMA` failed or did not come: nothing is delivered until `+CNMI` is set again.
    var isSilenced = false
    /// The network was told that there is no room.
    var reportedFull = false
    /// `<mem1>`, `<mem2>`, `<mem3>` of `+CPMS`: read, write, receive.
    var selected: [MemoryName]
    var memories: [MemoryName: MessageMemory]
    /// `+CSCA`; `nil`: the SIM's own.
    var serviceCentre: String?

    init(model: SimulatedModemModel) {
        self.selected = Array(repeating: model.defaultMemory, count: 3)
        self.memories = [:]
        for name in MemoryName.allCases {
            self.memories[name] = MessageMemory(capacity: model.capacity(of: name))
        }
    }

    /// Power-up: settings go, messages stay.
    mutating func reset(model: SimulatedModemModel) {
        let stored = self.memories
        self = MessageService(model: model)
        self.memories = stored
    }

    var reading: MemoryName { self.selected.first ?? .sim }
    var receiving: MemoryName { self.selected.last ?? .sim }

    func memory(_ name: MemoryName) -> MessageMemory {
        self.memories[name] ?? MessageMemory(capacity: 0)
    }
}
