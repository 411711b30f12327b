/*
 * For LD_PRELOAD: /dev/udmabuf for machines whose kernel lacks it. A "dma-buf" made by it is the memfd it was asked to
 * wrap. It is enough for lavapipe's memory export and import, hence for gamescope.
 *
 * It does not show: fences, DMA_BUF_IOCTL_* semantics, import into a real GPU.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/udmabuf.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "next.h"

#define PATH "/dev/udmabuf"
#define DEVICE "lumen-udmabuf"
#define MAX_FDS 65536

/*
 * A real dma-buf can be polled, a memfd cannot be put into an epoll set. Such a one is represented there by an eventfd
 * that is always ready: here, by descriptor, and plus one, since zero is none. No lock: close(2) is also called between
 * fork and exec, where the holder of a lock may be gone.
 */
static atomic_int stand_ins[MAX_FDS];

static int is_path(const char *path) {
    return path != NULL && strcmp(path, PATH) == 0;
}

int open(const char *path, int flags, ...) {
    mode_t mode = 0;

    OPEN_MODE(flags, mode);
    return is_path(path) ? memfd_create(DEVICE, MFD_CLOEXEC) : NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;

    OPEN_MODE(flags, mode);
    return is_path(path) ? memfd_create(DEVICE, MFD_CLOEXEC) : NEXT(open64)(path, flags, mode);
}

static int create(const struct udmabuf_create *c) {
    if (c->offset != 0) { /* cannot be shown with a memfd alone */
        errno = EINVAL;
        return -1;
    }
    return fcntl(c->memfd, F_DUPFD_CLOEXEC, 0);
}

int ioctl(int fd, unsigned long code, ...) {
    va_list arguments;
    void *argument;
    int result;

    va_start(arguments, code);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    code &= 0xffffffff; /* some callers pass a negative int */
    if (code == UDMABUF_CREATE && is_memfd(fd, DEVICE))
        return create(argument);
    result = NEXT(ioctl)(fd, code, argument);
    /* Memory of the CPU alone is always in order. */
    return result < 0 && code == DMA_BUF_IOCTL_SYNC && (errno == ENOTTY || errno == EINVAL) ? 0 : result;
}

int epoll_ctl(int set, int operation, int fd, struct epoll_event *event) {
    int result, stand_in;

    if (fd < 0 || fd >= MAX_FDS)
        return NEXT(epoll_ctl)(set, operation, fd, event);
    stand_in = atomic_load(&stand_ins[fd]) - 1;
    if (stand_in >= 0)
        return NEXT(epoll_ctl)(set, operation, stand_in, event);
    result = NEXT(epoll_ctl)(set, operation, fd, event);
    if (result == 0 || errno != EPERM || operation != EPOLL_CTL_ADD || !is_memfd(fd, ""))
        return result;
    stand_in = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stand_in < 0)
        return -1;
    atomic_store(&stand_ins[fd], stand_in + 1);
    return NEXT(epoll_ctl)(set, operation, stand_in, event);
}

int close(int fd) {
    int stand_in = fd >= 0 && fd < MAX_FDS ? atomic_exchange(&stand_ins[fd], 0) - 1 : -1;

    if (stand_in >= 0)
        NEXT(close)(stand_in);
    return NEXT(close)(fd);
}
