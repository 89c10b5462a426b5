/*
 * Joins a hand-over through shared memory and two semaphores to a journal, in either direction:
 *
 *     handover to-journal   [--topic TOPIC] [--binary] [--count N] [--foreign] JOURNAL
 *                                                                              takes what an old writer hands over, and sends it
 *     handover from-journal [--topic TOPIC] [--binary] [--count N] [--foreign] [--name NAME] [--from PLACE] JOURNAL
 *                                                                              hands messages over to an old reader
 *
 * The hand-over is a POSIX shared memory object of 4,096 bytes, /my_shared_memory, and two named semaphores. A writer waits for
 * /my_semaphore_read (made with 1), copies, and posts /my_semaphore_write (made with 0); a reader waits for that one, copies, and
 * posts the first. Text ends with a NUL, and several lines may share a buffer: each becomes a message; a message that is handed
 * over has a buffer of its own. Binary is a length of two bytes, the high one first, and so many bytes, at most 4,094.
 *
 * Anybody may make an object of these names before us, and read and change what is handed over. One that belongs to another user,
 * or has another name, too, is refused without --foreign.
 *
 * Ends after N messages, or with SIGINT or SIGTERM. Exit codes: 0 done, 1 failed, 2 usage, 3 something was not handed on, and was
 * told. What a writer has handed over is in the journal before the next buffer is asked for; with --name, what was handed over
 * to a reader is not handed over again after a restart (but for the last buffer, after a death).
 *
 *     cc -O2 -o handover examples/handover.c sightlog.c -I. -pthread        (from src/main/c)
 */
#define _GNU_SOURCE
#include "sightlog.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 4096, MOST_BINARY = BUFFER_BYTES - 2, MOST_TEXT = BUFFER_BYTES - 1 };

static const char *topic = "handover", *name;
static sightlog_start start; /* the oldest there is */
static bool binary, foreign;
static long most = -1;

static char *buffer; /* the shared one */
static sem_t *may_write, *may_read;
static volatile sig_atomic_t stopped;
static bool lossy;

/* Bytes from `at` on that a terminal shows and does not obey; 0 when it is not known to. */
static int shown(const unsigned char *at) {
    if (at[0] < 0x80) {
        return at[0] >= ' ' && at[0] < 0x7f;
    }
    int bytes = at[0] >= 0xc3 && at[0] < 0xe0 ? 2 : at[0] >= 0xe1 && at[0] < 0xf0 ? 3 : 0;
    for (int i = 1; i < bytes; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* U+2000 .. U+206F turn the order of letters or hide, as does U+FEFF */
    return bytes == 3 && ((at[0] == 0xe2 && at[1] <= 0x81) || (at[0] == 0xef && at[1] >= 0xbb)) ? 0 : bytes;
}

/* A text that may come from elsewhere: what is not shown, and what is rare, becomes \xHH. */
static void say(const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        int bytes = shown(at);
        if (bytes > 0) {
            fwrite(at, 1, (size_t)bytes, stderr);
        } else {
            fprintf(stderr, "\\x%02x", *at);
        }
        at += bytes > 0 ? bytes : 1;
    }
}

static void tell(const char *what, const char *why, const char *end) {
    fputs("handover: ", stderr);
    say(what);
    fputs(": ", stderr);
    say(why);
    fputs(end, stderr);
}

static _Noreturn void fail(const char *what, const char *why) {
    tell(what, why, "\n");
    exit(1);
}

static void stop(int number) { stopped = number; }

static void check_owner(const char *what, const struct stat *status) {
    if (!foreign && (status->st_uid != geteuid() || status->st_nlink > 1)) {
        fail(what, "it belongs to another user, or has another name, too: remove it, or use it with --foreign");
    }
}

static void check_semaphore(const char *what, const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        fail(what, strerror(errno));
    }
    check_owner(what, &status);
}

