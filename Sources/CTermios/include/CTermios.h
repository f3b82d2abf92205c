// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

// What the Swift importer cannot reach: variadic ioctl(2), feature-test-guarded pty calls, headers outside the Glibc
// module. Every function returns what the system call returns and leaves errno alone.

#ifndef CTERMIOS_H
#define CTERMIOS_H

#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

/// Non-blocking, close-on-exec event counter.
int ctermios_eventfd(void);

/// TIOCEXCL (on != 0) or TIOCNXCL (on == 0), ioctl_tty(2).
int ctermios_set_exclusive(int descriptor, int on);

/// Is TIOCEXCL set? 1, 0, or -1 with errno (TIOCGEXCL, Linux 3.8).
int ctermios_is_exclusive(int descriptor);

/// Opens a new pseudo-terminal master (O_RDWR, O_NOCTTY, O_NONBLOCK, O_CLOEXEC), unlocks its slave and writes the
/// slave's path into `path`. Returns the descriptor, or -1 with errno.
int ctermios_open_master(char *path, size_t size);

/// Bytes waiting to be read (FIONREAD), or -1 with errno.
int ctermios_bytes_waiting(int descriptor);

/// Names the calling thread for ps and debuggers; the kernel keeps 15 bytes.
void ctermios_name_thread(const char *name);

#endif
