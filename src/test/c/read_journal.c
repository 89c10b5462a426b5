/*
 * Prints Sightlog journals as NDJSON, by the C library and docs/ndjson.md: what "sightlog tail" prints.
 *
 *     read_journal [--consumers] [--from PLACE] [--as NAME] [--follow NAME] [--live] [--count N] [--unchecked] DIRECTORY... | --each
 *
 * --from PLACE    start, end, -N, 0x<index>[:<place>] or nanoseconds since the epoch
 * --as NAME       as a named consumer, to the end
 * --live          waits for more at the end, until --count events were read, or for ever
 * --follow NAME   likewise, as a named consumer
 * --count N       at most so many events
 * --unchecked     without looking at checksums
 * --each          takes lines "PLACE NAME DIRECTORY" from standard input, NAME "-" for none, and reads each of them so
 * --consumers     where the named consumers stand, instead: name, state, index, place, process that runs it
 *
 * Of several directories, each one's lines begin with its name, on both outputs, and they end with a line "end CODE". Exit codes:
 * 0 done, 1 failed, 2 usage, 3 done, but something was damaged or a label set was missing; the highest of all directories.
 */
#define _GNU_SOURCE
#include "print_event.h"

#include <dirent.h>
#include <errno.h>

enum { MAX_MISSING = 4096 };

static struct {
    bool consumers, follow, unchecked, each;
    const char *name;
    sightlog_start start;
    uint64_t count;
} options = {.count = UINT64_MAX};

static uint64_t missing[MAX_MISSING]; /* label sets that were told */
static size_t missing_count;

/* Told once for each label set, when all is read. */
static void note_missing(const sightlog_event *event) {
    for (size_t i = 0; i < missing_count; i++) {
        if (missing[i] == number_of(event->label_set)) {
            return;
        }
    }
    if (missing_count < MAX_MISSING) {
        missing[missing_count++] = number_of(event->label_set);
    }
}

static void tell_missing(const char *prefix) {
    for (size_t i = 0; i < missing_count; i++) {
        fprintf(stderr, "%smissing ", prefix);
        for (int n = 0; n < 8; n++) {
            fprintf(stderr, "%02x", (unsigned)(missing[i] >> 8 * n & 0xff));
        }
        fputs(": ids are shown in place of labels\n", stderr);
    }
}

static void tell_damage(const char *prefix, const sightlog_error *error) {
    fprintf(stderr, "%sdamaged 0x%" PRIx64, prefix, error->index);
    if (error->place) {
        fprintf(stderr, ":%" PRIu32, error->place);
    }
    fprintf(stderr, ": %s\n", error->text);
}

/* An event with a text that is no UTF-8 has no line. */
static void tell_text(const char *prefix, const sightlog_event *event) {
    sightlog_error error = {.index = event->index, .place = event->place};
    snprintf(error.text, sizeof error.text, "a text in it is not good UTF-8");
    tell_damage(prefix, &error);
}

/* ---- a journal */

static int read_events(sightlog_reader *reader, const char *prefix) {
    sightlog_event event;
    uint64_t read = 0;
    int code = 0;
    while (read < options.count) {
        int result = sightlog_next(reader, &event);
        if (result == SIGHTLOG_NONE) {
            if (!options.follow) {
                break;
            }
            fflush(stdout);
            sightlog_wait(reader, 100000000);
            continue;
        }
        if (result == SIGHTLOG_OK && !has_good_texts(&event)) {
            tell_text(prefix, &event);
            code = 3;
            continue;
        }
        if (result == SIGHTLOG_OK) {
            result = sightlog_label_set_state(reader, &event); /* labels it carries itself are looked at only now */
            if (result == SIGHTLOG_NONE || (result == SIGHTLOG_DAMAGED && !has_own_labels(&event))) { /* costs labels, no event */
                note_missing(&event);
                result = SIGHTLOG_OK;
            }
            if (result == SIGHTLOG_OK) {
                read++;
                fputs(prefix, stdout);
                print_event(reader, &event);
                if (sightlog_handled(reader) != SIGHTLOG_OK) {
                    result = SIGHTLOG_INVALID;
                }
            }
        }
        if (result == SIGHTLOG_DAMAGED || result == SIGHTLOG_NEWER) {
            tell_damage(prefix, sightlog_reader_error(reader));
            code = 3;
        } else if (result != SIGHTLOG_OK) {
            fprintf(stderr, "%s%s\n", prefix, sightlog_reader_error(reader)->text);
            return 1;
        }
    }
    tell_missing(prefix);
    return missing_count > 0 ? 3 : code;
}

