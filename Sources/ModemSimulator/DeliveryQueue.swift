// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// First in, first out, with room at the front for what came back.
struct DeliveryQueue: Sendable {
    private var elements: [NetworkDelivery] = []
    private var head = 0

    var count: Int { self.elements.count - self.head }

    mutating func append(_ delivery: NetworkDelivery) {
        self.elements.append(delivery)
    }

    mutating func popFirst() -> NetworkDelivery? {
        guard self.head < self.elements.count else { return nil }
        defer {
            self.head += 1
            if self.head > 1024, self.head * 2 > self.elements.count {
                self.elements.removeFirst(self.head)
                self.head = 0
            }
        }
        return self.elements[self.head]
    }

    mutating func putBack(_ delivery: NetworkDelivery) {
        if self.head > 0 {
            self.head -= 1
            self.elements[self.head] = delivery
        } else {
            self.elements.insert(delivery, at: 0)
        }
    }
}
