// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import ATProtocol
import Testing

/// Every variant that EC25 and SIM7600 were seen to print.
struct ParserTests {
    // MARK: Registration

    @Test(
        arguments: [
            ("+CREG: 0,1", 1, nil, nil, nil), ("+CREG: 0,3", 3, nil, nil, nil),
            ("+CREG: 2,1,\"2604\",\"6DA5A09\",7", 1, 0x2604, 0x6DA5A09, .eutran),
            ("+CEREG: 2,5,\"DE10\",\"5A29C0B\",7", 5, 0xDE10, 0x5A29C0B, .eutran),
            ("+CREG: 2,1,D509,80D413D,2", 1, 0xD509, 0x80D413D, .utran),
            ("+CGREG:0,5", 5, nil, nil, nil), ("0,1", 1, nil, nil, nil),
            ("+CREG: 2,2,\"FFFE\",\"FFFFFFF\"", 2, nil, nil, nil),
            // A registration report that slipped into the answer.
            ("+CREG: 1,\"D509\",\"80D413D\",7", 1, 0xD509, 0x80D413D, .eutran), ("+CREG: 2", 2, nil, nil, nil),
        ] as [(String, Int, Int?, Int?, AccessTechnology?)])
    func registrationAnswer(row: (String, Int, Int?, Int?, AccessTechnology?)) throws {
        let report = try #require(RegistrationReport(answer: row.0))
        #expect(report.stat == row.1)
        #expect(report.lac == row.2)
        #expect(report.cellID == row.3)
        #expect(report.accessTechnology == row.4)
    }

    @Test(
        arguments: [
            ("+CREG: 1,\"D509\",\"80D413D\",7", 1, 0xD509, 0x80D413D, .eutran), ("+CREG: 5", 5, nil, nil, nil),
            ("+CEREG: 1,\"DE10\",\"5A29C0B\",7", 1, 0xDE10, 0x5A29C0B, .eutran), ("+CREG: 0,,", 0, nil, nil, nil),
        ] as [(String, Int, Int?, Int?, AccessTechnology?)])
    func registrationUnsolicited(row: (String, Int, Int?, Int?, AccessTechnology?)) throws {
        let report = try #require(RegistrationReport(unsolicited: row.0))
        #expect(report.stat == row.1)
        #expect(report.lac == row.2)
        #expect(report.cellID == row.3)
        #expect(report.accessTechnology == row.4)
    }

    @Test(arguments: ["+CREG: ", "+CREG: x", "+CREG: 0,99", "+CREG: -1", ""])
    func registrationThatIsNone(line: String) {
        #expect(RegistrationReport(unsolicited: line) == nil || RegistrationReport(answer: line) == nil)
    }

    // MARK: Operator and signal

    @Test(
        arguments: [
            ("+COPS: 0,0,\"T-Mobile EIOTCLUB\",7", "T-Mobile EIOTCLUB", nil, "LTE"),
            ("+COPS: 0,2,\"310260\",7", nil, "310260", "LTE"),
            ("+COPS: 1,0,\"Cell C  Cell C\",7", "Cell C", nil, "LTE"),
            ("+COPS: 0,0,\"Orange F Orange F\",2", "Orange F", nil, "UMTS"),
            ("+COPS: 0", nil, nil, nil), ("+COPS: 0,0,\"IND airtel airtel\",0", "IND airtel airtel", nil, "GSM"),
            ("+COPS: 0,2,26201", nil, "26201", nil),
            ("+COPS: 0,0,\"\",7", nil, nil, "LTE"), ("+COPS: 0,0,\"A A\",6", "A", nil, "HSPA"),
        ] as [(String, String?, String?, String?)])
    func networkOperator(row: (String, String?, String?, String?)) throws {
        let report = try #require(OperatorReport(answer: row.0))
        #expect(report.name == row.1)
        #expect(report.plmn == row.2)
        #expect(report.accessTechnology?.name == row.3)
    }

