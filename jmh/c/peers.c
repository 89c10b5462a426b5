/*
 * The two C programs that the Java peers stand beside, as io.sightlog.jmh.peers.Side speaks:
 *
 *   peers log|semaphore producer|consumer DIRECTORY BYTES EVENTS
 *
 * log        a file that grows event by event: copied in, then its length released; the reader spins on that length, and
 *            reads the event where it lies, or, in a replay, copies it out. The control.
 * semaphore  a bounded buffer guarded by two POSIX semaphores: the reader sleeps until there is something in it.
 *
 * BYTES is the size of the shared file, EVENTS the most that one phase sends. The event is DIRECTORY/event.bin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { CAPTURED_NANOS = 40, FRAME = 56, MAX_EVENT = 4096, SLOTS = 1024, UNTIMED = 1024 };
#define END (INT64_C(1) << 62)

typedef struct {
    _Alignas(64) uint32_t ready;
    _Alignas(64) sem_t filled;
    _Alignas(64) sem_t empty;
    _Alignas(64) uint8_t start[];
} shared_t;

static shared_t *shared;
static uint64_t shared_bytes;
static uint64_t at;           /* offset of the next event in the log, or number of the next slot */
static uint8_t event[MAX_EVENT];
static uint32_t event_bytes;
static const uint8_t *arrived; /* the event that was received last */
static int64_t *latencies;

static void die(const char *what) {
    fprintf(stderr, "peers: %s: %s\n", what, errno ? strerror(errno) : "wrong");
    exit(1);
}

static int64_t nanos_of(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static inline int64_t now(void) { return nanos_of(CLOCK_MONOTONIC); }

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline void stamp(int64_t number, int64_t nanos) {
    memcpy(event + FRAME, &number, 8);
    memcpy(event + CAPTURED_NANOS, &nanos, 8);
}

/* ---- log ---- */

static void log_send(void) {
    uint64_t next = at + 8 + ((event_bytes + 7) & ~7u);
    if (sizeof *shared + next + 8 > shared_bytes) die("the log is full");
    uint8_t *header = shared->start + at;
    memcpy(header + 8, event, event_bytes);
    __atomic_store_n((uint32_t *)header, event_bytes, __ATOMIC_RELEASE);
    at = next;
}

static void log_receive(void) {
    uint8_t *header = shared->start + at;
    uint32_t length;
    while ((length = __atomic_load_n((uint32_t *)header, __ATOMIC_ACQUIRE)) == 0) relax();
    arrived = header + 8;
    at += 8 + ((length + 7) & ~7u);
}

/* ---- semaphore ---- */

static uint8_t *slot(void) { return shared->start + at % SLOTS * MAX_EVENT; }

static void down(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0)
        if (errno != EINTR) die("sem_wait");
}

static void semaphore_send(void) {
    down(&shared->empty);
    memcpy(slot(), event, event_bytes);
    at++;
    if (sem_post(&shared->filled) != 0) die("sem_post");
}

static void semaphore_receive(void) {
    down(&shared->filled);
    memcpy(event, slot(), event_bytes);
    arrived = event;
    at++;
    if (sem_post(&shared->empty) != 0) die("sem_post");
}

/* ---- the two sides ---- */

static void produce(void (*send)(void)) {
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        double seconds;
        long long rate = 0, max, count = 0;
        int timed = sscanf(line, "send %lld %lf %lld", &rate, &seconds, &max) == 3;
        if (!timed && sscanf(line, "append %lf %lld", &seconds, &max) != 2) die(line);
        int64_t start = now();
        int64_t until = start + (int64_t)(seconds * 1e9);
        if (rate > 0) {
            long long all = (long long)(rate * seconds);
            int64_t first = start + 1000000;
            for (count = 0; count < (all > 1 ? all : 1); count++) {
                int64_t due = first + count * INT64_C(1000000000) / rate;
                while (now() < due) relax();
                stamp(count, due);
                send();
            }
        } else if (timed) {
            for (int64_t t = now(); count < max && t < until; t = now()) {
                stamp(count++, t);
                send();
            }
        } else {
            while (count < max && (count % UNTIMED != 0 || now() < until)) {
                stamp(count, count);
                send();
                count++;
            }
        }
        int64_t end = now();
        stamp(END, count);
        send();
        printf("sent %lld %lld %lld\n", count, (long long)start, (long long)end);
    }
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static long long percentile(int64_t count, double percent) {
    if (count == 0) return 0;
    int64_t rank = (int64_t)(percent / 100 * (double)count + 0.999999);
    return latencies[rank < 1 ? 0 : rank > count ? count - 1 : rank - 1];
}

static void consume(void (*receive)(void), int64_t max) {
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        int timed = strncmp(line, "receive", 7) == 0;
        int64_t expected = 0, number, nanos;
        printf("ready\n");
        int64_t cpu = nanos_of(CLOCK_PROCESS_CPUTIME_ID);
        int64_t start = now();
        for (;;) {
            receive();
            if (!timed && arrived != event) { /* a replay is a copy of all of it */
                memcpy(event, arrived, event_bytes);
                __asm__ volatile("" ::"r"(event) : "memory");
            }
            memcpy(&number, arrived + FRAME, 8);
            memcpy(&nanos, arrived + CAPTURED_NANOS, 8);
            if (number == END) break;
            if (number != expected) die("an event is missing");
            if (timed && expected < max) latencies[expected] = now() - nanos;
            expected++;
        }
        if (nanos != expected) die("events are missing");
        int64_t end = now();
        cpu = nanos_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        int64_t measured = !timed ? 0 : expected < max ? expected : max;
        qsort(latencies, (size_t)measured, sizeof *latencies, ascending);
        printf("received %lld %lld %lld %lld %lld %lld %lld %lld %lld\n", (long long)expected, (long long)start,
               (long long)end, (long long)cpu, percentile(measured, 50), percentile(measured, 90),
               percentile(measured, 99), percentile(measured, 99.9), percentile(measured, 100));
    }
}

int main(int argc, char **argv) {
    if (argc != 6) die("usage: peers log|semaphore producer|consumer DIRECTORY BYTES EVENTS");
    int is_log = strcmp(argv[1], "log") == 0;
    int is_producer = strcmp(argv[2], "producer") == 0;
    int64_t max = atoll(argv[5]);
    char path[4096];
    setvbuf(stdout, NULL, _IOLBF, 0);

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
    } else {
        if (sem_init(&shared->filled, 1, 0) != 0 || sem_init(&shared->empty, 1, SLOTS) != 0) die("sem_init");
        __atomic_store_n(&shared->ready, 1, __ATOMIC_RELEASE);
        latencies = malloc((size_t)max * sizeof *latencies);
        if (!latencies) die("malloc");
        memset(latencies, 1, (size_t)max * sizeof *latencies); /* its pages are there before it is timed */
    }
    printf("up\n");
    if (is_producer)
        produce(is_log ? log_send : semaphore_send);
    else
        consume(is_log ? log_receive : semaphore_receive, max);
    return 0;
}
