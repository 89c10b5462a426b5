/*
 * The C programs that the Java peers stand beside:
 *
 *   peers copy|log|semaphore|semaphore-spinning producer|consumer DIRECTORY BYTES EVENTS
 *
 * copy       a file that grows event by event: copied in, then its length released; the reader spins on that length, and
 *            copies the event out. The control: as little as can be done with every byte of an event.
 * log        the same file; the reader reads two words of the event where it lies, and copies it out in a replay only.
 * semaphore  a bounded buffer guarded by two POSIX semaphores: the reader sleeps until there is something in it, or spins.
 *
 * BYTES is the size of the shared file, EVENTS the most that one phase sends. The event is DIRECTORY/event.bin.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include "side.h"

enum { CAPTURED_NANOS = 40, FRAME = 56, MAX_EVENT = 4096, SLOTS = 1024 };

typedef struct {
    _Alignas(64) uint32_t ready;
    _Alignas(64) sem_t filled;
    _Alignas(64) sem_t empty;
    _Alignas(64) uint8_t start[];
} shared_t;

static shared_t *shared;
static uint64_t shared_bytes;
static uint64_t at; /* offset of the next event in the log, or number of the next slot */
static uint8_t event[MAX_EVENT];
static uint32_t event_bytes;

static inline void stamp(int64_t number, int64_t nanos) {
    memcpy(event + FRAME, &number, 8);
    memcpy(event + CAPTURED_NANOS, &nanos, 8);
}

static inline arrival_t read_stamp(const uint8_t *arrived) {
    arrival_t got;
    memcpy(&got.number, arrived + FRAME, 8);
    memcpy(&got.nanos, arrived + CAPTURED_NANOS, 8);
    return got;
}

/* ---- copy and log */

static void log_send(int64_t number, int64_t nanos) {
    uint64_t next = at + 8 + ((event_bytes + 7) & ~7u);
    if (sizeof *shared + next + 8 > shared_bytes) die("the log is full");
    uint8_t *header = shared->start + at;
    stamp(number, nanos);
    memcpy(header + 8, event, event_bytes);
    __atomic_store_n((uint32_t *)header, event_bytes, __ATOMIC_RELEASE);
    at = next;
}

static const uint8_t *log_next(void) {
    uint8_t *header = shared->start + at;
    uint32_t length;
    while ((length = __atomic_load_n((uint32_t *)header, __ATOMIC_ACQUIRE)) == 0) relax();
    at += 8 + ((length + 7) & ~7u);
    return header + 8;
}

static arrival_t copy_receive(int replayed) {
    (void)replayed; /* all of it each time */
    memcpy(event, log_next(), event_bytes);
    __asm__ volatile("" ::"r"(event) : "memory");
    return read_stamp(event);
}

static arrival_t log_receive(int replayed) {
    return replayed ? copy_receive(replayed) : read_stamp(log_next());
}

/* ---- semaphore */

static uint8_t *slot(void) { return shared->start + at % SLOTS * MAX_EVENT; }

static int is_spinning;

static void down(sem_t *semaphore) {
    if (is_spinning)
        while (sem_trywait(semaphore) != 0) relax();
    else
        while (sem_wait(semaphore) != 0)
            if (errno != EINTR) die("sem_wait");
}

static void semaphore_send(int64_t number, int64_t nanos) {
    down(&shared->empty);
    stamp(number, nanos);
    memcpy(slot(), event, event_bytes);
    at++;
    if (sem_post(&shared->filled) != 0) die("sem_post");
}

static arrival_t semaphore_receive(int replayed) {
    (void)replayed; /* it keeps nothing */
    down(&shared->filled);
    memcpy(event, slot(), event_bytes);
    at++;
    if (sem_post(&shared->empty) != 0) die("sem_post");
    return read_stamp(event);
}

int main(int argc, char **argv) {
    if (argc != 6) die("usage: peers copy|log|semaphore|semaphore-spinning producer|consumer DIRECTORY BYTES EVENTS");
    int is_copy = strcmp(argv[1], "copy") == 0;
    int is_log = is_copy || strcmp(argv[1], "log") == 0;
    is_spinning = strcmp(argv[1], "semaphore-spinning") == 0;
    int is_producer = strcmp(argv[2], "producer") == 0;
    char path[4096];

    snprintf(path, sizeof path, "%s/event.bin", argv[3]);
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    event_bytes = (uint32_t)fread(event, 1, MAX_EVENT, file);
    fclose(file);

    snprintf(path, sizeof path, "%s/shared", argv[3]);
    shared_bytes = is_log ? strtoull(argv[4], NULL, 10) : sizeof *shared + (uint64_t)SLOTS * MAX_EVENT;
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)shared_bytes) != 0) die(path);
    shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) die("mmap");
    close(fd);

    if (is_producer) {
        while (__atomic_load_n(&shared->ready, __ATOMIC_ACQUIRE) == 0) usleep(1000);
        up();
        produce(is_log ? log_send : semaphore_send);
    } else {
        if (sem_init(&shared->filled, 1, 0) != 0 || sem_init(&shared->empty, 1, SLOTS) != 0) die("sem_init");
        __atomic_store_n(&shared->ready, 1, __ATOMIC_RELEASE);
        consume(is_copy ? copy_receive : is_log ? log_receive : semaphore_receive, atoll(argv[5]));
    }
    return 0;
}
