#include <libpq-fe.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

// ioctl is variadic, which Swift does not import. Bytes that lie ready on a socket, or -1.
static inline int loupe_bytes_ready(int socket) {
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 ? count : -1;
}

// eventfd stands in no module of Swift's. A descriptor that poll() finds readable once it was rung.
static inline int loupe_bell_make(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static inline void loupe_bell_ring(int bell) {
    (void)eventfd_write(bell, 1);
}