static int read_journal(const char *directory, const char *prefix) {
    sightlog_reader_options how = {.start = options.start, .name = options.name, .unchecked = options.unchecked};
    sightlog_error error;
    sightlog_reader *reader;
    missing_count = 0;
    if (sightlog_reader_open(&reader, directory, &how, &error) != SIGHTLOG_OK) {
        fprintf(stderr, "%s%s\n", prefix, error.text);
        return 1;
    }
    int code = read_events(reader, prefix);
    uint64_t excerpts = sightlog_missed(reader);
    if (excerpts == UINT64_MAX) {
        fprintf(stderr, "%smissed unknown\n", prefix);
    } else if (excerpts > 0) {
        fprintf(stderr, "%smissed %" PRIu64 "\n", prefix, excerpts);
    }
    sightlog_reader_close(reader);
    return code;
}

static int print_consumers(const char *directory, const char *prefix) {
    char folder[4096];
    struct dirent **names;
    int code = 0;
    snprintf(folder, sizeof folder, "%s/consumers", directory);
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        sightlog_consumer consumer;
        sightlog_error error;
        char *dot = strrchr(names[i]->d_name, '.');
        if (dot && strcmp(dot, ".position") == 0 && *names[i]->d_name != '.') {
            *dot = 0;
            int result = sightlog_consumer_read(directory, names[i]->d_name, &consumer, &error);
            if (result == SIGHTLOG_OK) {
                printf("%s%s %d 0x%" PRIx64 " %u %" PRId64 "\n", prefix, names[i]->d_name, consumer.state, consumer.index,
                       consumer.place, consumer.holder);
            } else if (result < 0) {
                fprintf(stderr, "%s%s\n", prefix, error.text);
                code = 1;
            }
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return code;
}

/* Takes an option and its value; 0 when it is none that is known. */
static int option(char **arguments, int left) {
    const char *name = arguments[0], *value = left > 1 ? arguments[1] : NULL;
    if (strcmp(name, "--consumers") == 0) {
        options.consumers = true;
        return 1;
    }
    if (strcmp(name, "--unchecked") == 0) {
        options.unchecked = true;
        return 1;
    }
    if (strcmp(name, "--each") == 0) {
        options.each = true;
        return 1;
    }
    if (strcmp(name, "--live") == 0) {
        options.follow = true;
        return 1;
    }
    if (value && strcmp(name, "--from") == 0 && sightlog_start_parse(value, &options.start) == SIGHTLOG_OK) {
        return 2;
    }
    if (value && (strcmp(name, "--follow") == 0 || strcmp(name, "--as") == 0)) {
        options.follow = strcmp(name, "--follow") == 0;
        options.name = value;
        return 2;
    }
    if (value && strcmp(name, "--count") == 0) {
        options.count = strtoull(value, NULL, 10);
        return 2;
    }
    return 0;
}

/* Each line of standard input says where to begin, as whom, and in which journal. */
static int read_each(void) {
    char line[8192], from[64], name[80], directory[4096], prefix[4200];
    int worst = 0;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%63s %79s %4095[^\n]", from, name, directory) != 3 || sightlog_start_parse(from, &options.start) != SIGHTLOG_OK) {
            fprintf(stderr, "no line of PLACE NAME DIRECTORY: %s", line);
            return 2;
        }
        options.name = strcmp(name, "-") == 0 ? NULL : name;
        snprintf(prefix, sizeof prefix, "%s ", directory);
        int code = read_journal(directory, prefix);
        worst = code > worst ? code : worst;
    }
    return worst;
}

int main(int count, char **arguments) {
    int first = 1, taken = 1, worst = 0;
    while (first < count && strncmp(arguments[first], "--", 2) == 0 && taken > 0) {
        taken = option(arguments + first, count - first);
        first += taken;
    }
    if (taken == 0 || (first >= count && !options.each)) {
        fputs("usage: read_journal [--consumers] [--from PLACE] [--as NAME] [--follow NAME] [--live] [--count N] [--unchecked]"
              " DIRECTORY... | --each\n", stderr);
        return 2;
    }
    bool several = count - first > 1;
    worst = options.each ? read_each() : 0;
    for (int i = first; i < count; i++) {
        char prefix[4096] = "";
        if (several) {
            snprintf(prefix, sizeof prefix, "%s ", arguments[i]);
        }
        int code = options.consumers ? print_consumers(arguments[i], prefix) : read_journal(arguments[i], prefix);
        if (several) {
            printf("%send %d\n", prefix, code);
        }
        worst = code > worst ? code : worst;
    }
    if (fflush(stdout) != 0) {
        fprintf(stderr, "cannot write: %s\n", strerror(errno));
        return 1;
    }
    return worst;
}
