/*
 * One of the two processes of a peer, as io.sightlog.jmh.peers.Side speaks: commands come in lines, answers go out in lines.
 * A program includes this, says "up" by `up`, and hands its way to send, or to receive, to `produce` or `consume`.
 */
#ifndef SIDE_H
#define SIDE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UNTIMED = 1024 }; /* appended between two looks at the clock */
#define END (INT64_C(1) << 62)

typedef struct {
    int64_t number, nanos;
} arrival_t;

static void die(const char *what) {
    fprintf(stderr, "peers: %s: %s\n", what, errno ? strerror(errno) : "wrong");
    exit(1);
}

static inline int64_t nanos_of(clockid_t clock) {
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

static void up(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("up\n");
}

/* send has handed the event over when it returns. */
static void produce(void (*send)(int64_t number, int64_t nanos)) {
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
                send(count, due);
            }
        } else if (timed) {
            for (int64_t t = now(); count < max && t < until; t = now()) send(count++, t);
        } else {
            while (count < max && (count % UNTIMED != 0 || now() < until)) {
                send(count, count);
                count++;
            }
        }
        int64_t end = now();
        send(END, count);
        printf("sent %lld %lld %lld\n", count, (long long)start, (long long)end);
    }
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static long long percentile(const int64_t *sorted, int64_t count, double percent) {
    if (count == 0) return 0;
    int64_t rank = (int64_t)(percent / 100 * (double)count + 0.999999);
    return sorted[rank < 1 ? 0 : rank > count ? count - 1 : rank - 1];
}

/* max: how many latencies are kept. receive waits for one event; replayed: all of it is to be read, latencies are not asked for. */
static void consume(arrival_t (*receive)(int replayed), int64_t max) {
    char line[256];
    int64_t *latencies = malloc((size_t)max * sizeof *latencies);
    if (!latencies) die("malloc");
    memset(latencies, 1, (size_t)max * sizeof *latencies); /* its pages are there before it is timed */
    up();
    while (fgets(line, sizeof line, stdin)) {
        int timed = strncmp(line, "receive", 7) == 0;
        int64_t expected = 0;
        arrival_t got;
        printf("ready\n");
        int64_t cpu = nanos_of(CLOCK_PROCESS_CPUTIME_ID);
        int64_t start = now();
        while ((got = receive(!timed)).number != END) {
            if (got.number != expected) die("an event is missing");
            if (timed && expected < max) latencies[expected] = now() - got.nanos;
            expected++;
        }
        if (got.nanos != expected) die("events are missing");
        int64_t end = now();
        cpu = nanos_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        int64_t measured = !timed ? 0 : expected < max ? expected : max;
        qsort(latencies, (size_t)measured, sizeof *latencies, ascending);
        printf("received %lld %lld %lld %lld %lld %lld %lld %lld %lld\n", (long long)expected, (long long)start,
               (long long)end, (long long)cpu, percentile(latencies, measured, 50), percentile(latencies, measured, 90),
               percentile(latencies, measured, 99), percentile(latencies, measured, 99.9),
               percentile(latencies, measured, 100));
    }
}

#endif
