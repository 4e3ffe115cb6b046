#include <libpq-fe.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

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

static inline void loupe_bell_hush(int bell) {
    eventfd_t count;
    (void)eventfd_read(bell, &count);
}

// How many bytes a TCP connection has received since it was made, or -1. `tcpi_bytes_received` of `struct tcp_info`
// lies at byte 128 (linux/tcp.h, part of the kernel's stable interface); glibc's own struct ends before it.
static inline int64_t loupe_bytes_received(int socket) {
    unsigned char info[256];
    socklen_t length = sizeof info;
    uint64_t count;
    if (getsockopt(socket, IPPROTO_TCP, 11 /* TCP_INFO */, info, &length) != 0 || length < 136) return -1;
    memcpy(&count, info + 128, sizeof count);
    return (int64_t)count;
}

// Closing then resets the connection at once. A server that is blocked in sending to a closed window would otherwise
// notice the end of its client only after two minutes, and hold up the whole cluster (barriers) for as long.
static inline void loupe_reset_on_close(int socket) {
    struct linger linger = {1, 0};
    (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}
