// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol

extension CellularModem {
    /// Registration, operator, levels and cell.
    func readNetwork() async throws {
        for command in ["AT+CREG?", "AT+CEREG?"] {
            guard let line = try await self.query(command).lines.first,
                let report = RegistrationReport(answer: line)
            else { continue }
            self.take(report, from: String(command.dropFirst(2).dropLast()))
        }
        try await self.readOperator()
        try await self.readSignal()
        try await self.readCell()
        // Last, so that a modem that becomes ready has told what it knows.
        self.apply(self.machine.registrationReported(self.status.network.registration))
    }

    /// A report of one domain. Being registered in either is being registered: a SIM7600A-H says `+CREG: 0,3` (denied)
    /// beside `+CEREG: 0,5` (roaming) and works.
    func take(_ report: RegistrationReport, from prefix: String) {
        self.domains[prefix] = Registration(stat: report.stat)
        let known = Array(self.domains.values)
        let best = Registration.preference.first { known.contains($0) } ?? .unknown
        self.update { status in
            status.network.registration = best
            guard Registration(stat: report.stat).isRegistered else { return }
            status.network.lac = report.lac ?? status.network.lac
            status.network.cellID = report.cellID ?? status.network.cellID
            status.network.technology = report.accessTechnology?.name ?? status.network.technology
        }
    }

    private func readOperator() async throws {
        guard self.status.network.registration.isRegistered else {
            self.update {
                $0.network.operator = nil; $0.network.plmn = nil
            }
            return
        }
        for format in ["AT+COPS=3,0", "AT+COPS=3,2"] {
            _ = try await self.query(format)
            // During a USSD session names come in the session's character set: they are read afterwards.
            guard self.ussd.characterSet == .ira, let line = try await self.query("AT+COPS?").lines.first,
                let report = OperatorReport(answer: line), self.ussd.characterSet == .ira
            else { continue }
            self.update { status in
                status.network.operator = report.name ?? status.network.operator
                status.network.plmn = report.plmn ?? status.network.plmn
                status.network.technology = report.accessTechnology?.name ?? status.network.technology
            }
        }
    }

    private func readSignal() async throws {
        guard let line = try await self.query("AT+CSQ").lines.first, let quality = SignalQuality(line: line) else {
            return
        }
        self.update {
            $0.signal.rssi = quality.rssi
            $0.signal.percent = quality.percent
        }
    }

    private func readCell() async throws {
        let commands =
            switch self.profile?.cellQuery ?? .quectel {
            case .quectel: ["AT+QENG=\"servingcell\"", "AT+QCSQ"]
            case .simcom: ["AT+CPSI?"]
            }
        for command in commands {
            guard let line = try await self.query(command).lines.first, let cell = ServingCell(line: line) else {
                continue
            }
            self.update { $0.take(cell) }
        }
    }
}