    @Test(
        arguments: [
            ("+CSQ: 18,99", -77, 58), ("+CSQ: 0,0", -113, 0), ("+CSQ: 31,99", -51, 100), ("+CSQ: 99,99", nil, nil),
            ("+CSQ:20,99", -73, 64),
            ("+CSQ: 191,99", -25, 100), ("+CSQ: 199,99", nil, nil), ("20,99", -73, 64), ("+CSQ: -5,0", nil, nil),
        ] as [(String, Int?, Int?)])
    func signal(row: (String, Int?, Int?)) throws {
        let quality = try #require(SignalQuality(line: row.0))
        #expect(quality.rssi == row.1)
        #expect(quality.percent == row.2)
    }

    // MARK: Serving cell

    struct Cell: Sendable, CustomTestStringConvertible {
        let line: String
        let technology: String
        var plmn: String?
        var lac: Int?
        var cellID: Int?
        var rssi: Int?
        var rsrp: Int?
        var rsrq: Double?
        var sinr: Double?

        var testDescription: String { self.line }
    }

    @Test(arguments: [
        Cell(line: "+QCSQ: \"LTE\",85,-124,55,-18", technology: "LTE", rssi: -85, rsrp: -124, rsrq: -18, sinr: -9),
        Cell(line: "+QCSQ: \"LTE\",-69,-102,150,-12", technology: "LTE", rssi: -69, rsrp: -102, rsrq: -12, sinr: 10),
        Cell(line: "+QCSQ: \"GSM\",-71", technology: "GSM", rssi: -71),
        Cell(line: "+QCSQ: \"WCDMA\",-71,-80,5", technology: "UMTS", rssi: -71),
        Cell(
            line:
                "+QENG: \"servingcell\",\"NOCONN\",\"LTE\",\"FDD\",302,220,188E598,428,66935,66,5,5,2CEE,-122,-19,-82,-9,5",
            technology: "LTE", plmn: "302220", lac: 0x2CEE, cellID: 0x188E598, rssi: -82, rsrp: -122, rsrq: -19,
            sinr: -9),
        Cell(
            line:
                "+QENG: \"servingcell\",\"LIMSRV\",\"LTE\",\"FDD\",262,1,1452808,315,5035,12,2,2,3AFD,-104,-11,-78,12,20",
            technology: "LTE", plmn: "26201", lac: 0x3AFD, cellID: 0x1452808, rssi: -78, rsrp: -104, rsrq: -11, sinr: 12
        ),
        Cell(
            line: "+QENG: \"servingcell\",\"CONNECT\",\"WCDMA\",440,10,75,6FE0090,10736,58,0,-78,-3,-,-,-,-,-",
            technology: "UMTS", plmn: "44010", lac: 0x75, cellID: 0x6FE0090),
        Cell(
            line: "+CPSI: LTE,Online,310-260,0x3F29,89815063,125,EUTRAN-BAND12,5035,2,2,-196,-1167,-832,7",
            technology: "LTE",
            plmn: "310260", lac: 0x3F29, cellID: 89_815_063, rssi: -83, rsrp: -117, rsrq: -19.6, sinr: 7),
        Cell(
            line: "+CPSI: LTE,Online,466-92,0x639D,1234567,430,EUTRAN-BAND7,3050,5,5,-103,-998,-722,13",
            technology: "LTE",
            plmn: "46692", lac: 0x639D, cellID: 1_234_567, rssi: -72, rsrp: -100, rsrq: -10.3, sinr: 13),
        Cell(
            line: "+CPSI: WCDMA,Online,250-20,0x4D07,4487261,WCDMA IMT 2000,38,10563,0,4.0,69,32,46,500",
            technology: "UMTS",
            plmn: "25020", lac: 0x4D07, cellID: 4_487_261),
        Cell(
            line: "+CPSI: GSM,Online,262-02,0x011f,18121,6 EGSM 900,-67,0,0-0", technology: "GSM", plmn: "26202",
            lac: 0x11F,
            cellID: 18121, rssi: -67),
    ])
    func servingCell(row: Cell) throws {
        let cell = try #require(ServingCell(line: row.line))
        #expect(cell.technology == row.technology)
        #expect(cell.plmn == row.plmn)
        #expect(cell.lac == row.lac)
        #expect(cell.cellID == row.cellID)
        #expect(cell.rssi == row.rssi)
        #expect(cell.rsrp == row.rsrp)
        #expect(cell.rsrq == row.rsrq)
        #expect(cell.sinr == row.sinr)
    }

