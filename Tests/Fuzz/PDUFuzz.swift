// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors
//
// Fuzzes: SMSPDU
//
// Nothing that a modem can say traps, what was decoded and can be encoded decodes to the same, and a text comes out of
// its parts as it went in.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPDU(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 1 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    switch input[0] & 0x03 {
    case 0, 1:
        fuzzDecoding(Array(input.dropFirst()), direction: input[0] & 0x01 == 0 ? .mobileTerminated : .mobileOriginated)
    case 2: fuzzText(input[0], String(decoding: input.dropFirst(), as: UTF8.self))
    case 3 where input[0] & 0x04 != 0: fuzzPush(Array(input.dropFirst()))
    default: _ = try? ShortMessagePDU.decode(String(decoding: input, as: UTF8.self), direction: .mobileTerminated)
    }
    return 0
}

private func fuzzDecoding(_ octets: [UInt8], direction: PDUDirection) {
    for hasServiceCentre in [true, false] {
        guard
            let decoded = try? ShortMessagePDU.decode(octets, direction: direction, hasServiceCentre: hasServiceCentre)
        else { continue }
        touch(decoded.pdu.tpdu)
        guard let encoded = try? decoded.pdu.encoded() else { continue }
        let again = try? ShortMessagePDU.decode(encoded.hex, direction: direction)
        precondition(again?.pdu == decoded.pdu, "encoding and decoding changed the message")
    }
}

/// Reads what is computed only when asked for.
private func touch(_ tpdu: TPDU) {
    let userData: UserData?
    switch tpdu {
    case .deliver(let message): userData = message.originator.text.isEmpty ? nil : message.userData
    case .deliverReport(let message): userData = message.parameters.userData
    case .submit(let message): userData = (message.validity?.seconds ?? 0) < 0 ? nil : message.userData
    case .submitReport(let message): userData = message.parameters.userData
    case .statusReport(let message): userData = message.status.text.isEmpty ? nil : message.userData
    case .command(let message): userData = message.data
    }
    guard let userData else { return }
    precondition(userData.header.count < 256 && userData.data.count < 256)
    _ = userData.encoding.name
    _ = UserData.joined([userData, userData])
    for element in userData.header { _ = MessageWaiting(element) }
    fuzzPush(userData.data, ports: userData.ports)
}

/// A WAP push is recognised by its port alone; what is in it may be anything.
private func fuzzPush(_ octets: [UInt8], ports: ApplicationPorts? = nil) {
    for ports in [ports, ApplicationPorts(destination: WAPPush.port, source: 0)] {
        guard let push = WAPPush(data: octets, ports: ports) else { continue }
        precondition(push.body.count <= octets.count)
        guard let notification = MMSNotification(push) else { continue }
        for text in [notification.from, notification.subject, notification.url, notification.transaction] {
            precondition((text?.utf8.count ?? 0) <= 4 * octets.count, "a text longer than the message it came in")
        }
    }
}

private func fuzzText(_ choice: UInt8, _ text: String) {
    let languages = NationalLanguage.allCases.filter { choice & 0x04 != 0 && $0.rawValue % 4 == choice >> 4 & 0x03 }
    let segmenter = MessageSegmenter(languages: languages)
    guard let segmentation = try? segmenter.segment(text, reference: 7, wideReference: choice & 0x08 != 0) else {
        return precondition(text.utf8.count > 250 * 60, "a text that fits was refused")
    }
    guard let sender = try? Address("+33639980001") else { return }
    var assembler = MessageAssembler()
    var whole: MessageContent?
    for (index, part) in segmentation.parts.enumerated().reversed() {
        let time = Timestamp(unixTime: 1_800_000_000, quartersAheadOfUTC: 4)
        let deliver = SMSDeliver(
            originator: sender, dataCoding: segmentation.dataCoding, timestamp: time, userData: part)
        guard let hex = try? ShortMessagePDU(tpdu: .deliver(deliver)).encoded().hex,
            let decoded = try? ShortMessagePDU.decode(hex, direction: .mobileTerminated),
            case .deliver(let received) = decoded.pdu.tpdu
        else { preconditionFailure("a part of a message cannot be encoded and decoded") }
        let outcome = assembler.add(
            part: AssemblyPart(
                id: "\(index)", userData: received.userData, originator: received.originator,
                timestamp: received.timestamp?.unixTime, receivedAt: 0))
        switch outcome {
        case .single: whole = UserData.joined([received.userData])
        case .complete(let message): whole = message.content
        case .waiting: continue
        case .duplicate, .restarted: preconditionFailure("parts of one message got into each other's way")
        }
    }
    precondition(whole?.text.map { Array($0.utf8) } == Array(text.utf8), "the text changed on its way")
}
