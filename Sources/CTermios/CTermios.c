// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The Modemgate authors

#define _GNU_SOURCE
#include "CTermios.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int ctermios_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int ctermios_set_exclusive(int descriptor, int on) { return ioctl(descriptor, on ? TIOCEXCL : TIOCNXCL); }

int ctermios_is_exclusive(int descriptor) {
    int set = 0;
    if (ioctl(descriptor, TIOCGEXCL, &set) < 0) return -1;
    return set != 0;
}

int ctermios_open_master(char *path, size_t size) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0) return -1;
    int failure = 0;
    if (grantpt(master) < 0 || unlockpt(master) < 0) {
        failure = errno;
    } else {
        failure = ptsname_r(master, path, size);
    }
    if (failure == 0) return master;
    close(master);
    errno = failure;
    return -1;
}

int ctermios_bytes_waiting(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) < 0 ? -1 : count;
}

void ctermios_name_thread(const char *name) {
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}
