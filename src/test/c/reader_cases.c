/*
 * What the C library promises of readers and named consumers inside one process, on a journal of at least ten events that is
 * given, and may be written to. Ends with 1, and a line, at the first that is not kept.
 *
 *     reader_cases DIRECTORY
 */
#define _GNU_SOURCE
#include "sightlog.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"

static const char *directory;
static sightlog_error error;

static sightlog_reader *open_named(const char *name) {
    sightlog_reader_options options = {.name = name};
    sightlog_reader *reader;
    EXPECT(sightlog_reader_open(&reader, directory, &options, &error) == SIGHTLOG_OK);
    return reader;
}

static sightlog_event next(sightlog_reader *reader) {
    sightlog_event event;
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_OK);
    return event;
}

static void a_name_is_had_once_in_a_process(void) {
    sightlog_reader_options options = {.name = "one"};
    sightlog_consumer consumer;
    sightlog_reader *second, *first = open_named("one");
    char mine[32];
    snprintf(mine, sizeof mine, "process %d", getpid());
    EXPECT(sightlog_reader_open(&second, directory, &options, &error) == SIGHTLOG_HELD);
    EXPECT(second == NULL && error.code == SIGHTLOG_HELD && strstr(error.text, mine));
    for (int i = 0; i < 3; i++) { /* would the look close a descriptor of it, the lock were gone */
        EXPECT(sightlog_consumer_read(directory, "one", &consumer, &error) == SIGHTLOG_OK);
        EXPECT(consumer.holder == getpid() && consumer.state == SIGHTLOG_AT_START);
    }
    pid_t child = fork();
    if (child == 0) {
        sightlog_error its;
        int opened = sightlog_reader_open(&second, directory, &options, &its);
        sightlog_event event;
        EXPECT(opened == SIGHTLOG_HELD && strstr(its.text, mine));
        EXPECT(sightlog_next(first, &event) == SIGHTLOG_OK); /* reading alone harms nobody */
        EXPECT(sightlog_handled(first) == SIGHTLOG_INVALID);
        _exit(0);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    sightlog_reader_close(first);
    EXPECT(sightlog_consumer_read(directory, "one", &consumer, &error) == SIGHTLOG_OK && consumer.holder == 0);
    sightlog_reader_close(open_named("one"));
}

static void a_consumer_goes_on_where_it_stopped(void) {
    sightlog_consumer consumer;
    sightlog_reader *reader = open_named("goes-on");
    sightlog_event event;
    EXPECT(sightlog_handled(reader) == SIGHTLOG_INVALID); /* nothing was read */
    for (int i = 0; i < 5; i++) {
        event = next(reader);
        EXPECT(sightlog_handled(reader) == SIGHTLOG_OK);
    }
    next(reader); /* not handled */
    sightlog_reader_close(reader);
    EXPECT(sightlog_consumer_read(directory, "goes-on", &consumer, &error) == SIGHTLOG_OK);
    EXPECT(consumer.state == SIGHTLOG_BEHIND && consumer.index == event.index && consumer.place == event.place);
    EXPECT(consumer.moved_nanos > consumer.created_nanos && consumer.created_nanos > 0);
    reader = open_named("goes-on");
    sightlog_event again = next(reader);
    EXPECT(again.index > event.index || (again.index == event.index && again.place == event.place + 1));
    sightlog_reader_close(reader);
}

static bool resumes_at(const char *name, const sightlog_event *expected) {
    sightlog_reader *reader = open_named(name);
    sightlog_event event = next(reader);
    bool same = event.index == expected->index && event.place == expected->place;
    sightlog_reader_close(reader);
    return same;
}

static bool refuses(sightlog_reader *reader, const sightlog_event *event, const char *why) {
    char position[64];
    snprintf(position, sizeof position, event->place ? "position 0x%" PRIx64 ":%u " : "position 0x%" PRIx64 " ", event->index, event->place);
    const sightlog_error *its = sightlog_reader_error(reader);
    return sightlog_handled_at(reader, event->index, event->place) == SIGHTLOG_INVALID && strstr(its->text, position)
           && strstr(its->text, why) && its->index == event->index && its->place == event->place;
}

/* Events are handed out in one order, and finished in it, later. */
static void what_is_finished_later_is_saved_later(void) {
    enum { MOST = 1000 };
    static sightlog_event all[MOST];
    size_t count = 0;
    bool within = false; /* a batch */
    char name[32];
    sightlog_reader *reader;
    EXPECT(sightlog_reader_open(&reader, directory, NULL, &error) == SIGHTLOG_OK);
    while (count < MOST && sightlog_next(reader, &all[count]) == SIGHTLOG_OK) {
        within |= all[count].place > 0;
        count++;
    }
    EXPECT(sightlog_handled_at(reader, all[2].index, all[2].place) == SIGHTLOG_OK); /* without a name it only checks */
    EXPECT(refuses(reader, &(sightlog_event){.index = all[count - 1].index + 1}, ", handed out last"));
    sightlog_reader_close(reader);
    for (size_t last = 0; last + 1 < count; last++) {
        snprintf(name, sizeof name, "late-%zu", last);
        reader = open_named(name);
        for (size_t i = 0; i < count; i++) {
            next(reader);
        }
        EXPECT(sightlog_handled_at(reader, all[last].index, all[last].place) == SIGHTLOG_OK);
        sightlog_reader_close(reader);
        EXPECT(resumes_at(name, &all[last + 1]));
    }
    reader = open_named("late");
    EXPECT(refuses(reader, &all[0], "no event was handed out yet"));
    for (int i = 0; i < 4; i++) {
        next(reader);
    }
    EXPECT(refuses(reader, &all[4], ", handed out last"));
    EXPECT(sightlog_handled_at(reader, all[1].index, all[1].place) == SIGHTLOG_OK);
    EXPECT(sightlog_handled_at(reader, all[1].index, all[1].place) == SIGHTLOG_OK); /* as it is */
    EXPECT(refuses(reader, &all[0], ", saved or handed out first"));
    EXPECT(sightlog_handled(reader) == SIGHTLOG_OK && refuses(reader, &all[2], ", saved or handed out first"));
    sightlog_reader_close(reader);
    reader = open_named("late"); /* goes on after the fourth, which is what was saved last */
    EXPECT(sightlog_handled(reader) == SIGHTLOG_INVALID && refuses(reader, &all[4], ", handed out last"));
    EXPECT(sightlog_handled_at(reader, all[3].index, all[3].place) == SIGHTLOG_OK);
    EXPECT(next(reader).index == all[4].index && sightlog_handled_at(reader, all[4].index, all[4].place) == SIGHTLOG_OK);
    EXPECT(sightlog_seek(reader, &(sightlog_start){.from = SIGHTLOG_FROM_START}) == SIGHTLOG_OK);
    EXPECT(refuses(reader, &all[4], "no event was handed out yet"));
    next(reader);
    EXPECT(sightlog_handled_at(reader, all[0].index, all[0].place) == SIGHTLOG_OK);
    pid_t child = fork();
    if (child == 0) {
        EXPECT(sightlog_handled_at(reader, all[0].index, all[0].place) == SIGHTLOG_INVALID);
        EXPECT(strstr(sightlog_reader_error(reader)->text, "fork()"));
        _exit(0);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    sightlog_reader_close(reader);
    EXPECT(resumes_at("late", &all[1]));
    EXPECT(within || !strstr(directory, "batches"));
}

static void names_are_checked(void) {
    static const char *const BAD[] = {"", ".x", "-x", "a/b", "../x", "a b", "\xc3\xa9",
                                      "12345678901234567890123456789012345678901234567890123456789012345"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        sightlog_reader_options options = {.name = BAD[i]};
        sightlog_consumer consumer;
        sightlog_reader *reader;
        EXPECT(sightlog_reader_open(&reader, directory, &options, &error) == SIGHTLOG_INVALID);
        EXPECT(sightlog_consumer_read(directory, BAD[i], &consumer, &error) == SIGHTLOG_INVALID);
    }
    sightlog_consumer consumer;
    EXPECT(sightlog_consumer_read(directory, "nobody", &consumer, &error) == SIGHTLOG_NONE);
}

static void starts_lead_where_they_say(void) {
    sightlog_reader *reader;
    sightlog_start start;
    sightlog_event event;
    EXPECT(sightlog_reader_open(&reader, directory, NULL, &error) == SIGHTLOG_OK);
    next(reader);
    sightlog_event second = next(reader);
    char position[64];
    snprintf(position, sizeof position, "0x%" PRIx64 ":%u", second.index, second.place);
    uint64_t index = second.index;
    int64_t stamp = second.appended_nanos;
    EXPECT(sightlog_start_parse("-1", &start) == SIGHTLOG_OK && sightlog_seek(reader, &start) == SIGHTLOG_OK);
    next(reader);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE);
    EXPECT(sightlog_start_parse(position, &start) == SIGHTLOG_OK && sightlog_seek(reader, &start) == SIGHTLOG_OK);
    EXPECT(next(reader).index == index);
    EXPECT(sightlog_seek(reader, &(sightlog_start){.from = SIGHTLOG_FROM_TIME, .nanos = stamp}) == SIGHTLOG_OK);
    EXPECT(next(reader).appended_nanos >= stamp);
    EXPECT(sightlog_start_parse("end", &start) == SIGHTLOG_OK && sightlog_seek(reader, &start) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE);
    EXPECT(sightlog_wait(reader, 3000000) == SIGHTLOG_NONE);
    start = (sightlog_start){.from = SIGHTLOG_FROM_POSITION, .index = UINT64_C(0x7fffffff00000000)};
    EXPECT(sightlog_seek(reader, &start) == SIGHTLOG_NO_EVENT);
    EXPECT(sightlog_reader_error(reader)->code == SIGHTLOG_NO_EVENT);
    EXPECT(sightlog_seek(reader, &(sightlog_start){.from = 17}) == SIGHTLOG_INVALID);
    EXPECT(sightlog_missed(reader) == 0);
    sightlog_reader_close(reader);
    static const char *const SAME[] = {"1795966800", "1795966800000", "1795966800000000", "1795966800000000000"};
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        EXPECT(sightlog_start_parse(SAME[i], &start) == SIGHTLOG_OK && start.from == SIGHTLOG_FROM_TIME);
        EXPECT(start.nanos == INT64_C(1795966800000000000));
    }
    EXPECT(sightlog_start_parse("946684799", &start) == SIGHTLOG_OK && start.nanos == 946684799);
    EXPECT(sightlog_start_parse("4102444800", &start) == SIGHTLOG_OK && start.nanos == INT64_C(4102444800));
    static const char *const BAD[] = {"", "-", "0x", "0xg", "0x1:", "0x1:x", "1x", "--1", "now", "0xffffffffffffffff", "-+1"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        EXPECT(sightlog_start_parse(BAD[i], &start) == SIGHTLOG_INVALID);
    }
}

