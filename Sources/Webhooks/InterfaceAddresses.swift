// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

internal import Glibc

/// The addresses of this machine's interfaces, and the broadcast addresses of their networks.
package enum InterfaceAddresses {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package static func current() throws(Failure) -> Set<IPAddress> {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else {
            throw Failure(description: "getifaddrs: \(String(cString: strerror(errno)))")
        }
        defer { freeifaddrs(first) }
        var found: Set<IPAddress> = []
        var next = first
        while let entry = next?.pointee {
            if let address = Self.address(entry.ifa_addr) { found.insert(address) }
            if entry.ifa_flags & UInt32(IFF_BROADCAST) != 0,
                let address = Self.address(entry.ifa_ifu.ifu_broadaddr)
            {
                found.insert(address)
            }
            next = entry.ifa_next
        }
        return found
    }

    /// - Parameter socketAddress: of any family; its storage is as long as its family says.
    static func address(_ socketAddress: UnsafePointer<sockaddr>?) -> IPAddress? {
        guard let socketAddress else { return nil }
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET:
            return socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            return socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}
