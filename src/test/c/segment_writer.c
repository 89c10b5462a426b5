/*
 * Writes frames into POSIX shared memory the way Sightlog's first ancestor does: no lock, the count and then field after
 * field of each box. A line of standard input is a frame: the count, then for each box class id, confidence, left, top, width
 * and height. The count and the boxes are written as they are given, sense or nonsense.
 *
 *     segment_writer NAME            frames from standard input, each answered with "ok"
 *     segment_writer NAME COUNT US   COUNT frames of its own, one every US microseconds: see whole() in segment_reader.c
 *
 * With the environment's UNLINK set, the name is removed at the end.
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct box {
    int32_t class_id;
    float confidence;
    int32_t x, y, w, h;
};

struct frame {
    int32_t count;
    struct box boxes[10];
};

_Static_assert(sizeof(struct frame) == 244, "as the ancestor has it");

static int from_lines(volatile struct frame *frame) {
    int count;
    while (scanf("%d", &count) == 1) {
        frame->count = count;
        for (int i = 0; i < count && i < 10; i++) {
            int id, x, y, w, h;
            float confidence;
            if (scanf("%d %f %d %d %d %d", &id, &confidence, &x, &y, &w, &h) != 6) {
                fprintf(stderr, "box %d is incomplete\n", i);
                return 1;
            }
            frame->boxes[i].class_id = id;
            frame->boxes[i].confidence = confidence;
            frame->boxes[i].x = x;
            frame->boxes[i].y = y;
            frame->boxes[i].w = w;
            frame->boxes[i].h = h;
        }
        puts("ok");
        fflush(stdout);
    }
    return 0;
}

static void by_itself(volatile struct frame *frame, int frames, long micros) {
    struct timespec pause = {micros / 1000000, micros % 1000000 * 1000};
    for (int v = 1; v <= frames; v++) {
        int count = v % 11;
        frame->count = count;
        for (int i = 0; i < count; i++) {
            frame->boxes[i].class_id = v % 80;
            frame->boxes[i].confidence = 0.5f;
            frame->boxes[i].x = v;
            frame->boxes[i].y = v;
            frame->boxes[i].w = v;
            frame->boxes[i].h = v;
        }
        nanosleep(&pause, NULL);
    }
}

int main(int argc, char **argv) {
    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: segment_writer NAME [COUNT US]\n");
        return 2;
    }
    int fd = shm_open(argv[1], O_CREAT | O_RDWR, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct frame)) != 0) {
        perror(argv[1]);
        return 1;
    }
    volatile struct frame *frame = mmap(NULL, sizeof *frame, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (frame == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    int code = 0;
    if (argc == 2) {
        code = from_lines(frame);
    } else {
        by_itself(frame, atoi(argv[2]), atol(argv[3]));
    }
    if (getenv("UNLINK") != NULL) {
        shm_unlink(argv[1]);
    }
    return code;
}