static void what_is_not_there_is_waited_for(void) {
    char path[4096];
    sightlog_reader_options named = {.name = "early"};
    sightlog_reader *reader;
    sightlog_event event;
    snprintf(path, sizeof path, "%s-not-there", directory);
    EXPECT(sightlog_reader_open(&reader, path, &named, &error) == SIGHTLOG_IO && error.system_error != 0);
    EXPECT(sightlog_reader_open(&reader, path, NULL, &error) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE && sightlog_wait(reader, 3000000) == SIGHTLOG_NONE);
    sightlog_reader_close(reader);
    EXPECT(mkdir(path, 0700) == 0);
    EXPECT(sightlog_reader_open(&reader, path, &named, &error) == SIGHTLOG_OK);
    EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE);
    sightlog_reader_close(reader);
    snprintf(path, sizeof path, "%s-not-there/other", directory);
    FILE *other = fopen(path, "w");
    EXPECT(other && fclose(other) == 0);
    snprintf(path, sizeof path, "%s-not-there", directory);
    EXPECT(sightlog_reader_open(&reader, path, NULL, &error) == SIGHTLOG_NOT_A_JOURNAL && strstr(error.text, "other"));
    snprintf(path, sizeof path, "%s/metadata.cq4t", directory);
    EXPECT(sightlog_reader_open(&reader, path, NULL, &error) == SIGHTLOG_NOT_A_JOURNAL);
}

