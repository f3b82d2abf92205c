// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc

/// A value that one thread at a time may touch, guarded by a POSIX mutex.
///
/// It has the shape of the standard library's `Mutex`, which the thread sanitizer cannot see through: that one parks
/// its waiters in uninstrumented code, so every use of it is reported as a race (Swift 6.3.1, measured). This one calls
/// `pthread_mutex_lock`, which the sanitizer knows.
package final class Mutex<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value
    private let handle: UnsafeMutablePointer<pthread_mutex_t>

    package init(_ value: consuming sending Value) {
        self.value = value
        self.handle = .allocate(capacity: 1)
        self.handle.initialize(to: pthread_mutex_t())
        let failure = pthread_mutex_init(self.handle, nil)
        precondition(failure == 0, "pthread_mutex_init: \(failure)")
    }

    deinit {
        pthread_mutex_destroy(self.handle)
        self.handle.deallocate()
    }

    /// Runs `body` while no other thread is inside. It must not wait and must not take the same mutex again.
    package func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(self.handle)
        defer { pthread_mutex_unlock(self.handle) }
        return try body(&self.value)
    }
}
