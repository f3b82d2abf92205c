// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import SMSPDU
import Testing

@Suite struct WAPPushTests {
    private static let ports = ApplicationPorts(destination: 2948, source: 9200)

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    /// A push whose content type is the well-known number of MMS.
    static func push(_ body: [UInt8], contentType: [UInt8] = [0xBE], type: UInt8 = 0x06) -> [UInt8] {
        let headers = contentType + [0xAF, 0x84]
        return [0x01, type, UInt8(headers.count)] + headers + body
    }

    /// An m-notification-ind, its fields in the order of the standard.
    static let notification: [UInt8] = {
        let from = [0x80] + Self.text("+33639980002/TYPE=PLMN")
        var body: [UInt8] = [0x8C, 0x82, 0x98] + Self.text("T123") + [0x8D, 0x92, 0x89, UInt8(from.count)] + from
        body += [0x96] + Self.text("Holiday") + [0x8A, 0x80, 0x8E, 0x02, 0x75, 0x30]
        body += [0x88, 0x05, 0x81, 0x03, 0x02, 0xA3, 0x00, 0x83] + Self.text("http://mms.example.org/T123")
        return body
    }()

    private func decode(_ body: [UInt8], contentType: [UInt8] = [0xBE]) throws -> MMSNotification? {
        MMSNotification(try #require(WAPPush(data: Self.push(body, contentType: contentType), ports: Self.ports)))
    }

    @Test func notificationWithAllItsFields() throws {
        let notification = try #require(try self.decode(Self.notification))
        #expect(notification.transaction == "T123")
        #expect(notification.from == "+33639980002")
        #expect(notification.subject == "Holiday")
        #expect(notification.url == "http://mms.example.org/T123")
        #expect(notification.size == 30_000)
        #expect(notification.expiry == .after(172_800))
    }

    @Test func fieldsInAnotherOrderAndUnknownOnesBetween() throws {
        let body: [UInt8] =
            [0x83] + Self.text("http://mms.example.org/1") + [0xB7, 0x03, 1, 2, 3] + Self.text("X-Own") + Self.text("a")
            + [0x88, 0x06, 0x80, 0x04, 0x6A, 0xB1, 0x2C, 0x80, 0x8C, 0x82]
        let notification = try #require(try self.decode(body))
        #expect(notification.url == "http://mms.example.org/1")
        #expect(notification.expiry == .at(0x6AB1_2C80))
    }

    struct Subject: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var octets: [UInt8]
        var text: String?
    }

    @Test(arguments: [
        Subject(testDescription: "UTF-8", octets: [0x06, 0xEA, 0xC3, 0xA9, 0x74, 0xC3, 0xA9], text: "été"),
        Subject(testDescription: "ISO 8859-1", octets: [0x05, 0x84, 0xE9, 0x74, 0xE9, 0x00], text: "été"),
        Subject(
            testDescription: "UCS-2 by a long integer", octets: [0x07, 0x02, 0x03, 0xE8, 0x00, 0xE9, 0x00, 0x74],
            text: "ét"),
        Subject(testDescription: "quoted first octet", octets: [0x7F, 0xC3, 0xA9, 0x00], text: "é"),
        Subject(testDescription: "no character set", octets: [0x04, 0x61, 0x62, 0x63, 0x00], text: "abc"),
        Subject(testDescription: "control characters", octets: [0x61, 0x0D, 0x0A, 0x1B, 0x62, 0x00], text: "ab"),
        Subject(testDescription: "a number", octets: [0x81], text: nil),
        Subject(testDescription: "empty", octets: [0x00], text: nil),
    ])
    func subject(row: Subject) throws {
        let notification = try #require(try self.decode([0x8C, 0x82, 0x96] + row.octets))
        #expect(notification.subject == row.text)
    }

    @Test func hiddenSenderIsNone() throws {
        let notification = try #require(try self.decode([0x8C, 0x82, 0x89, 0x01, 0x81]))
        #expect(notification.from == nil)
    }

    @Test func everyCutOfANotificationIsTakenWithoutTrap() throws {
        for length in 2..<Self.notification.count {
            let notification = try self.decode(Array(Self.notification.prefix(length)))
            #expect(notification != nil, "\(length)")
        }
    }

    @Test(arguments: [[0x8C, 0x86], [0x98, 0x41, 0x00], [], [0x8C]] as [[UInt8]])
    func otherMMSMessagesAreNoNotification(body: [UInt8]) throws {
        #expect(try self.decode(body) == nil)
    }

    @Test(
        arguments: [
            ([0xAE], "application/vnd.wap.sic"), ([0xB6], "application/vnd.wap.connectivity-wbxml"),
            (Self.text("Text/VND.wap.SI; charset=utf-8"), "text/vnd.wap.si"),
            ([0x03, 0xAE, 0x81, 0xEA], "application/vnd.wap.sic"),
            ([0x02, 0x03, 0x10], nil), ([0xD1], nil), (Self.text("no type"), nil),
        ] as [([UInt8], String?)])
    func contentTypes(octets: [UInt8], name: String?) throws {
        let push = try #require(WAPPush(data: Self.push([1, 2, 3], contentType: octets), ports: Self.ports))
        #expect(push.contentType == name)
        #expect(push.body == [1, 2, 3])
        #expect(MMSNotification(push) == nil)
    }

    @Test(
        arguments: [
            [], [0x01], [0x01, 0x06], [0x01, 0x06, 0x02, 0xBE], [0x01, 0x06, 0x00], [0x01, 0x05, 0x01, 0xBE],
            [0x01, 0x06, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x01, 0x06, 0x01, 0x1E], [0x01, 0x06, 0x02, 0x1F, 0x7F],
        ] as [[UInt8]])
    func whatIsNoPushIsRefused(data: [UInt8]) {
        #expect(WAPPush(data: data, ports: Self.ports) == nil)
    }

    @Test func anotherPortIsNoPush() {
        let data = Self.push(Self.notification)
        #expect(WAPPush(data: data, ports: ApplicationPorts(destination: 2949, source: 0)) == nil)
        #expect(WAPPush(data: data, ports: nil) == nil)
    }
}