    @Test(arguments: [
        "+QCSQ: \"NOSERVICE\"", "+QENG: \"servingcell\",\"SEARCH\"", "+CPSI: NO SERVICE,Online", "+CPSI: ", "+CSQ: 1,2",
        "",
        "+QENG: \"servingcell\"",
    ])
    func noServiceIsNoCell(line: String) {
        #expect(ServingCell(line: line) == nil)
    }

    @Test func valuesOutOfRangeAreUnknown() throws {
        let cell = try #require(ServingCell(line: "+QCSQ: \"LTE\",0,-999999999999,9223372036854775807,5"))
        #expect(cell == ServingCell(line: "+QCSQ: \"LTE\""))
        #expect(ServingCell(line: "+QCSQ: \"LTE\",-9223372036854775808")?.rssi == nil)
    }

    // MARK: SIM

    @Test(arguments: [
        ("+CPIN: READY", PINState.ready), ("+CPIN:READY", .ready), ("+CPIN: \"SIM PIN\"", .pin),
        ("+CPIN: SIM PUK", .puk),
        ("+CPIN: SIM PIN2", .pin2), ("+CPIN: NOT READY", .starting), ("+CPIN: NOT INSERTED", .absent),
        ("+CPIN: PH-NET PIN", .personalization("PH-NET PIN")), ("+CPIN: WHAT", .unknown("WHAT")),
    ])
    func pinLine(row: (String, PINState)) {
        #expect(PINState(line: row.0) == row.1)
        #expect(PINState(response: ATResponse(command: "AT+CPIN?", lines: [row.0], result: .ok)) == row.1)
    }

    @Test(arguments: [
        ("+CME ERROR: 10", PINState.absent), ("+CME ERROR: SIM not inserted", .absent), ("+CME ERROR: 11", .pin),
        ("+CME ERROR: 12", .puk),
        ("+CME ERROR: 13", .failed), ("+CME ERROR: 14", .starting), ("+CME ERROR: SIM busy", .starting),
        ("ERROR", .unknown("ERROR")),
    ])
    func pinError(row: (String, PINState)) throws {
        let result = try #require(FinalResult(line: row.0))
        #expect(PINState(response: ATResponse(command: "AT+CPIN?", lines: [], result: result)) == row.1)
    }

    @Test(
        arguments: [
            (["+QPINC: \"SC\",3,10", "+QPINC: \"P2\",2,10"], Int?(3)),
            (["+QPINC: \"P2\",2,10", "+QPINC: \"SC\",1,10"], 1),
            (["+QPINC:0,3,10"], 3), (["+SPIC: 2,10,0,10"], 2), ([], nil), (["+QPINC: \"P2\",2,10"], nil),
        ] as [([String], Int?)])
    func pinTries(row: ([String], Int?)) {
        #expect(PINState.remainingTries(row.0) == row.1)
    }

    @Test(arguments: [
        ("+CNUM: \"\",\"+33639980001\",145", String?("+33639980001")), ("+CNUM: ,\"0639980001\",129", "0639980001"),
        ("+CNUM: \"Line 1\",\"33639980001\",145", "+33639980001"), ("+CNUM: \"\",\"\",145", nil), ("+CNUM: ", nil),
        ("OK", nil),
    ])
    func ownNumber(row: (String, String?)) {
        #expect(OwnNumber(lines: [row.0])?.number == row.1)
    }

