// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Testing

@testable import ModemSimulator

/// Exact answers, echo off. Where they come from is written at the tables of the models.
@Suite struct AnswerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let model: SimulatedModemModel
        let command: String
        let answer: String
        var testDescription: String { "\(self.model.rawValue) \(self.command)" }

        init(_ model: SimulatedModemModel, _ command: String, _ answer: String) {
            self.model = model
            self.command = command
            self.answer = answer
        }
    }

    private static func text(_ lines: String...) -> String {
        "\r\n" + lines.joined(separator: "\r\n") + "\r\n\r\nOK\r\n"
    }

    static let ok = "\r\nOK\r\n"
    static let error = "\r\nERROR\r\n"

    static let ec25: [Row] = [
        Row(.ec25, "AT", ok),
        Row(.ec25, "ATI", text("Quectel", "EC25", "Revision: EC25EFAR06A08M4G")),
        Row(.ec25, "AT+CGMI", text("Quectel")),
        Row(.ec25, "AT+CGMM", text("EC25")),
        Row(.ec25, "AT+CGMR", text("EC25EFAR06A08M4G")),
        Row(.ec25, "AT+GMR", text("EC25EFAR06A08M4G")),
        Row(.ec25, "AT+CGSN", text("860000399800019")),
        Row(.ec25, "AT+CIMI", text("001013639980001")),
        Row(.ec25, "AT+CPIN?", text("+CPIN: READY")),
        Row(.ec25, "AT+QPINC?", text("+QPINC: \"SC\",3,10", "+QPINC: \"P2\",3,10")),
        Row(.ec25, "AT+QCCID", text("+QCCID: 8900000036399800017F")),
        Row(.ec25, "AT+CNUM", text("+CNUM: ,\"+33639980001\",145")),
        Row(.ec25, "AT+CREG?", text("+CREG: 0,1")),
        Row(.ec25, "AT+CREG=2;+CREG?", text("+CREG: 2,1,\"2604\",\"6DA5A09\",7")),
        Row(.ec25, "AT+CEREG=2;+CEREG?", text("+CEREG: 2,1,\"2604\",\"6DA5A09\",7")),
        Row(.ec25, "AT+COPS?", text("+COPS: 0,0,\"Modemgate Test\",7")),
        Row(.ec25, "AT+COPS=3,2;+COPS?", text("+COPS: 0,2,\"00101\",7")),
        Row(.ec25, "AT+CSQ", text("+CSQ: 22,99")),
        Row(.ec25, "AT+QCSQ", text("+QCSQ: \"LTE\",-69,-102,150,-12")),
        Row(.ec25, "AT+QNWINFO", text("+QNWINFO: \"FDD LTE\",\"00101\",\"LTE BAND 3\",1650")),
        Row(
            .ec25, "AT+QENG=\"servingcell\"",
            text(
                "+QENG: \"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",001,01,6DA5A09,315,1650,3,5,5,2604,-102,-12,-69,10,20"
            )),
        Row(.ec25, "AT+CSMS?", text("+CSMS: 0,1,1,1")),
        Row(.ec25, "AT+CPMS?", text("+CPMS: \"ME\",0,255,\"ME\",0,255,\"ME\",0,255")),
        Row(.ec25, "AT+CPMS=\"SM\"", text("+CPMS: 0,50,0,255,0,255")),
        Row(.ec25, "AT+CNMI?", text("+CNMI: 2,1,0,0,0")),
        Row(.ec25, "AT+CSCA?", text("+CSCA: \"+33639980000\",145")),
        Row(.ec25, "AT+CSCS=\"UCS2\";+CSCA?", text("+CSCA: \"\(UCS2Text.hexadecimal("+33639980000"))\",145")),
        Row(.ec25, "AT+CMGR=0", ok),
        Row(.ec25, "AT+CMGR=255", "\r\n+CMS ERROR: 321\r\n"),
        Row(.ec25, "AT+CMGL=4", ok),
        Row(.ec25, "AT+CMGD=?", text("+CMGD: (),(0-4)")),
        Row(.ec25, "AT+CMGD=3", ok),
        Row(.ec25, "AT+CNMA", "\r\n+CMS ERROR: 340\r\n"),
        Row(.ec25, "AT+CMEE?", text("+CMEE: 1")),
        Row(.ec25, "AT+CLIP=1", ok),
        Row(.ec25, "AT+CLIP?", text("+CLIP: 0,1")),
        Row(.ec25, "AT+CFUN?", text("+CFUN: 1")),
        Row(.ec25, "AT+CPAS", text("+CPAS: 0")),
        Row(.ec25, "AT+CEER", text("+CEER: 5,36")),
        Row(.ec25, "AT+CLCC", text("+CLCC: 1,1,0,1,0,\"\",128")),
        Row(.ec25, "AT+QINDCFG=\"smsfull\"", text("+QINDCFG: \"smsfull\",0")),
        Row(.ec25, "AT+QURCCFG=\"urcport\"", text("+QURCCFG: \"urcport\",\"usbat\"")),
        Row(.ec25, "AT+QURCCFG?", error),
        Row(.ec25, "AT+QCFG=\"USBCFG\"", text("+QCFG: \"usbcfg\",0x2C7C,0x0125,1,1,1,1,1,0,0")),
        Row(.ec25, "AT+CCLK?", text("+CCLK: \"26/11/21,13:00:00+04\"")),
        Row(.ec25, "AT+QLTS=1", text("+QLTS: \"2026/11/21,13:00:00+04,0\"")),
        Row(.ec25, "AT+QLTS=2", text("+QLTS: \"2026/11/21,14:00:00+04,0\"")),
        Row(.ec25, "ATD+33639980100;", "\r\nNO CARRIER\r\n"),
        Row(.ec25, "ATH", ok),
        Row(.ec25, "AT&F", ok),
        Row(.ec25, "AT+CPSI?", error),
        Row(.ec25, "AT+MODE=2", error),
    ]

    static let sim7600: [Row] = [
        Row(
            .sim7600, "ATI",
            "Manufacturer: SIMCOM INCORPORATED\r\nModel: SIMCOM_SIM7600G-H\r\nRevision: SIM7600M22_V2.0\r\n"
                + "SVN: 01\r\nIMEI: 860000399800027\r\n+GCAP: +CGSM\r\n\r\nOK\r\n"),
        Row(.sim7600, "AT+CGMI", text("SIMCOM INCORPORATED")),
        Row(.sim7600, "AT+CGMM", text("SIMCOM_SIM7600G-H")),
        Row(.sim7600, "AT+CGMR", text("+CGMR: LE20B04SIM7600G22")),
        Row(.sim7600, "AT+CGSN", text("860000399800027")),
        Row(.sim7600, "AT+CICCID", "\r\n+ICCID: 8900000036399800025\r\nOK\r\n"),
        Row(.sim7600, "AT+CNUM", text("+CNUM: \"\",\"+33639980002\",145")),
        Row(.sim7600, "AT+SPIC", text("+SPIC: 3,10,0,10")),
        Row(.sim7600, "AT+CREG=2;+CREG?", text("+CREG: 2,1,\"2604\",\"6DA5A09\"")),
        Row(.sim7600, "AT+CEREG=2;+CEREG?", text("+CEREG: 2,1,\"2604\",\"6DA5A09\",7")),
        Row(.sim7600, "AT+COPS?", text("+COPS: 0,0,\"Modemgate Test  Modemgate Test\",7")),
        Row(
            .sim7600, "AT+CPSI?",
            text(
                "+CPSI: LTE,Online,001-01,0x2604,114973193,315,EUTRAN-BAND3,1650,5,5,-122,-1020,-690,10")),
        Row(.sim7600, "AT+CNSMOD?", text("+CNSMOD: 0,8")),
        Row(.sim7600, "AT+CPMS?", text("+CPMS: \"SM\",0,50,\"SM\",0,50,\"SM\",0,50")),
        Row(.sim7600, "AT+CSMS=?", text("+CSMS: (0-1)")),
        Row(.sim7600, "AT+CPMS=?", text("+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\"),(\"ME\",\"SM\")")),
        Row(.sim7600, "AT+CMEE?", text("+CMEE: 2")),
        Row(.sim7600, "AT+CMEE=1;+CMGR=0", "\r\n+CMS ERROR: 321\r\n"),
        Row(.sim7600, "AT+CLVL?", "\r\n\r\n+CLVL: 4\r\n\r\nOK\r\n"),
        Row(.sim7600, "AT+CLCC=?", text("+CLCC: (0-1)")),
        Row(.sim7600, "AT+CCLK?", text("+CCLK: \"26/11/21,14:00:00+04\"")),
        Row(.sim7600, "AT+CPCMREG=1", error),
        Row(.sim7600, "AT+CPCMREG=0", ok),
        Row(.sim7600, "AT+CSPN?", text("+CSPN: \"\",0")),
        Row(.sim7600, "AT+QENG=\"servingcell\"", error),
        Row(.sim7600, "AT+CREG?;+CSQ", "\r\n+CREG: 0,1\r\n\r\n+CSQ: 22,99\r\n\r\nOK\r\n"),
    ]

    @Test(arguments: ec25 + sim7600)
    func exactAnswer(_ row: Row) {
        var bench = Bench(row.model)
        #expect(bench.type(row.command) == row.answer)
    }

    @Test(arguments: ec25 + sim7600)
    func sameAnswerByteByByte(_ row: Row) {
        var bench = Bench(row.model)
        let answer = (row.command + "\r").map { bench.send(String($0)) }.joined()
        #expect(answer == row.answer)
    }

    /// The fields of `GET /api/modems` come from these; none may be empty on a registered modem.
    @Test(arguments: SimulatedModemModel.allCases)
    func activeProfileAndListsAreThere(_ model: SimulatedModemModel) {
        var bench = Bench(model)
        #expect(bench.type("AT&V").contains(model == .ec25 ? "\r\nE: 0\r\n" : "E: 0; "))
        let list = bench.type("AT+CLAC")
        #expect(list.contains("\r\n+CREG\r\n"))
        #expect(list.contains("+CMGS") == (model == .sim7600))
    }

    @Test func profileOfTheSIM7600HoldsRawBytes() throws {
        var bench = Bench(.sim7600)
        let actions = bench.machine.received(Array("AT&V\r".utf8), port: 0)
        guard case .write(let bytes, _)? = actions.first else {
            Issue.record("nothing was written")
            return
        }
        #expect(bytes.filter { $0 == 0xFF }.count == 16)
    }
}
