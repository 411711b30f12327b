/*
 * For LD_PRELOAD: /dev/dri/card0 and renderD128 as a device that holds plain ("dumb") buffers and shares them, which is
 * what the kernel's vgem does, for machines that have neither. The buffers are memfds. It is enough for GBM and EGL on
 * Mesa's software rasterizer, hence for KWin's OpenGL.
 *
 * It does not show: modifiers other than LINEAR, fences, implicit synchronisation, display (KMS), import into a real GPU.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xf86drm.h>

#include "next.h"

#define PRIMARY "/dev/dri/card0"
#define RENDER "/dev/dri/renderD128"
#define DEVICE_NUMBER makedev(226, 128)
#define NODE "lumen-drm-node"
#define MAX_BUFFERS 4096
#define HANDLE_SHIFT 32 /* a buffer's place in the device's mmap space is its handle */

/* Handles are indices; 0 is none. A slot without a descriptor is free, and descriptor 0 is never ours. */
static struct buffer {
    int fd;
    ino_t inode;
} buffers[MAX_BUFFERS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int is_path(const char *path) {
    return path != NULL && (strcmp(path, PRIMARY) == 0 || strcmp(path, RENDER) == 0);
}

static int is_node(int fd) {
    return fd >= 0 && is_memfd(fd, NODE);
}

/* ---- files ---- */

int open(const char *path, int flags, ...) {
    mode_t mode = 0;

    OPEN_MODE(flags, mode);
    return is_path(path) ? memfd_create(NODE, MFD_CLOEXEC) : NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    mode_t mode = 0;

    OPEN_MODE(flags, mode);
    return is_path(path) ? memfd_create(NODE, MFD_CLOEXEC) : NEXT(open64)(path, flags, mode);
}

#define AS_DEVICE(status)                                                                                              \
    do {                                                                                                               \
        (status)->st_mode = S_IFCHR | 0666;                                                                            \
        (status)->st_rdev = DEVICE_NUMBER;                                                                             \
    } while (0)

int fstat(int fd, struct stat *status) {
    int result = NEXT(fstat)(fd, status);

    if (result == 0 && S_ISREG(status->st_mode) && is_node(fd))
        AS_DEVICE(status);
    return result;
}

int fstat64(int fd, struct stat64 *status) {
    int result = NEXT(fstat64)(fd, status);

    if (result == 0 && S_ISREG(status->st_mode) && is_node(fd))
        AS_DEVICE(status);
    return result;
}

int stat(const char *restrict path, struct stat *restrict status) {
    if (!is_path(path))
        return NEXT(stat)(path, status);
    memset(status, 0, sizeof *status);
    AS_DEVICE(status);
    return 0;
}

int stat64(const char *restrict path, struct stat64 *restrict status) {
    if (!is_path(path))
        return NEXT(stat64)(path, status);
    memset(status, 0, sizeof *status);
    AS_DEVICE(status);
    return 0;
}

/* ---- what libdrm would find in sysfs ---- */

static drmPlatformBusInfo bus = {.fullname = "vgem"};
static drmPlatformDeviceInfo information;
static char *nodes[DRM_NODE_MAX] = {[DRM_NODE_PRIMARY] = PRIMARY, [DRM_NODE_RENDER] = RENDER};
static drmDevice device = {
    .nodes = nodes,
    .available_nodes = 1 << DRM_NODE_PRIMARY | 1 << DRM_NODE_RENDER,
    .bustype = DRM_BUS_PLATFORM,
    .businfo.platform = &bus,
    .deviceinfo.platform = &information,
};

int drmGetDevices2(uint32_t flags, drmDevicePtr devices[], int count) {
    (void)flags;
    if (devices != NULL && count > 0)
        devices[0] = &device;
    return 1;
}

int drmGetDevices(drmDevicePtr devices[], int count) {
    return drmGetDevices2(0, devices, count);
}

int drmGetDevice2(int fd, uint32_t flags, drmDevicePtr *found) {
    (void)flags;
    if (!is_node(fd))
        return -ENODEV;
    *found = &device;
    return 0;
}

int drmGetDevice(int fd, drmDevicePtr *found) {
    return drmGetDevice2(fd, 0, found);
}

int drmGetDeviceFromDevId(dev_t number, uint32_t flags, drmDevicePtr *found) {
    (void)flags;
    if (number != DEVICE_NUMBER)
        return -ENODEV;
    *found = &device;
    return 0;
}

/* The one device is static. */
void drmFreeDevice(drmDevicePtr *found) {
    if (found != NULL)
        *found = NULL;
}

void drmFreeDevices(drmDevicePtr devices[], int count) {
    for (int i = 0; i < count; i++)
        devices[i] = NULL;
}

int drmDevicesEqual(drmDevicePtr a, drmDevicePtr b) {
    return a == b;
}

int drmGetNodeTypeFromFd(int fd) {
    return is_node(fd) ? DRM_NODE_RENDER : -1;
}

int drmGetNodeTypeFromDevId(dev_t number) {
    return number == DEVICE_NUMBER ? DRM_NODE_RENDER : -1;
}

char *drmGetDeviceNameFromFd2(int fd) {
    return is_node(fd) ? strdup(RENDER) : NULL;
}

char *drmGetRenderDeviceNameFromFd(int fd) {
    return is_node(fd) ? strdup(RENDER) : NULL;
}

char *drmGetPrimaryDeviceNameFromFd(int fd) {
    return is_node(fd) ? strdup(PRIMARY) : NULL;
}

/* ---- requests, called with the lock held; each gives 0 or an error number ---- */

static struct buffer *buffer(uint32_t handle) {
    return handle < MAX_BUFFERS && buffers[handle].fd > 0 ? &buffers[handle] : NULL;
}

/* Takes the descriptor over. */
static int add(int fd, uint32_t *handle) {
    struct stat status;

    if (fd < 0)
        return errno;
    if (NEXT(fstat)(fd, &status) == 0) {
        for (uint32_t i = 1; i < MAX_BUFFERS; i++) {
            if (buffers[i].fd == 0) {
                buffers[i] = (struct buffer){fd, status.st_ino};
                *handle = i;
                return 0;
            }
        }
    }
    close(fd);
    return ENOSPC;
}

static int drop(uint32_t handle) {
    struct buffer *b = buffer(handle);

    if (b == NULL)
        return ENOENT;
    close(b->fd);
    b->fd = 0;
    return 0;
}

static void answer(char *to, __kernel_size_t *length, const char *text) {
    if (to != NULL)
        memcpy(to, text, strlen(text) < *length ? strlen(text) : *length);
    *length = strlen(text);
}

static int version(struct drm_version *v) {
    v->version_major = 1;
    v->version_minor = v->version_patchlevel = 0;
    answer(v->name, &v->name_len, "vgem");
    answer(v->date, &v->date_len, "0");
    answer(v->desc, &v->desc_len, "vgem");
    return 0;
}

static int capability(struct drm_get_cap *c) {
    switch (c->capability) {
    case DRM_CAP_DUMB_BUFFER:
    case DRM_CAP_TIMESTAMP_MONOTONIC:
    case DRM_CAP_ADDFB2_MODIFIERS:
        c->value = 1;
        return 0;
    case DRM_CAP_PRIME:
        c->value = DRM_PRIME_CAP_IMPORT | DRM_PRIME_CAP_EXPORT;
        return 0;
    default:
        c->value = 0;
        return 0;
    }
}

static int create(struct drm_mode_create_dumb *c) {
    int fd = memfd_create("lumen-drm-buffer", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    c->pitch = (c->width * ((c->bpp + 7) / 8) + 63) & ~63u;
    c->size = ((uint64_t)c->pitch * c->height + 4095) & ~(uint64_t)4095;
    if (fd >= 0 && ftruncate(fd, (off_t)c->size) != 0) {
        close(fd);
        return ENOMEM;
    }
    return add(fd, &c->handle);
}

static int export(struct drm_prime_handle *p) {
    struct buffer *b = buffer(p->handle);

    if (b == NULL)
        return ENOENT;
    p->fd = fcntl(b->fd, F_DUPFD_CLOEXEC, 3);
    return p->fd < 0 ? errno : 0;
}

static int import(struct drm_prime_handle *p) {
    struct stat status;

    if (NEXT(fstat)(p->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return EINVAL;
    for (uint32_t i = 1; i < MAX_BUFFERS; i++) {
        if (buffers[i].fd > 0 && buffers[i].inode == status.st_ino) {
            p->handle = i;
            return 0;
        }
    }
    return add(fcntl(p->fd, F_DUPFD_CLOEXEC, 3), &p->handle);
}

static int request(unsigned long code, void *argument) {
    switch (code) {
    case DRM_IOCTL_VERSION:
        return version(argument);
    case DRM_IOCTL_GET_CAP:
        return capability(argument);
    case DRM_IOCTL_SET_CLIENT_CAP:
        return 0;
    case DRM_IOCTL_MODE_CREATE_DUMB:
        return create(argument);
    case DRM_IOCTL_MODE_MAP_DUMB: {
        struct drm_mode_map_dumb *m = argument;
        m->offset = (uint64_t)m->handle << HANDLE_SHIFT;
        return buffer(m->handle) == NULL ? ENOENT : 0;
    }
    case DRM_IOCTL_MODE_DESTROY_DUMB:
        return drop(((struct drm_mode_destroy_dumb *)argument)->handle);
    case DRM_IOCTL_GEM_CLOSE:
        return drop(((struct drm_gem_close *)argument)->handle);
    case DRM_IOCTL_PRIME_HANDLE_TO_FD:
        return export(argument);
    case DRM_IOCTL_PRIME_FD_TO_HANDLE:
        return import(argument);
    default:
        return EOPNOTSUPP;
    }
}

int ioctl(int fd, unsigned long code, ...) {
    va_list arguments;
    void *argument;
    int result;

    va_start(arguments, code);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    code &= 0xffffffff; /* some callers pass a negative int */
    if (_IOC_TYPE(code) == DRM_IOCTL_BASE && is_node(fd)) {
        pthread_mutex_lock(&lock);
        result = request(code, argument);
        pthread_mutex_unlock(&lock);
        if (result != 0)
            errno = result;
        return result == 0 ? 0 : -1;
    }
    result = NEXT(ioctl)(fd, code, argument);
    /* Memory of the CPU alone is always in order. */
    return result < 0 && code == DMA_BUF_IOCTL_SYNC && (errno == ENOTTY || errno == EINVAL) ? 0 : result;
}

/* ---- mappings ---- */

/* The descriptor to map in place of the device's, or the given one; *offset is set for it. */
static int mapped(int fd, off64_t *offset) {
    struct buffer *b;

    if (fd < 0 || *offset >> HANDLE_SHIFT == 0 || !is_node(fd))
        return fd;
    b = buffer((uint32_t)(*offset >> HANDLE_SHIFT));
    *offset &= ((off64_t)1 << HANDLE_SHIFT) - 1;
    return b == NULL ? -1 : b->fd;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    off64_t from = offset;
    int target = mapped(fd, &from);

    return NEXT(mmap)(address, length, protection, flags, target, from);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    off64_t from = offset;
    int target = mapped(fd, &from);

    return NEXT(mmap64)(address, length, protection, flags, target, from);
}
