/*
 * Prints an event as a line of NDJSON, as docs/ndjson.md says, by the C library.
 */
#include "sightlog.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

/* Whether it is UTF-8, without surrogates, longer forms than needed, and what is beyond U+10FFFF. */
static bool is_good(sightlog_text text) {
    const uint8_t *at = (const uint8_t *)text.bytes, *end = at + text.size;
    while (at < end) {
        int more = *at < 0x80 ? 0 : *at < 0xc2 ? -1 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : *at < 0xf5 ? 3 : -1;
        if (more < 0 || end - at <= more) {
            return false;
        }
        uint32_t c = more == 0 ? *at : *at & (0x3fu >> more);
        for (int i = 1; i <= more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return false;
            }
            c = c << 6 | (at[i] & 0x3f);
        }
        if ((more == 2 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (more == 3 && (c < 0x10000 || c > 0x10ffff))) {
            return false;
        }
        at += more + 1;
    }
    return true;
}

static bool has_good_texts(const sightlog_event *event) {
    for (uint32_t type = SIGHTLOG_SOURCE; type <= SIGHTLOG_TEXT; type++) {
        sightlog_text text;
        if (sightlog_event_section(event, type, &text) == SIGHTLOG_OK && !is_good(text)) {
            return false;
        }
    }
    return true;
}

static bool has_own_labels(const sightlog_event *event) {
    sightlog_text text;
    return sightlog_event_section(event, SIGHTLOG_LABELS, &text) == SIGHTLOG_OK
           || sightlog_event_section(event, SIGHTLOG_MODEL, &text) == SIGHTLOG_OK;
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
