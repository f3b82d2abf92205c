// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import Glibc
import PosixMutex

/// What an ``IOThread`` polls: a descriptor with the object that handles its events.
protocol PollSource: AnyObject, Sendable {
    /// Called on the thread. `scratch` is the thread's buffer, valid only during the call.
    func ready(_ events: Int16, scratch: UnsafeMutableRawBufferPointer)
    /// The thread is about to end.
    func close()
}

/// A descriptor and the events (POLLIN, POLLOUT) asked for.
struct Watched {
    let number: Int32
    var events: Int16
    let source: any PollSource
}

extension IOThread {
    /// Adds a descriptor, or changes the events asked for.
    func watch(_ number: Int32, events: Int16, source: any PollSource) throws(SerialError) {
        let accepted = self.changeWatched { state in
            if let index = state.watched.firstIndex(where: { $0.source === source }) {
                state.watched[index].events = events
                return true
            }
            guard state.phase == .running else { return false }
            state.watched.append(Watched(number: number, events: events, source: source))
            return true
        }
        guard accepted else {
            throw SerialError(code: .closed, message: "The I/O thread was shut down.", path: self.name)
        }
    }

    func unwatch(_ source: any PollSource) {
        self.changeWatched { $0.watched.removeAll { $0.source === source } }
    }

    @discardableResult
    private func changeWatched<T: Sendable>(_ change: (inout State) -> T) -> T {
        let (result, mustWake) = self.state.withLock { state in
            let result = change(&state)
            state.watchedChanged = true
            let mustWake = state.isAsleep
            state.isAsleep = false
            return (result, mustWake)
        }
        if mustWake { self.wakeUnlessCurrent() }
        return result
    }
}

/// The argument of poll(2), kept between calls. Element 0 is the thread's own wake event.
struct PollSet {
    private var descriptors: [pollfd]
    private var sources: [any PollSource] = []
    private var readyCount: Int32 = 0

    init(wakeDescriptor: Int32) {
        self.descriptors = [pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)]
    }

    mutating func replace(with watched: [Watched]) {
        self.descriptors.removeSubrange(1...)
        self.descriptors += watched.map { pollfd(fd: $0.number, events: $0.events, revents: 0) }
        self.sources = watched.map(\.source)
    }

    mutating func poll(waits: Bool) {
        self.readyCount = Glibc.poll(&self.descriptors, nfds_t(self.descriptors.count), waits ? -1 : 0)
        // EINTR and ENOMEM leave revents undefined: look at nothing and poll again.
        if self.readyCount < 0 { self.readyCount = 0 }
    }

    var wasWoken: Bool { self.readyCount > 0 && self.descriptors[0].revents != 0 }

    /// Sources that a callback of this round has closed see a late event and ignore it.
    func forEachReady(_ body: (any PollSource, Int16) -> Void) {
        guard self.readyCount > 0 else { return }
        for (descriptor, source) in zip(self.descriptors.dropFirst(), self.sources) where descriptor.revents != 0 {
            body(source, descriptor.revents)
        }
    }
}
