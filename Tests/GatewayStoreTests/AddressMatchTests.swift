// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import GatewayStore
import Testing

struct AddressMatchTests {
    @Test(arguments: [
        ("+33639980001", "+33639980001"), ("+33639980001", "33639980001"), ("0033639980001", "+33639980001"),
        ("0639980001", "+33639980001"), ("639980001", "+33639980001"), ("36180", "36180"), ("*100#", "*100#"),
    ])
    func sameSubscriber(one: String, other: String) {
        #expect(AddressMatch.same(one, other))
        #expect(AddressMatch.same(other, one))
    }

    @Test(arguments: [
        ("+33639980001", "+33639980002"), ("36180", "+33639936180"), ("36180", "6180"), ("*100#", "100"),
        ("", "+33639980001"), ("+", "+33639980001"), ("EXAMPLE", "+33639980001"), ("+33639980001", "+44639980001"),
    ])
    func anotherSubscriber(one: String, other: String) {
        #expect(!AddressMatch.same(one, other))
        #expect(!AddressMatch.same(other, one))
    }
}
