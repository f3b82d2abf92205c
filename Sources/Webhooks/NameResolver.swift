// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc
internal import NIOPosix

/// Turns a name into its addresses. Injected in tests.
package struct NameResolver: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// The addresses in the order of preference of RFC 6724, at least one.
    package let resolve: @Sendable (_ host: String) async throws -> [IPAddress]

    package init(resolve: @escaping @Sendable (_ host: String) async throws -> [IPAddress]) {
        self.resolve = resolve
    }

    /// `getaddrinfo`, on a thread that may block. Who waits can give up; the thread then ends its question alone.
    package static let system = NameResolver { host in
        let (stream, continuation) = AsyncStream.makeStream(of: Result<[IPAddress], Failure>.self)
        NIOThreadPool.singleton.submit { _ in
            continuation.yield(Result { () throws(Failure) in try Self.lookUp(host) })
            continuation.finish()
        }
        for await result in stream { return try result.get() }
        throw CancellationError()
    }

    /// Far more than a name has; a zone that lists more is not our friend.
    private static let addressLimit = 64

    private static func lookUp(_ host: String) throws(Failure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { throw Failure(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var found: [IPAddress] = []
        var next = first
        while let entry = next?.pointee, found.count < Self.addressLimit {
            if let address = InterfaceAddresses.address(entry.ai_addr), !found.contains(address) {
                found.append(address)
            }
            next = entry.ai_next
        }
        guard !found.isEmpty else { throw Failure("the name has no address") }
        return found
    }
}
