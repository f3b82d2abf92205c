// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

import CTermios
import Glibc
import PosixMutex

/// The master side of a new pseudo-terminal: a port that other programs open as a modem's tty.
///
/// It keeps its own descriptor of the slave, so that a peer that leaves is no hang-up. Bytes that nobody reads are
/// dropped once 64 KiB are waiting, as a modem does.
package final class PseudoTerminal: BytePort {
    /// What others open: `/dev/pts/…`.
    package let slavePath: String
    private let link: String?
    private let port: DescriptorPort
    private let guardian: ExclusivityGuardian

    package var name: String { self.port.name }
    package var executor: IOThread { self.port.executor }

    /// - Parameter link: a stable path that becomes a symbolic link to the slave, replaced atomically.
    package init(on executor: IOThread, link: String? = nil) throws(SerialError) {
        var path = [CChar](repeating: 0, count: 128)
        let name = link ?? "pseudo-terminal"
        let master = FileDescriptor(
            adopting: try FileDescriptor.check("posix_openpt", path: name) {
                ctermios_open_master(&path, path.count)
            })
        let slavePath = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let slave = try FileDescriptor.openTerminal(slavePath)
        try slave.makeRaw(path: slavePath)
        let guardian = try ExclusivityGuardian(slave: slave, path: slavePath, on: executor)
        if let link { try Self.replaceLink(link, target: slavePath) }
        self.slavePath = slavePath
        self.link = link
        self.guardian = guardian
        self.port = DescriptorPort(master, name: link ?? slavePath, on: executor, overflow: .dropsNewBytes) { _ in
            guardian.end()
            if let link { Self.removeLink(link, target: slavePath) }
        }
        guardian.belongs(to: self.port)
    }

    package func start(_ receiver: any BytePortReceiver) throws {
        try self.port.start(receiver)
    }

    package func write(_ bytes: [UInt8]) {
        self.port.write(bytes)
    }

    /// Hangs up the slave and removes the link.
    package func close() {
        self.port.close()
    }

    private static func replaceLink(_ link: String, target: String) throws(SerialError) {
        let temporary = "\(link).\(getpid())"
        _ = unlink(temporary)
        try FileDescriptor.check("symlink", path: temporary) { symlink(target, temporary) }
        try FileDescriptor.check("rename", path: link) { rename(temporary, link) }
    }

    /// Only when it is still ours: a successor may have replaced it.
    private static func removeLink(_ link: String, target: String) {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0, buffer.prefix(count).map({ UInt8(bitPattern: $0) }) == Array(target.utf8) else { return }
        _ = unlink(link)
    }
}

/// Takes TIOCEXCL off the slave when the program that set it was killed.
///
/// A tty forgets TIOCEXCL at its last close, but our own descriptor of the slave prevents that: without this a killed
/// daemon that is not root could never open its simulated modem again. inotify reports the close.
private final class ExclusivityGuardian: PollSource, Sendable {
    private struct Descriptors {
        let slave: OwnedDescriptor
        let watcher: OwnedDescriptor
    }

    private let executor: IOThread
    private let descriptors: Mutex<Descriptors?>
    /// Its end is the end of this; a terminal that was never started has no other way to hear of a shutdown.
    private let master = Mutex<DescriptorPort?>(nil)

    init(slave: consuming FileDescriptor, path: String, on executor: IOThread) throws(SerialError) {
        let number = try FileDescriptor.check("inotify_init1", path: path) {
            inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
        }
        let watcher = FileDescriptor(adopting: number)
        // IN_CLOSE_WRITE | IN_CLOSE_NOWRITE, inotify(7).
        try FileDescriptor.check("inotify_add_watch", path: path) { inotify_add_watch(number, path, 0x18) }
        self.executor = executor
        self.descriptors = Mutex(Descriptors(slave: OwnedDescriptor(slave), watcher: OwnedDescriptor(watcher)))
        try executor.watch(number, events: Int16(POLLIN), source: self)
    }

    func ready(_ events: Int16, scratch: UnsafeMutableRawBufferPointer) {
        self.descriptors.withLock { descriptors in
            guard let slave = descriptors?.slave.value.number, let watcher = descriptors?.watcher.value.number else {
                return
            }
            _ = Glibc.read(watcher, scratch.baseAddress, scratch.count)
            // Our ports also lock the file: while somebody holds the lock, the exclusivity is his.
            if !Self.isLocked(slave) { _ = ctermios_set_exclusive(slave, 0) }
        }
    }

    /// Read from /proc/locks (proc(5)): to try the lock ourselves would refuse somebody who opens at this moment.
    private static func isLocked(_ number: Int32) -> Bool {
        var status = stat()
        guard fstat(number, &status) == 0 else { return false }
        let inode = Array(":\(status.st_ino) ".utf8)
        guard let file = fopen("/proc/locks", "re") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            if bytes.contains(inode), bytes.contains(Array("FLOCK".utf8)) { return true }
        }
        return false
    }

    /// The thread ends: nothing to do, the master is closed too and takes this with it.
    func close() {
        self.master.withLock { $0 }?.close()
    }

    func belongs(to master: DescriptorPort) {
        self.master.withLock { $0 = master }
    }

    /// Called on the thread, before the master is closed.
    func end() {
        self.executor.unwatch(self)
        self.master.withLock { $0 = nil }
        self.descriptors.withLock { $0 = nil }
    }
}
