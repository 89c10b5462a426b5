/*
 * Copies a frame out of POSIX shared memory again and again, as a reader does that knows nothing of who writes it, and counts
 * the copies that are of two frames.
 *
 *     segment_reader NAME SECONDS
 *
 * Prints "copies=N changes=N torn=N": how often it copied, how often a whole copy was another frame than the one before, and
 * how many copies were torn. Frames must be as whole() wants them.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

struct box {
    int32_t class_id;
    float confidence;
    int32_t x, y, w, h;
};

struct frame {
    int32_t count;
    struct box boxes[10];
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Frame v has v mod 11 boxes, and v in all four fields of each. */
static int whole(const struct frame *frame) {
    int v = frame->boxes[0].x;
    if (frame->count < 0 || frame->count > 10) {
        return 0;
    }
    for (int i = 0; i < frame->count; i++) {
        const struct box *box = &frame->boxes[i];
        if (v % 11 != frame->count || box->x != v || box->y != v || box->w != v || box->h != v) {
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv) {
    int fd = argc == 3 ? shm_open(argv[1], O_RDONLY, 0) : -1;
    const struct frame *shared = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *shared, PROT_READ, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED) {
        perror("segment_reader NAME SECONDS");
        return 1;
    }
    struct frame copy, last = {0};
    uint64_t copies = 0, changes = 0, torn = 0;
    for (double end = now() + atof(argv[2]); now() < end;) {
        for (int i = 0; i < 1000; i++) {
            memcpy(&copy, shared, sizeof copy);
            __asm__ volatile("" : : "r"(&copy) : "memory"); /* it is used: all of it is copied */
            copies++;
            if (!whole(&copy)) {
                torn++;
            } else if (copy.count != last.count || copy.boxes[0].x != last.boxes[0].x) {
                changes++;
                last = copy;
            }
        }
    }
    printf("copies=%llu changes=%llu torn=%llu\n", (unsigned long long)copies, (unsigned long long)changes,
           (unsigned long long)torn);
    return 0;
}