    @Test func ownNumberIsTheFirstThatIsOne() {
        #expect(OwnNumber(lines: ["+CNUM: \"\",\"\",129", "+CNUM: \"\",\"0639980001\",129"])?.number == "0639980001")
    }

    // MARK: Messages

    @Test(arguments: ["+CMGR: 0,\"\",38", "+CMGR: 0,,38", "+CMGR:0,38", "+CMGR: 0,\"a,b\",38"])
    func storedMessage(header: String) throws {
        let stored = try #require(StoredPDU(readResponse: [header, "0791AA"], index: 5))
        #expect(
            stored.index == 5 && stored.stat == 0 && stored.length == 38 && stored.pdu == "0791AA" && stored.isReceived)
    }

    @Test(
        arguments: [[], ["+CMGR: 0,,38"], ["+CMGR: 0,,0", "not hex"], ["0791AA"], ["+CMGR: ", "0791AA"]] as [[String]])
    func emptySlot(lines: [String]) {
        #expect(StoredPDU(readResponse: lines, index: 5) == nil)
    }

    @Test func listLeavesOutWhatMakesNoSense() {
        let lines = [
            "+CMGL: 1,1,\"\",4", "00040000", "+CMGL: x,1,,4", "00040001", "+CMGL: 3,2,,4", "00040002", "+CMGL: 4,0,,4",
            "+CMGL: 7,0,,4", "00040003",
        ]
        let list = StoredPDU.list(lines)
        #expect(list.map(\.index) == [1, 3, 7])
        #expect(list.map(\.isReceived) == [true, false, true])
    }

    @Test(arguments: [
        ("+CMT: ,25", false, 25), ("+CMT: \"\",25", false, 25), ("+CDS: 25", true, 25), ("+CMT:25", false, 25),
    ])
    func directMessage(row: (String, Bool, Int)) throws {
        let direct = try #require(DirectPDU(UnsolicitedResult(line: row.0, continuation: "0791AA")))
        #expect(direct.isStatusReport == row.1 && direct.length == row.2 && direct.pdu == "0791AA")
        #expect(DirectPDU(UnsolicitedResult(line: row.0)) == nil)
    }

    @Test(
        arguments: [
            ("+CMTI: \"SM\",2", "SM", 2, false), ("+CMTI: \"ME\",0", "ME", 0, false), ("+CMTI: ,-1", nil, nil, false),
            ("+CDSI: \"SM\",0", "SM", 0, true), ("+CMTI: ME,7", "ME", 7, false),
        ] as [(String, String?, Int?, Bool)])
    func messageIndication(row: (String, String?, Int?, Bool)) throws {
        let indication = try #require(MessageIndication(UnsolicitedResult(line: row.0)))
        #expect(indication.memory == row.1 && indication.index == row.2 && indication.isStatusReport == row.3)
    }

    @Test func storageUsage() throws {
        let named = try #require(StorageUsage(line: "+CPMS: \"ME\",3,255,\"SM\",50,50,\"ME\",3,255"))
        #expect(named.memories.map(\.name) == ["ME", "SM", "ME"])
        #expect(named.memories.map(\.isFull) == [false, true, false])
        #expect(StorageUsage(line: "+CPMS: 0,25,0,25,0,25")?.memories.map(\.total) == [25, 25, 25])
        #expect(StorageUsage(line: "+CPMS: ") == nil)
    }

    @Test(arguments: [
        ("+CMTI: \"ME\",3", "+CMTI"), ("RING", "RING"), ("VOICE CALL: END: 000034", "VOICE CALL"),
        ("+QIND: SMS DONE", "+QIND"),
        ("+QSIMSTAT : 1,1", "+QSIMSTAT"), ("\"a:b\"", "\"a:b\""), ("SMS DONE", "SMS DONE"), ("+SMS FULL", "+SMS FULL"),
    ])
    func unsolicitedPrefix(row: (String, String)) {
        #expect(UnsolicitedResult(line: row.0).prefix == row.1)
    }
}
