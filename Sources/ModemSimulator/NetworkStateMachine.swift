// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import SMSPDU

/// Mobile network and service centre in one, without clock and modems: submissions in, deliveries out.
struct NetworkStateMachine: Sendable {
    enum Action: Sendable, Equatable {
        case deliver(NetworkDelivery, modem: String)
    }

    /// What the sender gets when the delivery has been accepted.
    struct ReportRequest: Sendable {
        var modem: String
        var messageReference: UInt8
        var recipient: Address
        var timestamp: Timestamp?
    }

    /// A SIM of the network, with what waits for it.
    struct Subscriber: Sendable {
        /// Far more than a test sends while a modem is away; beyond it the network refuses with congestion.
        static let queueLimit = 100_000

        var number: String
        var serviceCentre: String
        var waiting = DeliveryQueue()
        var inFlight: NetworkDelivery?
        /// It could not take the last delivery; the network waits for a sign of life or of room.
        var isDeferred = false
        var attempts: [Int: Int] = [:]
    }

    /// RP cause 42, "congestion" (TS 24.011 table 8.4).
    static let congestion = 42
    /// +CMS ERROR 304, "invalid PDU mode parameter".
    static let invalidPDU = 304

    private(set) var log = NetworkLog()
    private var subscribers: [String: Subscriber] = [:]
    private var modemOfNumber: [String: String] = [:]
    private var reports: [Int: ReportRequest] = [:]
    private var nextDelivery = 1
    private var nextConcatenation: UInt16 = 0
    private var actions: [Action] = []

    mutating func add(modem: String, number: String, serviceCentre: String) {
        self.subscribers[modem] = Subscriber(number: number, serviceCentre: serviceCentre)
        self.modemOfNumber[number] = modem
    }

    mutating func takeActions() -> [Action] {
        defer { self.actions = [] }
        return self.actions
    }

    mutating func takeFreshEntries() -> [NetworkLogEntry] {
        self.log.takeFresh()
    }

    /// How many deliveries wait for a modem, the one being handed over included.
    func waitingCount(_ modem: String) -> Int {
        guard let subscriber = self.subscribers[modem] else { return 0 }
        return subscriber.waiting.count + (subscriber.inFlight == nil ? 0 : 1)
    }

    /// National numbers of the network's country (+33) are made international.
    static func normalized(_ number: String) -> String {
        if number.hasPrefix("00") { return "+" + number.dropFirst(2) }
        if number.hasPrefix("0"), number.count == 10 { return "+33" + number.dropFirst() }
        return number
    }
}

// MARK: - From a modem

extension NetworkStateMachine {
    mutating func submit(_ submission: MessageSubmission, from modem: String, now: Int64) -> SubmissionOutcome {
        let decoded = try? ShortMessagePDU.decode(submission.pdu, direction: .mobileOriginated)
        guard case .submit(let submit) = decoded?.pdu.tpdu, let sender = self.subscribers[modem] else {
            return self.refuse(submission, modem: modem, cause: Self.invalidPDU, to: nil, now: now)
        }
        let destination = Self.normalized(submit.destination.text)
        let recipient = self.modemOfNumber[destination]
        let outside = recipient == nil ? OutsideNumber(number: destination) : nil
        if let cause = outside?.refusal ?? self.congestionCause(recipient) {
            return self.refuse(submission, modem: modem, cause: cause, to: destination, now: now)
        }
        self.logSubmission(submission, submit, from: sender.number, to: destination, modem: modem, now: now)
        let timestamp = Self.timestamp(now)
        let request = ReportRequest(
            modem: modem, messageReference: submission.reference, recipient: submit.destination, timestamp: timestamp)
        if let recipient {
            self.forward(
                submit, from: sender.number, to: recipient, request: submit.statusReportRequest ? request : nil,
                now: now)
        } else {
            if submit.statusReportRequest {
                for status in outside?.statuses ?? [0x00] { self.report(status, request, now: now) }
            }
            if outside == .echo { self.echo(submit, to: modem, now: now) }
        }
        return .accepted
    }

    mutating func requested(ussd text: String, modem: String, now: Int64) {
        var entry = NetworkLogEntry(kind: .ussd, modem: modem, time: now)
        entry.text = text
        self.log.append(entry)
    }