static void write_id(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    EXPECT(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void the_id_is_read_or_refused(void) {
    static const char *const WRONG[] = {"", "\n", "00112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff\n\n",
                                        "00112233445566778899AABBCCDDEEFF\n", "00112233445566778899aabbccddeefg\n",
                                        "00000000000000000000000000000000\n"};
    uint8_t id[16];
    char path[4096];
    snprintf(path, sizeof path, "%s/sightlog.id", directory);
    EXPECT(sightlog_journal_id(directory, id, &error) == SIGHTLOG_NONE);
    write_id(path, "00112233445566778899aabbccddeeff\n");
    EXPECT(sightlog_journal_id(directory, id, NULL) == SIGHTLOG_OK);
    for (int i = 0; i < 16; i++) {
        EXPECT(id[i] == 0x11 * i);
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        write_id(path, WRONG[i]);
        EXPECT(sightlog_journal_id(directory, id, &error) == SIGHTLOG_NOT_A_JOURNAL && strstr(error.text, path) && id[15] == 0);
    }
    EXPECT(unlink(path) == 0 && symlink("/dev/zero", path) == 0);
    EXPECT(sightlog_journal_id(directory, id, &error) == SIGHTLOG_IO && strstr(error.text, path));
    EXPECT(unlink(path) == 0 && mkfifo(path, 0600) == 0);
    EXPECT(sightlog_journal_id(directory, id, &error) == SIGHTLOG_IO && strstr(error.text, path));
    EXPECT(unlink(path) == 0);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fputs("usage: reader_cases DIRECTORY\n", stderr);
        return 2;
    }
    directory = arguments[1];
    a_name_is_had_once_in_a_process();
    a_consumer_goes_on_where_it_stopped();
    what_is_finished_later_is_saved_later();
    names_are_checked();
    starts_lead_where_they_say();
    what_is_not_there_is_waited_for();
    the_id_is_read_or_refused();
    EXPECT(sightlog_crc32c(0, "123456789", 9) == 0xe3069283u);
    EXPECT(sightlog_crc32c(sightlog_crc32c(0, "1234", 4), "56789", 5) == 0xe3069283u);
    return 0;
}