static void attach(void) {
    int fd = shm_open("/my_shared_memory", O_RDWR | O_CREAT, 0600);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        fail("/my_shared_memory", strerror(errno));
    }
    check_owner("/my_shared_memory", &status);
    if (status.st_size < BUFFER_BYTES && ftruncate(fd, BUFFER_BYTES) != 0) {
        fail("/my_shared_memory", strerror(errno));
    }
    buffer = mmap(NULL, BUFFER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (buffer == MAP_FAILED) {
        fail("/my_shared_memory", strerror(errno));
    }
    close(fd);
    may_write = sem_open("/my_semaphore_read", O_CREAT, 0600, 1);
    may_read = sem_open("/my_semaphore_write", O_CREAT, 0600, 0);
    if (may_write == SEM_FAILED || may_read == SEM_FAILED) {
        fail("/my_semaphore_read and _write", strerror(errno));
    }
    check_semaphore("/my_semaphore_read", "/dev/shm/sem.my_semaphore_read");
    check_semaphore("/my_semaphore_write", "/dev/shm/sem.my_semaphore_write");
}

/* False when a signal has ended it. */
static bool await(sem_t *semaphore) {
    while (!stopped) {
        if (sem_wait(semaphore) == 0) {
            return true;
        }
        if (errno != EINTR) {
            fail("a semaphore", strerror(errno));
        }
    }
    return false;
}

static void lose(const char *what, const char *why) {
    tell(what, why, "; it was not handed on\n");
    lossy = true;
}

/* ---- to the journal */

static sightlog_draft *draft;
static sightlog_batch *batch;
static sightlog_writer *writer;

static void add(const char *content, size_t size) {
    sightlog_fields fields = {.captured_nanos = sightlog_now()};
    int result = sightlog_draft_begin(draft, SIGHTLOG_MESSAGE, &fields);
    result = result ? result : sightlog_draft_text(draft, SIGHTLOG_TOPIC, topic);
    result = result ? result : sightlog_draft_section(draft, binary ? SIGHTLOG_BINARY : SIGHTLOG_TEXT, content, size);
    result = result ? result : sightlog_batch_add(batch, draft); /* a buffer's messages always fit into one batch */
    if (result != SIGHTLOG_OK) {
        lose("a message", sightlog_draft_error(draft));
    }
}

static void add_buffer(void) {
    sightlog_batch_clear(batch);
    if (binary) {
        size_t size = (size_t)(unsigned char)buffer[0] << 8 | (unsigned char)buffer[1];
        if (size > MOST_BINARY) {
            lose("a buffer", "its length is more than 4,094");
        } else {
            add(buffer + 2, size);
        }
        return;
    }
    size_t size = strnlen(buffer, BUFFER_BYTES);
    for (size_t at = 0; at < size || at == 0;) {
        const char *line = buffer + at, *end = memchr(line, '\n', size - at);
        size_t bytes = end ? (size_t)(end - line) : size - at;
        add(line, bytes);
        at += bytes + 1;
    }
}

static long to_journal(const char *directory) {
    sightlog_error error;
    long sent = 0;
    draft = sightlog_draft_new();
    batch = sightlog_batch_new();
    if (!draft || !batch) {
        fail(directory, "out of memory");
    }
    if (sightlog_writer_open(&writer, directory, NULL, &error) != SIGHTLOG_OK) {
        fail(directory, error.text);
    }
    while (!stopped && (most < 0 || sent < most) && await(may_read)) {
        add_buffer();
        if (sightlog_append_batch(writer, batch, NULL) != SIGHTLOG_OK) {
            sem_post(may_read); /* it stays there for the next one */
            fail(directory, sightlog_writer_error(writer)->text);
        }
        sent += sightlog_batch_count(batch);
        sem_post(may_write);
    }
    sightlog_writer_close(writer);
    sightlog_batch_free(batch);
    sightlog_draft_free(draft);
    return sent;
}

/* ---- from the journal */

/* The next message of the topic; false at the end of what there is, or of us. */
static bool next_message(sightlog_reader *reader, sightlog_text *content) {
    sightlog_event event;
    sightlog_text named;
    int result;
    while (!stopped && (result = sightlog_next(reader, &event)) != SIGHTLOG_NONE) {
        if (result == SIGHTLOG_DAMAGED || result == SIGHTLOG_NEWER) {
            lose("the journal", sightlog_reader_error(reader)->text);
            continue;
        }
        if (result != SIGHTLOG_OK) {
            fail("the journal", sightlog_reader_error(reader)->text);
        }
        sightlog_event_section(&event, SIGHTLOG_TOPIC, &named);
        if (event.kind == SIGHTLOG_MESSAGE && named.size == strlen(topic) && memcmp(named.bytes, topic, named.size) == 0) {
            bool is_binary = sightlog_event_section(&event, SIGHTLOG_BINARY, content) == SIGHTLOG_OK;
            if (!is_binary) {
                sightlog_event_section(&event, SIGHTLOG_TEXT, content);
            }
            const char *wrong = is_binary != binary ? (binary ? "it is text, without --binary" : "it is binary: use --binary")
                                : content->size > (binary ? MOST_BINARY : MOST_TEXT) ? "it does not fit into the buffer"
                                : !binary && content->size && memchr(content->bytes, 0, content->size)
                                    ? "it has a NUL in it"
                                    : NULL;
            if (!wrong) {
                return true;
            }
            lose("a message", wrong);
        }
        sightlog_handled(reader); /* not for us */
    }
    return false;
}

