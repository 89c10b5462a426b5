/*
 * Prints Sightlog journals as NDJSON, by the C library and docs/ndjson.md: what "sightlog tail" prints.
 *
 *     read_journal [--consumers] [--from PLACE] [--follow NAME] [--live] [--count N] [--unchecked] DIRECTORY...
 *
 * --from PLACE    start, end, -N, 0x<index>[:<place>] or nanoseconds since the epoch
 * --live          waits for more at the end, until --count events were read, or for ever
 * --follow NAME   likewise, as a named consumer
 * --count N       at most so many events
 * --unchecked     without looking at checksums
 * --consumers     where the named consumers stand, instead: name, state, index, place, process that runs it
 *
 * Of several directories, each one's lines begin with its name, on both outputs, and they end with a line "end CODE". Exit codes:
 * 0 done, 1 failed, 2 usage, 3 done, but something was damaged or a label set was missing; the highest of all directories.
 */
#define _GNU_SOURCE
#include "sightlog.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_MISSING = 4096 };

static struct {
    bool consumers, follow, unchecked;
    const char *name;
    sightlog_start start;
    uint64_t count;
} options = {.count = UINT64_MAX};

static uint64_t missing[MAX_MISSING]; /* label sets that were told */
static size_t missing_count;

/* ---- texts */

/* JSON: quote, backslash and what is below U+0020 are escaped, everything else stays as it is. */
static void print_text(sightlog_text text) {
    putchar('"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = (uint8_t)text.bytes[i];
        const char *at = c ? strchr("\"\"\\\\\bb\tt\nn\ff\rr", c) : NULL;
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20 && at) {
            printf("\\%c", at[1]);
        } else if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void print_base64(sightlog_text binary) {
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < binary.size; i += 3) {
        size_t left = binary.size - i;
        uint32_t bits = (uint32_t)(uint8_t)binary.bytes[i] << 16;
        bits |= left > 1 ? (uint32_t)(uint8_t)binary.bytes[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint8_t)binary.bytes[i + 2] : 0u;
        putchar(DIGITS[bits >> 18]);
        putchar(DIGITS[bits >> 12 & 63]);
        putchar(left > 1 ? DIGITS[bits >> 6 & 63] : '=');
        putchar(left > 2 ? DIGITS[bits & 63] : '=');
    }
}

