/* What both shims need: the C library's own function behind the one of that name here. */
#define NEXT(function)                                                                                                 \
    ({                                                                                                                 \
        static __typeof__(&function) next;                                                                             \
        if (next == NULL)                                                                                              \
            next = (__typeof__(&function))dlsym(RTLD_NEXT, #function);                                                 \
        next;                                                                                                          \
    })

/* The third argument of open(2), which is there only if a file may be made. */
#define OPEN_MODE(flags, mode)                                                                                         \
    do {                                                                                                               \
        if (((flags) & O_CREAT) != 0 || ((flags) & O_TMPFILE) == O_TMPFILE) {                                          \
            va_list arguments;                                                                                         \
            va_start(arguments, flags);                                                                                \
            (mode) = va_arg(arguments, mode_t);                                                                        \
            va_end(arguments);                                                                                         \
        }                                                                                                              \
    } while (0)

/* Whether a descriptor is a memfd whose name starts so. */
static inline int is_memfd(int fd, const char *name) {
    char link[32], target[128];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, target, sizeof target - 1);
    if (length < 0)
        return 0;
    target[length] = 0;
    return strncmp(target, "/memfd:", 7) == 0 && strncmp(target + 7, name, strlen(name)) == 0;
}