/* Puts a message into the shared buffer. */
static void put(sightlog_text content) {
    char *to = buffer;
    if (binary) {
        *to++ = (char)(content.size >> 8);
        *to++ = (char)content.size;
    }
    if (content.size) {
        memcpy(to, content.bytes, content.size);
    }
    if (!binary) {
        to[content.size] = 0;
    }
}

static long from_journal(const char *directory) {
    sightlog_error error;
    sightlog_reader *reader;
    sightlog_reader_options options = {.name = name, .start = start};
    if (sightlog_reader_open(&reader, directory, &options, &error) != SIGHTLOG_OK) {
        fail(directory, error.text);
    }
    sightlog_text content;
    long handed = 0;
    char metadata[4096];
    snprintf(metadata, sizeof metadata, "%s/metadata.cq4t", directory);
    if (access(metadata, F_OK) != 0) {
        tell("no messages yet in", directory, ": waiting for a writer\n");
    }
    while (!stopped && (most < 0 || handed < most)) {
        if (!next_message(reader, &content)) {
            sightlog_wait(reader, 100000000);
        } else if (await(may_write)) {
            put(content);
            sem_post(may_read);
            sightlog_handled(reader);
            handed++;
        }
    }
    sightlog_reader_close(reader);
    return handed;
}

static int usage(void) {
    fputs("usage: handover to-journal|from-journal [--topic TOPIC] [--binary] [--count N] [--name NAME] [--from PLACE] JOURNAL\n",
          stderr);
    return 2;
}

int main(int count, char **arguments) {
    const char *directory = NULL;
    if (count < 3) {
        return usage();
    }
    bool to = strcmp(arguments[1], "to-journal") == 0;
    if (!to && strcmp(arguments[1], "from-journal") != 0) {
        return usage();
    }
    for (int i = 2; i < count; i++) {
        const char *option = arguments[i], *value = i + 1 < count ? arguments[i + 1] : NULL;
        if (strcmp(option, "--binary") == 0) {
            binary = true;
            continue;
        }
        if (strcmp(option, "--foreign") == 0) {
            foreign = true;
            continue;
        }
        if (strncmp(option, "--", 2) != 0) {
            if (directory) {
                return usage();
            }
            directory = option;
            continue;
        }
        char *end = "";
        if (!value) {
            return usage();
        } else if (strcmp(option, "--topic") == 0) {
            topic = value;
        } else if (strcmp(option, "--count") == 0) {
            most = strtol(value, &end, 10);
        } else if (strcmp(option, "--name") == 0 && !to) {
            name = value;
        } else if (strcmp(option, "--from") == 0 && !to) {
            if (sightlog_start_parse(value, &start) != SIGHTLOG_OK) {
                fputs("handover: --from: start, end, -N, a position or nanoseconds are needed\n", stderr);
                return 2;
            }
        } else {
            return usage();
        }
        if (*end || (most < 0 && strcmp(option, "--count") == 0)) {
            return usage();
        }
        i++;
    }
    if (!directory) {
        return usage();
    }
    if (!*topic || strlen(topic) > SIGHTLOG_MAX_TOPIC_BYTES) {
        fputs("handover: --topic: 1 to 255 bytes are needed\n", stderr);
        return 2;
    }
    struct sigaction action = {.sa_handler = stop}; /* without SA_RESTART: waiting ends */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    attach();
    long messages = to ? to_journal(directory) : from_journal(directory);
    fprintf(stderr, "handover: %ld messages\n", messages);
    return stopped ? 128 + stopped : lossy ? 3 : 0;
}
