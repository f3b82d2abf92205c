// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

/// Bytes in, bytes out, close: a tty, the master of a pseudo-terminal, a recorded session, or a trace around one.
package protocol BytePort: AnyObject, Sendable {
    /// The path or a name for errors.
    var name: String { get }
    /// The thread on which the receiver is called.
    var executor: IOThread { get }
    /// Begins to deliver what arrives. The port keeps the receiver until it is closed.
    ///
    /// - Throws: ``SerialError`` when the port is closed already.
    func start(_ receiver: any BytePortReceiver) throws
    /// Sends bytes without blocking; what the peer does not take now is queued, at most 64 KiB.
    func write(_ bytes: [UInt8])
    /// Closes the port; the receiver hears `closed(.closedHere)`.
    func close()
}

/// Who hears what arrives at a port. Both functions are called on the thread of the port's executor.
package protocol BytePortReceiver: AnyObject, Sendable {
    /// - Parameter bytes: valid only during the call.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// Called exactly once; nothing is received afterwards.
    func closed(_ reason: PortClosure)
}

/// Why a port is no more.
package enum PortClosure: Equatable, Sendable, CustomStringConvertible {
    /// The device or the peer went away (read 0, POLLHUP, EIO, ENODEV).
    case hangUp
    case error(SerialError)
    /// We closed it.
    case closedHere

    package var description: String {
        switch self {
        case .hangUp: "the device went away"
        case .error(let error): error.description
        case .closedHere: "the port was closed here"
        }
    }
}