    private func congestionCause(_ recipient: String?) -> Int? {
        guard let recipient, let subscriber = self.subscribers[recipient] else { return nil }
        return subscriber.waiting.count >= Subscriber.queueLimit ? Self.congestion : nil
    }

    private mutating func refuse(
        _ submission: MessageSubmission, modem: String, cause: Int, to destination: String?, now: Int64
    ) -> SubmissionOutcome {
        var entry = NetworkLogEntry(kind: .refused, modem: modem, time: now)
        entry.pdu = submission.pdu
        entry.messageReference = Int(submission.reference)
        entry.to = destination
        entry.cause = cause
        self.log.append(entry)
        return .refused(cause)
    }

    private mutating func logSubmission(
        _ submission: MessageSubmission, _ submit: SMSSubmit, from sender: String, to destination: String,
        modem: String, now: Int64
    ) {
        var entry = NetworkLogEntry(kind: .submitted, modem: modem, time: now)
        entry.pdu = submission.pdu
        entry.messageReference = Int(submission.reference)
        entry.from = sender
        entry.to = destination
        entry.text = submit.userData.text
        entry.requestsStatusReport = submit.statusReportRequest
        self.log.append(entry)
    }

    private mutating func forward(
        _ submit: SMSSubmit, from sender: String, to modem: String, request: ReportRequest?, now: Int64
    ) {
        guard let originator = try? Address(sender) else { return }
        let deliver = SMSDeliver(
            originator: originator, protocolIdentifier: submit.protocolIdentifier, dataCoding: submit.dataCoding,
            timestamp: Self.timestamp(now), statusReportIndication: request != nil, replyPath: submit.replyPath,
            userData: submit.userData)
        self.queue(deliver, for: modem, request: request, now: now)
    }

    private mutating func echo(_ submit: SMSSubmit, to modem: String, now: Int64) {
        let deliver = SMSDeliver(
            originator: submit.destination, dataCoding: submit.dataCoding, timestamp: Self.timestamp(now),
            userData: submit.userData)
        self.queue(deliver, for: modem, request: nil, now: now)
    }

    private mutating func report(_ status: UInt8, _ request: ReportRequest, now: Int64) {
        let report = SMSStatusReport(
            messageReference: request.messageReference, recipient: request.recipient, timestamp: request.timestamp,
            dischargeTime: Self.timestamp(now), status: TPStatus(rawValue: status))
        guard let encoded = self.encoded(.statusReport(report), for: request.modem) else { return }
        let delivery = NetworkDelivery(
            id: self.takeDeliveryNumber(), kind: .statusReport, pdu: encoded.hex, length: encoded.length)
        var entry = NetworkLogEntry(kind: .queued, modem: request.modem, time: now, delivery: delivery.id)
        entry.pdu = delivery.pdu
        entry.messageReference = Int(request.messageReference)
        entry.from = request.recipient.text
        entry.isStatusReport = true
        self.log.append(entry)
        self.enqueue(delivery, modem: request.modem, now: now)
    }

    private static func timestamp(_ now: Int64) -> Timestamp? {
        Timestamp(unixTime: now, quartersAheadOfUTC: SimulatedModemStateMachine.zoneQuarters)
    }

    private func encoded(_ tpdu: TPDU, for modem: String) -> EncodedPDU? {
        let centre = self.subscribers[modem].flatMap { try? Address($0.serviceCentre) }
        return try? ShortMessagePDU(serviceCentre: centre, tpdu: tpdu).encoded()
    }

    private mutating func takeDeliveryNumber() -> Int {
        defer { self.nextDelivery += 1 }
        return self.nextDelivery
    }
}

// MARK: - To a modem

extension NetworkStateMachine {
    /// A text from an outside number; one longer than a TPDU goes in concatenated parts.
    ///
    /// - Parameter sender: a number, or a name of at most eleven characters.
    /// - Returns: the deliveries' numbers.
    mutating func deliver(
        text: String, from sender: String, to modem: String, now: Int64
    ) throws(PDUError) -> [Int] {
        let isNumber = sender.hasPrefix("+") || sender.allSatisfy { $0.isDecimalDigit || $0 == "*" || $0 == "#" }
        let originator = isNumber ? try Address(sender) : try Address.alphanumeric(sender)
        self.nextConcatenation = (self.nextConcatenation + 1) & 0xFF
        let segmentation = try MessageSegmenter().segment(text, reference: self.nextConcatenation)
        return segmentation.parts.compactMap { part in
            let deliver = SMSDeliver(
                originator: originator, dataCoding: segmentation.dataCoding, timestamp: Self.timestamp(now),
                userData: part)
            return self.queue(deliver, for: modem, request: nil, now: now)
        }
    }

