// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors
//
// Fuzzes: Webhooks (AddressRule AllowRule IPAddress RetryAfter WebhookURL)
//
// Whatever is given as a webhook's URL is refused, or is what is called and nothing else; an address of this machine is
// refused in every form of IPv6 that carries it.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebhook(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 1 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: input.dropFirst(), as: UTF8.self)
    switch input[0] & 0x03 {
    case 0: fuzzURL(text)
    case 1: fuzzURL("http://" + text)
    case 2: fuzzAddress(Array(input.dropFirst()), text)
    default: _ = RetryAfter(text)
    }
    return 0
}

private func fuzzURL(_ text: String) {
    guard let url = try? WebhookURL(text) else { return }
    let written = url.text
    precondition(written.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "something else than a URL would be written")
    precondition(!url.host.isEmpty && !url.host.contains { "/@?#\\".contains($0) }, "more than a host is in the host")
    precondition((1...65_535).contains(url.port), "a port out of range")
    guard let again = try? WebhookURL(written) else { preconditionFailure("what was accepted cannot be read again") }
    precondition(again == url, "a second reading is another destination")
}

private func fuzzAddress(_ octets: [UInt8], _ text: String) {
    _ = AllowRule(text)
    if let address = IPAddress(text) { _ = AddressRule.refusal(of: address, own: []) }
    guard octets.count >= 4, let plain = IPAddress(bytes: Array(octets.prefix(4))) else { return }
    precondition(IPAddress(plain.description) == plain, "an address changed when it was written")
    let isOwn = octets.count > 4 && octets[4] & 0x01 == 1
    let own: Set<IPAddress> = isOwn ? [plain] : []
    guard AddressRule.refusal(of: plain, own: own) != nil else { return }
    let v4 = plain.bytes
    let zeros = { Array(repeating: UInt8(0), count: $0) }
    let forms: [[UInt8]] = [
        zeros(10) + [0xFF, 0xFF] + v4,
        zeros(12) + v4,
        [0x00, 0x64, 0xFF, 0x9B] + zeros(8) + v4,
        [0x20, 0x02] + v4 + zeros(10),
    ]
    for form in forms {
        guard let carrier = IPAddress(bytes: form) else { preconditionFailure("sixteen octets are an address") }
        // NAT64 with a prefix of another length reads zeros there: no address at all.
        if v4 == [0, 0, 0, 0] { continue }
        precondition(AddressRule.refusal(of: carrier, own: own) != nil, "a refused address passes inside IPv6")
    }
}
