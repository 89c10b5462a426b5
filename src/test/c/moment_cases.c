/*
 * What the C library promises of moments that are too short to be met by chance: a system call of it lets somebody else act
 * there. Ends with 1, and a line, at the first that is not kept.
 *
 *     moment_cases DIRECTORY     a folder for journals, which is there
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void opening(const char *path);
static void calling(long number, ...);

static int sleeps;        /* how often the kernel was asked to put us to sleep */
static int error_of_sleep; /* errno after the last of them */

static int test_open(const char *path, int how, ...) {
    va_list more;
    va_start(more, how);
    mode_t mode = (mode_t)(how & O_CREAT ? va_arg(more, int) : 0);
    va_end(more);
    opening(path);
    return open(path, how, mode);
}
static long called(long result) {
    error_of_sleep = errno;
    return result;
}

#define open test_open
#define syscall(number, ...) (calling(number, __VA_ARGS__), called(syscall(number, __VA_ARGS__)))
#include "../../main/c/sightlog.c"

#include "expect.h"

static char directory[PATH_MAX];
static sightlog_error error;
static sightlog_writer *writer;
static sightlog_draft *draft;
static bool append_at_open, append_at_sleep;

static void append_event(void) {
    sightlog_fields fields = {.frame = 1, .captured_nanos = 5, .width = 100, .height = 50};
    EXPECT(sightlog_draft_begin(draft, SIGHTLOG_FRAME, &fields) == SIGHTLOG_OK);
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_OK);
}

static void opening(const char *path) {
    if (append_at_open && strstr(path, "sightlog.signal")) {
        append_at_open = false;
        append_event();
    }
}

static void calling(long number, ...) {
    va_list arguments;
    va_start(arguments, number);
    va_arg(arguments, void *);
    if (number == SYS_futex && va_arg(arguments, int) == FUTEX_WAIT) {
        sleeps++;
        if (append_at_sleep) {
            append_at_sleep = false;
            append_event();
        }
    }
    va_end(arguments);
}

static void begin(const char *folder, const char *name) {
    EXPECT(snprintf(directory, sizeof directory, "%s/%s", folder, name) < (int)sizeof directory);
    EXPECT(sightlog_writer_open(&writer, directory, &(sightlog_writer_options){.roll = "daily"}, &error) == SIGHTLOG_OK);
    EXPECT((draft = sightlog_draft_new()) != NULL);
    append_event();
    sleeps = 0;
}

static void end(void) {
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static sightlog_reader *at_the_end(void) {
    sightlog_reader *reader;
    sightlog_event event;
    EXPECT(sightlog_reader_open(&reader, directory, NULL, &error) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_OK && sightlog_next(reader, &event) == SIGHTLOG_NONE);
    return reader;
}

enum { A_MINUTE = 60 };

/* An append after the last look and before the announcement wakes nobody: it has to be looked for once more. */
static void who_has_announced_a_sleep_looks_once_more(const char *folder) {
    begin(folder, "announced");
    sightlog_reader *reader = at_the_end();
    append_at_open = true; /* of the file with the word, which is opened between the two */
    EXPECT(sightlog_wait(reader, A_MINUTE * INT64_C(1000000000)) == SIGHTLOG_OK);
    EXPECT(!append_at_open && sleeps == 0);
    sightlog_reader_close(reader);
    end();
}

/* An append after the last look ends the sleep before it begins. */
static void an_append_after_the_last_look_ends_the_sleep(const char *folder) {
    begin(folder, "asleep");
    sightlog_reader *reader = at_the_end();
    append_at_sleep = true;
    EXPECT(sightlog_wait(reader, A_MINUTE * INT64_C(1000000000)) == SIGHTLOG_OK);
    EXPECT(!append_at_sleep && sleeps == 1 && error_of_sleep == EAGAIN);
    sightlog_reader_close(reader);
    end();
}

/* Whatever lies past the end: what follows an event that is there must not look like another one. */
static void the_header_after_an_event_is_zero(const char *folder) {
    enum { STRAY_BYTES = 400 }; /* more than an event */
    begin(folder, "stray");
    uint8_t *end_of_first = writer->current.file.bytes + writer->end;
    for (int at = 4; at < STRAY_BYTES; at += 4) {
        store_u32(end_of_first + at, 16); /* "a document of 16 bytes" */
    }
    append_event();
    uint8_t *end_of_second = writer->current.file.bytes + writer->end;
    EXPECT(end_of_second > end_of_first && end_of_second < end_of_first + STRAY_BYTES - 4);
    EXPECT(acquire_u32(end_of_second) == 0);
    sightlog_reader *reader;
    sightlog_event event;
    EXPECT(sightlog_reader_open(&reader, directory, NULL, &error) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_OK && sightlog_next(reader, &event) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE);
    sightlog_reader_close(reader);
    end();
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: moment_cases DIRECTORY\n", stderr);
        return 2;
    }
    who_has_announced_a_sleep_looks_once_more(arguments[1]);
    an_append_after_the_last_look_ends_the_sleep(arguments[1]);
    the_header_after_an_event_is_zero(arguments[1]);
    return 0;
}
