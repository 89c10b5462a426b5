/*
 * Prints the pictures that are kept of a journal's events, by the C library.
 *
 *     read_pictures [--starved] DIRECTORY...
 *
 * A line for each event: number of the directory, position, and "picture" with the bytes in hex, or why there is none: none, absent,
 * damaged, newer, or failed with the errno. --starved: while no further file can be opened.
 */
#define _GNU_SOURCE
#include "sightlog.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "expect.h"

/* Empty when there is none. */
static sightlog_text look_at(sightlog_reader *reader, const sightlog_event *event, int directory) {
    sightlog_text picture = {NULL, 7};
    const sightlog_error *error = sightlog_reader_error(reader);
    int result = sightlog_event_picture(reader, event, &picture);
    printf("%d 0x%" PRIx64, directory, event->index);
    if (event->place > 0) {
        printf(":%" PRIu32, event->place);
    }
    switch (result) {
    case SIGHTLOG_OK:
        fputs(" picture ", stdout);
        for (size_t i = 0; i < picture.size; i++) {
            printf("%02x", (unsigned)(uint8_t)picture.bytes[i]);
        }
        putchar('\n');
        return picture;
    case SIGHTLOG_NONE: puts(" none"); break;
    case SIGHTLOG_NOT_HERE: puts(" absent"); break;
    case SIGHTLOG_DAMAGED: puts(" damaged"); break;
    case SIGHTLOG_NEWER: puts(" newer"); break;
    default: printf(" failed %d\n", error->system_error);
    }
    EXPECT(picture.size == 0 && picture.bytes != NULL);
    if (result < SIGHTLOG_OK) {
        EXPECT(error->code == result && error->index == event->index && error->place == event->place);
        EXPECT(*error->text && !strchr(error->text, '\n'));
    }
    return picture;
}

int main(int count, char **arguments) {
    bool starved = count > 1 && strcmp(arguments[1], "--starved") == 0;
    int first = 1 + starved;
    struct rlimit files, none;
    EXPECT(getrlimit(RLIMIT_NOFILE, &files) == 0);
    none = (struct rlimit){0, files.rlim_max};
    for (int i = first; i < count; i++) {
        sightlog_reader *reader;
        sightlog_error error;
        sightlog_event event;
        if (sightlog_reader_open(&reader, arguments[i], NULL, &error) != SIGHTLOG_OK) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
        sightlog_kept_frame kept = {.crc32c = 0};
        sightlog_text held = {"", 0};
        int result;
        while ((result = sightlog_next(reader, &event)) == SIGHTLOG_OK) {
            EXPECT(held.size == 0 || sightlog_crc32c(0, held.bytes, held.size) == kept.crc32c); /* also past the next event */
            sightlog_event_kept_frame(&event, &kept);
            if (starved) {
                EXPECT(setrlimit(RLIMIT_NOFILE, &none) == 0);
                look_at(reader, &event, i - first);
                EXPECT(setrlimit(RLIMIT_NOFILE, &files) == 0);
            }
            int before = dup(1);
            EXPECT(before >= 0 && close(before) == 0);
            held = look_at(reader, &event, i - first);
            int after = dup(1);
            EXPECT(after == before && close(after) == 0); /* nothing stays open */
        }
        EXPECT(result == SIGHTLOG_NONE);
        sightlog_reader_close(reader);
    }
    return 0;
}