    /// A PDU as it is, also one that no codec reads.
    ///
    /// - Parameter hexadecimal: service centre address and TPDU.
    mutating func deliver(pdu hexadecimal: String, to modem: String, now: Int64) throws(PDUError) -> Int {
        let octets = try [UInt8](hexadecimal: hexadecimal)
        let length = max(0, octets.count - 1 - Int(octets.first ?? 0))
        let delivery = NetworkDelivery(
            id: self.takeDeliveryNumber(), kind: .message(class: nil), pdu: octets.hexadecimal, length: length)
        var entry = NetworkLogEntry(kind: .queued, modem: modem, time: now, delivery: delivery.id)
        entry.pdu = delivery.pdu
        self.log.append(entry)
        self.enqueue(delivery, modem: modem, now: now)
        return delivery.id
    }

    @discardableResult
    private mutating func queue(
        _ deliver: SMSDeliver, for modem: String, request: ReportRequest?, now: Int64
    ) -> Int? {
        guard let encoded = self.encoded(.deliver(deliver), for: modem) else { return nil }
        let delivery = NetworkDelivery(
            id: self.takeDeliveryNumber(), kind: .message(class: deliver.dataCoding.messageClass), pdu: encoded.hex,
            length: encoded.length)
        var entry = NetworkLogEntry(kind: .queued, modem: modem, time: now, delivery: delivery.id)
        entry.pdu = delivery.pdu
        entry.from = deliver.originator.text
        entry.to = self.subscribers[modem]?.number
        entry.text = deliver.userData.text
        self.log.append(entry)
        if let request { self.reports[delivery.id] = request }
        self.enqueue(delivery, modem: modem, now: now)
        return delivery.id
    }

    private mutating func enqueue(_ delivery: NetworkDelivery, modem: String, now: Int64) {
        self.subscribers[modem]?.waiting.append(delivery)
        self.next(modem, now: now)
    }

    private mutating func next(_ modem: String, now: Int64) {
        guard var subscriber = self.subscribers[modem], subscriber.inFlight == nil, !subscriber.isDeferred,
            let delivery = subscriber.waiting.popFirst()
        else { return }
        let attempt = subscriber.attempts.removeValue(forKey: delivery.id).map { $0 + 1 } ?? 1
        subscriber.attempts[delivery.id] = attempt
        subscriber.inFlight = delivery
        self.subscribers[modem] = subscriber
        var entry = NetworkLogEntry(kind: .attempted, modem: modem, time: now, delivery: delivery.id)
        entry.attempt = attempt
        self.log.append(entry)
        self.actions.append(.deliver(delivery, modem: modem))
    }

    mutating func acknowledged(_ number: Int, _ outcome: DeliveryOutcome, modem: String, now: Int64) {
        guard let delivery = self.subscribers[modem]?.inFlight, delivery.id == number else { return }
        self.subscribers[modem]?.inFlight = nil
        guard outcome == .accepted else {
            var entry = NetworkLogEntry(kind: .deferred, modem: modem, time: now, delivery: number)
            entry.reason = outcome.rawValue
            self.log.append(entry)
            self.subscribers[modem]?.waiting.putBack(delivery)
            self.subscribers[modem]?.isDeferred = true
            return
        }
        self.subscribers[modem]?.attempts[number] = nil
        self.log.append(NetworkLogEntry(kind: .accepted, modem: modem, time: now, delivery: number))
        if let request = self.reports.removeValue(forKey: number) { self.report(0x00, request, now: now) }
        self.next(modem, now: now)
    }

    /// The modem is back, or has room again.
    mutating func reachable(_ modem: String, now: Int64) {
        self.subscribers[modem]?.isDeferred = false
        self.next(modem, now: now)
    }

    mutating func deleted(_ number: Int, memory: MemoryName, index: Int, modem: String, now: Int64) {
        var entry = NetworkLogEntry(kind: .deleted, modem: modem, time: now, delivery: number)
        entry.memory = memory.rawValue
        entry.index = index
        self.log.append(entry)
    }
}