/* Digits and a power of ten, in plain notation. */
static void print_plain(bool negative, uint64_t digits, int exponent) {
    while (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    char text[32];
    int count = snprintf(text, sizeof text, "%" PRIu64, digits);
    int before = count + exponent; /* digits before the point */
    if (negative) {
        putchar('-');
    }
    if (before <= 0) {
        fputs("0.", stdout);
    }
    for (int i = before; i < 0; i++) {
        putchar('0');
    }
    for (int i = 0; i < count; i++) {
        if (i == before && i > 0) {
            putchar('.');
        }
        putchar(text[i]);
    }
    for (int i = count; i < before; i++) {
        putchar('0');
    }
}

static bool reads_back(uint64_t digits, int exponent, float value) {
    char text[48];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    return strtof(text, NULL) == value;
}

/* The shortest decimal that gives the same float. */
static void print_float(float value) {
    if (isnan(value)) {
        fputs("\"NaN\"", stdout);
    } else if (isinf(value)) {
        fputs(value > 0 ? "\"Infinity\"" : "\"-Infinity\"", stdout);
    } else if (value == 0) {
        fputs(signbit(value) ? "-0" : "0", stdout);
    } else {
        float magnitude = fabsf(value);
        uint64_t power = 1; /* of ten, with as many digits as are tried */
        for (int digits = 1; digits <= 9; digits++, power *= 10) {
            char text[32];
            snprintf(text, sizeof text, "%.*e", digits - 1, magnitude);
            char *e = strchr(text, 'e');
            int exponent = atoi(e + 1) - (digits - 1);
            uint64_t closer = 0;
            for (char *at = text; at < e; at++) {
                closer = *at == '.' ? closer : closer * 10 + (uint64_t)(*at - '0');
            }
            /* the other neighbour may read back where the closer one does not: below a power of two floats lie denser */
            bool carried = closer == power;
            uint64_t below = carried ? power * 10 - 1 : closer - 1;
            if (reads_back(closer, exponent, magnitude)) {
                print_plain(value < 0, closer, exponent);
                return;
            }
            if (reads_back(closer + 1, exponent, magnitude)) {
                print_plain(value < 0, closer + 1, exponent);
                return;
            }
            if (reads_back(below, exponent - carried, magnitude)) {
                print_plain(value < 0, below, exponent - carried);
                return;
            }
        }
        abort(); /* nine digits are always enough */
    }
}

/* ---- NDJSON */

static void print_named(const char *name, sightlog_text text) {
    printf(",\"%s\":", name);
    print_text(text);
}

static void print_section(const char *name, const sightlog_event *event, uint32_t type) {
    sightlog_text text;
    sightlog_event_section(event, type, &text);
    print_named(name, text);
}

static uint64_t number_of(const uint8_t hash[8]) {
    uint64_t number;
    memcpy(&number, hash, 8);
    return number;
}

static void print_hash(const char *name, const uint8_t hash[8]) {
    printf(",\"%s\":\"", name);
    for (int i = 0; i < 8 && number_of(hash) != 0; i++) {
        printf("%02x", hash[i]);
    }
    putchar('"');
}

static void print_detection(sightlog_reader *reader, const sightlog_event *event, uint32_t i) {
    sightlog_detection d;
    sightlog_text label;
    sightlog_event_detection(event, i, &d);
    const char *const names[] = {"confidence", "x", "y", "w", "h"};
    const float values[] = {d.confidence, d.x, d.y, d.w, d.h};
    printf("%s{\"classId\":%" PRId32 ",\"label\":", i > 0 ? "," : "", d.class_id);
    if (sightlog_label(reader, event, d.class_id, &label) == SIGHTLOG_OK) {
        print_text(label);
    } else {
        printf("\"%" PRId32 "\"", d.class_id);
    }
    for (int n = 0; n < 5; n++) {
        printf(",\"%s\":", names[n]);
        print_float(values[n]);
    }
    printf(",\"trackId\":\"%" PRId64 "\"}", d.track_id);
}

static void print_captured_at(int64_t nanos) {
    int64_t fraction = nanos % 1000000000, seconds = nanos / 1000000000;
    if (fraction < 0) {
        fraction += 1000000000;
        seconds--;
    }
    time_t when = (time_t)seconds;
    struct tm utc;
    gmtime_r(&when, &utc);
    char text[32];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    printf(",\"capturedAt\":\"%s.%09" PRId64 "Z\"", text, fraction);
}

static void print_id(const char *name, const uint8_t id[16]) {
    static const uint8_t NONE[16];
    printf("\"%s\":\"", name);
    for (int i = 0; i < 16 && memcmp(id, NONE, 16) != 0; i++) {
        printf("%02x", id[i]);
    }
    putchar('"');
}

static void print_code(const char *name, uint32_t code, const char *const *words, uint32_t count) {
    if (code < count) {
        printf("\"%s\":\"%s\"", name, words[code]);
    } else {
        printf("\"%s\":\"%" PRIu32 "\"", name, code);
    }
}

/* What only some events have. */
static void print_rare(const sightlog_event *event) {
    static const char *const FORMATS[] = {"", "jpeg"}, *const BROKERS[] = {"", "kafka", "mqtt"};
    sightlog_kept_frame kept;
    sightlog_live live;
    sightlog_origin origin;
    sightlog_answers answers;
    if (sightlog_event_kept_frame(event, &kept) == SIGHTLOG_OK) {
        fputs(",\"keptFrame\":{", stdout);
        print_id("journal", kept.journal);
        printf(",\"producer\":\"%016" PRIx64 "\",\"file\":\"%" PRId64 "\",\"offset\":\"%" PRId64 "\"", kept.producer, kept.file,
               kept.offset);
        printf(",\"bytes\":%" PRId32 ",\"crc32c\":\"%08" PRIx32 "\",", kept.bytes, kept.crc32c);
        print_code("format", kept.format, FORMATS, 2);
        printf(",\"width\":%" PRId32 ",\"height\":%" PRId32 "}", kept.width, kept.height);
    }
    if (sightlog_event_live(event, &live) == SIGHTLOG_OK) {
        printf(",\"live\":{\"dropped\":\"%" PRId64 "\",\"ageNanos\":\"%" PRId64 "\"", live.dropped, live.age_nanos);
        printf(",\"reconnects\":\"%" PRId64 "\",\"outageNanos\":\"%" PRId64 "\"}", live.reconnects, live.outage_nanos);
    }
    if (sightlog_event_origin(event, &origin) == SIGHTLOG_OK) {
        fputs(",\"origin\":{", stdout);
        print_code("kind", origin.kind, BROKERS, 3);
        print_named("broker", origin.broker);
        print_named("topic", origin.topic);
        print_named("topicId", origin.topic_id);
        print_named("messageId", origin.message_id);
        printf(",\"partition\":%" PRId32 ",\"offset\":\"%" PRId64 "\",\"path\":[", origin.partition, origin.offset);
        for (uint32_t i = 0; i < origin.path_count; i++) {
            fputs(i > 0 ? ",\"" : "\"", stdout);
            for (int n = 0; n < 16; n++) {
                printf("%02x", origin.path[16 * i + n]);
            }
            putchar('"');
        }
        printf("],\"producer\":\"%016" PRIx64 "\",\"sequence\":\"%" PRId64 "\",\"appendedNanos\":\"%" PRId64 "\"}", origin.producer,
               origin.sequence, origin.appended_nanos);
    }
    if (sightlog_event_answers(event, &answers) == SIGHTLOG_OK) {
        fputs(",\"answers\":{", stdout);
        print_id("journal", answers.journal);
        printf(",\"producer\":\"%016" PRIx64 "\",\"sequence\":\"%" PRId64 "\"", answers.producer, answers.sequence);
        printf(",\"index\":\"0x%" PRIx64 "\",\"place\":%" PRIu32 "}", answers.index, answers.place);
    }
}

static void print_event(sightlog_reader *reader, const sightlog_event *event) {
    static const char *const KINDS[] = {"", "frame", "skip", "message"};
    sightlog_text text;
    printf("{\"index\":\"0x%" PRIx64 "\",\"place\":%" PRIu32 ",\"kind\":\"%s\"", event->index, event->place,
           KINDS[event->kind]);
    print_section("source", event, SIGHTLOG_SOURCE);
    print_section("stream", event, SIGHTLOG_STREAM);
    printf(",\"frame\":%" PRId64 ",\"positionNanos\":\"%" PRId64 "\"", event->frame, event->position_nanos);
    printf(",\"capturedNanos\":\"%" PRId64 "\",\"appendedNanos\":\"%" PRId64 "\"", event->captured_nanos, event->appended_nanos);
    printf(",\"decodeNanos\":\"%" PRId64 "\",\"inferNanos\":\"%" PRId64 "\"", event->decode_nanos, event->infer_nanos);
    print_captured_at(event->captured_nanos);
    printf(",\"width\":%" PRId32 ",\"height\":%" PRId32, event->width, event->height);
    print_hash("digest", event->digest);
    sightlog_model(reader, event, &text);
    print_named("model", text);
    print_hash("labelSet", event->label_set);
    printf(",\"producer\":\"%016" PRIx64 "\",\"sequence\":\"%" PRId64 "\",\"detections\":[", event->producer, event->sequence);
    for (uint32_t i = 0; i < event->detection_count; i++) {
        print_detection(reader, event, i);
    }
    putchar(']');
    if (event->kind == SIGHTLOG_SKIP) {
        print_section("reason", event, SIGHTLOG_REASON);
    }
    if (event->kind == SIGHTLOG_MESSAGE) {
        print_section("topic", event, SIGHTLOG_TOPIC);
        if (sightlog_event_section(event, SIGHTLOG_BINARY, &text) == SIGHTLOG_OK) {
            fputs(",\"base64\":\"", stdout);
            print_base64(text);
            putchar('"');
        } else {
            print_section("text", event, SIGHTLOG_TEXT);
        }
    }
    print_rare(event);
    fputs("}\n", stdout);
}

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
        if (result == SIGHTLOG_OK) {
            result = sightlog_label_set_state(reader, &event); /* labels it carries itself are looked at only now */
            if (result == SIGHTLOG_NONE) {
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
    if (strcmp(name, "--live") == 0) {
        options.follow = true;
        return 1;
    }
    if (value && strcmp(name, "--from") == 0 && sightlog_start_parse(value, &options.start) == SIGHTLOG_OK) {
        return 2;
    }
    if (value && strcmp(name, "--follow") == 0) {
        options.follow = true;
        options.name = value;
        return 2;
    }
    if (value && strcmp(name, "--count") == 0) {
        options.count = strtoull(value, NULL, 10);
        return 2;
    }
    return 0;
}

int main(int count, char **arguments) {
    int first = 1, taken = 1, worst = 0;
    while (first < count && strncmp(arguments[first], "--", 2) == 0 && taken > 0) {
        taken = option(arguments + first, count - first);
        first += taken;
    }
    if (taken == 0 || first >= count) {
        fputs("usage: read_journal [--consumers] [--from PLACE] [--follow NAME] [--live] [--count N] [--unchecked] DIRECTORY...\n", stderr);
        return 2;
    }
    bool several = count - first > 1;
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
