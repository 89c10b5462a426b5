/*
 * Prints a Sightlog journal as NDJSON, written from docs/format.md and docs/ndjson.md alone.
 *
 *     read_journal [--consumers] DIRECTORY
 *
 * Exit codes: 0 done, 1 failed, 2 usage, 3 done, but something was damaged or a label set was missing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 1, SKIP = 2, MESSAGE = 3, BATCH = 4 };
enum { SOURCE = 1, STREAM, REASON, LABELS, MODEL, TOPIC, TEXT, BINARY };
enum { EVENT_HEADER = 112, BATCH_HEADER = 24, DETECTION = 32, SECTION = 12 };
enum { MAX_EXCERPT = 16773120, MAX_DETECTIONS = 100000, MAX_SECTIONS = 256, MAX_BATCH = 65536 };
enum { MAX_CLASS_ID = 1000000, MAX_LABEL_SET = 16 << 20 };

static const uint32_t METADATA = 0x40000000u, IN_PROGRESS = 0x80000000u, LENGTH = 0x3fffffffu, END_MARK = 0xc0000000u;

static const char *directory;
static bool lossy;

static _Noreturn void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static void *allocate(size_t bytes) {
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory) {
        fail("out of memory");
    }
    return memory;
}

/* ---- bytes */

#define READER(name, type)                          \
    static type name(const uint8_t *at) {           \
        type value;                                 \
        memcpy(&value, at, sizeof value);           \
        return value;                               \
    }
READER(u16, uint16_t)
READER(u32, uint32_t)
READER(i32, int32_t)
READER(u64, uint64_t)
READER(i64, int64_t)
READER(f32, float)

static uint32_t crc_table[256];

static void make_crc_table(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t value = n;
        for (int bit = 0; bit < 8; bit++) {
            value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
        }
        crc_table[n] = value;
    }
}

static uint32_t crc32c(const uint8_t *from, const uint8_t *to) {
    uint32_t crc = 0xffffffffu;
    while (from < to) {
        crc = crc_table[(crc ^ *from++) & 0xff] ^ crc >> 8;
    }
    return ~crc;
}

/* ---- mapped files */

typedef struct {
    char path[4096];
    const uint8_t *memory;
    size_t size;
} mapped;

/* False when there is no such file. */
static bool map(mapped *file, const char *folder, const char *name) {
    snprintf(file->path, sizeof file->path, "%s/%s", folder, name);
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return false;
    }
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        fail("cannot read %s: %s", file->path, strerror(errno));
    }
    file->size = (size_t)status.st_size;
    file->memory = file->size ? mmap(NULL, file->size, PROT_READ, MAP_SHARED, fd, 0) : NULL;
    close(fd);
    if (file->memory == MAP_FAILED) {
        fail("cannot map %s: %s", file->path, strerror(errno));
    }
    return true;
}

static void unmap(mapped *file) {
    if (file->memory) {
        munmap((void *)file->memory, file->size);
    }
}

/* The header of a document, 0 where the file ends. */
static uint32_t header_at(const mapped *file, size_t offset) {
    if (offset + 4 > file->size) {
        return 0;
    }
    return atomic_load_explicit((const _Atomic uint32_t *)(const void *)(file->memory + offset), memory_order_acquire);
}

static const uint8_t *payload_at(const mapped *file, size_t offset, uint32_t header) {
    uint32_t length = header & LENGTH;
    if (length > MAX_EXCERPT || offset + 4 + length > file->size) {
        fail("%s is damaged: a document of %u bytes at %zu", file->path, length, offset);
    }
    return file->memory + offset + 4;
}

static size_t next_document(size_t offset, uint32_t header) { return (offset + 4 + (header & LENGTH) + 3) & ~(size_t)3; }

/* What is behind a field's name in document 0. */
static const uint8_t *field(const mapped *file, const uint8_t *payload, uint32_t length, const char *name) {
    size_t size = strlen(name);
    const uint8_t *last = file->memory + file->size - 9; /* whatever the value is, it can be looked at */
    for (const uint8_t *at = payload; at + 1 + size < payload + length && at + 1 + size <= last; at++) {
        if (*at == 0xc0 + size && memcmp(at + 1, name, size) == 0) {
            return at + 1 + size;
        }
    }
    fail("%s has no field %s", file->path, name);
}

static int64_t number(const uint8_t *at) {
    switch (*at) {
    case 0xa1: return at[1];
    case 0xa2: return u16(at + 1);
    case 0xa3: return u32(at + 1);
    case 0xa4: return (int8_t)at[1];
    case 0xa5: return (int16_t)u16(at + 1);
    case 0xa6: return i32(at + 1);
    case 0xa7: return i64(at + 1);
    default: return *at < 0x80 ? *at : -1;
    }
}

/* ---- how it rolls */

typedef struct {
    int64_t millis;
    const char *pattern; /* as in metadata.cq4t */
    const char *name;    /* as strptime takes it */
} roll;

static const roll ROLLS[] = {
    {1000, "yyyyMMdd-HHmmss'T'", "%Y%m%d-%H%M%ST.cq4"},  {60000, "yyyyMMdd-HHmm", "%Y%m%d-%H%M.cq4"},
    {300000, "yyyyMMdd-HHmm'V'", "%Y%m%d-%H%MV.cq4"},    {600000, "yyyyMMdd-HHmm'X'", "%Y%m%d-%H%MX.cq4"},
    {1800000, "yyyyMMdd-HHmm'H'", "%Y%m%d-%H%MH.cq4"},   {3600000, "yyyyMMdd-HH'F'", "%Y%m%d-%HF.cq4"},
    {21600000, "yyyyMMdd-HH'VI'", "%Y%m%d-%HVI.cq4"},    {86400000, "yyyyMMdd'F'", "%Y%m%dF.cq4"},
};

static const char *const KEYS[] = {"listing.highestCycle", "listing.lowestCycle", "listing.modCount",
                                   "chronicle.write.lock", "chronicle.append.lock"};
enum { KEY_COUNT = sizeof KEYS / sizeof *KEYS, ROLL_COUNT = sizeof ROLLS / sizeof *ROLLS };

static const roll *roll_of(const mapped *file, const uint8_t *payload, uint32_t length) {
    int64_t millis = number(field(file, payload, length, "length"));
    const uint8_t *text = field(file, payload, length, "format");
    size_t size = *text >= 0xe0 ? *text - 0xe0u : 0;
    if (number(field(file, payload, length, "epoch")) != 0) {
        fail("%s: epoch is not 0", file->path);
    }
    for (size_t i = 0; i < ROLL_COUNT; i++) {
        const roll *known = &ROLLS[i];
        if (known->millis == millis && strlen(known->pattern) == size && memcmp(text + 1, known->pattern, size) == 0) {
            return known;
        }
    }
    fail("%s: unknown roll of %" PRId64 " ms", file->path, millis);
}

/* NULL while the journal is not complete. */
static const roll *read_metadata(void) {
    mapped file;
    if (!map(&file, directory, "metadata.cq4t")) {
        return NULL;
    }
    const roll *found = NULL;
    unsigned keys = 0;
    size_t offset = 0;
    for (uint32_t header; (header = header_at(&file, offset)) != 0 && !(header & IN_PROGRESS);) {
        const uint8_t *payload = payload_at(&file, offset, header);
        uint32_t length = header & LENGTH;
        if (offset == 0) {
            found = roll_of(&file, payload, length);
        }
        for (unsigned i = 0; i < KEY_COUNT && offset != 0; i++) {
            size_t size = strlen(KEYS[i]);
            if (length >= 2 + size && payload[0] == 0xb9 && payload[1] == size && !memcmp(payload + 2, KEYS[i], size)) {
                keys |= 1u << i;
            }
        }
        offset = next_document(offset, header);
    }
    unmap(&file);
    return keys == (1u << KEY_COUNT) - 1 ? found : NULL;
}

typedef struct {
    int64_t cycle;
    char name[32];
} cycle;

static int by_cycle(const void *a, const void *b) {
    int64_t x = ((const cycle *)a)->cycle, y = ((const cycle *)b)->cycle;
    return (x > y) - (x < y);
}

/* All cycles that have a file, in order; the caller frees them. */
static cycle *list_cycles(const roll *rolls, size_t *count) {
    DIR *folder = opendir(directory);
    if (!folder) {
        fail("cannot list %s: %s", directory, strerror(errno));
    }
    size_t room = 16;
    cycle *all = allocate(room * sizeof *all);
    *count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct tm start = {0};
        char name[32];
        const char *end = strptime(entry->d_name, rolls->name, &start);
        if (!end || *end || !strftime(name, sizeof name, rolls->name, &start) || strcmp(name, entry->d_name) != 0) {
            continue;
        }
        if (*count == room) {
            room *= 2;
            all = realloc(all, room * sizeof *all);
            if (!all) {
                fail("out of memory");
            }
        }
        all[*count].cycle = (int64_t)timegm(&start) * 1000 / rolls->millis;
        strcpy(all[(*count)++].name, name);
    }
    closedir(folder);
    qsort(all, *count, sizeof *all, by_cycle);
    return all;
}

/* ---- texts */

typedef struct {
    const uint8_t *bytes;
    size_t size;
} span;

static span span_of(const char *text) { return (span){(const uint8_t *)text, strlen(text)}; }

/* JSON: quote, backslash and what is below U+0020 are escaped, everything else stays as it is. */
static void print_text(span text) {
    putchar('"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.bytes[i];
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

static void print_base64(span binary) {
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < binary.size; i += 3) {
        size_t left = binary.size - i;
        uint32_t bits = (uint32_t)binary.bytes[i] << 16;
        bits |= left > 1 ? (uint32_t)binary.bytes[i + 1] << 8 : 0;
        bits |= left > 2 ? binary.bytes[i + 2] : 0u;
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
        fail("nine digits are always enough");
    }
}

/* ---- events */

typedef struct {
    const uint8_t *at;
    uint32_t size;
    uint32_t header_bytes, detections, detection_bytes, sections;
    const uint8_t *table;
} event;

/* What is wrong with an event, NULL when it can be looked at. */
static const char *check(event *e, const uint8_t *at, uint32_t size) {
    if (size < EVENT_HEADER || memcmp(at + 4, "SLOG", 4) != 0) {
        return "not an event";
    }
    uint8_t version = at[8];
    if (u32(at + 12) != size || u32(at) != crc32c(at + 4, at + size)) {
        return version > 1 ? "written by a newer Sightlog" : "the checksum is wrong";
    }
    if (version != 1) {
        return "unknown version";
    }
    if (at[9] < FRAME || at[9] > MESSAGE) {
        return "unknown kind";
    }
    *e = (event){at, size, u16(at + 10), u32(at + 104), u16(at + 108), u16(at + 110), NULL};
    if (e->header_bytes < EVENT_HEADER || e->detection_bytes < DETECTION || e->detections > MAX_DETECTIONS
        || e->sections > MAX_SECTIONS) {
        return "its sizes are wrong";
    }
    uint64_t table = e->header_bytes + (uint64_t)e->detections * e->detection_bytes;
    uint64_t contents = table + (uint64_t)e->sections * SECTION;
    if (contents > size) {
        return "detections or sections lie beyond the end";
    }
    e->table = at + table;
    for (uint32_t i = 0; i < e->sections; i++) {
        uint64_t offset = u32(e->table + i * SECTION + 4), bytes = u32(e->table + i * SECTION + 8);
        if (offset < contents || offset + bytes > size) {
            return "a section lies outside";
        }
    }
    return NULL;
}

static bool has_section(const event *e, uint32_t type, span *content) {
    for (uint32_t i = 0; i < e->sections; i++) {
        const uint8_t *entry = e->table + i * SECTION;
        if (u32(entry) == type) {
            *content = (span){e->at + u32(entry + 4), u32(entry + 8)};
            return true;
        }
    }
    *content = (span){NULL, 0};
    return false;
}

static span section(const event *e, uint32_t type) {
    span content;
    has_section(e, type, &content);
    return content;
}

/* ---- labels */

typedef struct {
    int64_t id;
    span label;
} label;

typedef struct labels {
    struct labels *next; /* in the catalogue */
    uint8_t hash[8];
    bool missing;
    span model;
    label *all;
    size_t count;
} labels;

static labels *catalogue;

/* A value of a label set's file, unquoted where it lies. */
static span unquote(uint8_t *value, size_t size) {
    if (size < 2 || value[0] != '"') {
        return (span){value, size};
    }
    uint8_t *to = value;
    uint32_t high = 0;
    for (const uint8_t *at = value + 1, *end = value + size - 1; at < end;) {
        if (*at != '\\' || at + 1 == end) {
            *to++ = *at++;
            continue;
        }
        uint8_t code = at[1];
        int digits = code == 'x' ? 2 : code == 'u' ? 4 : 0;
        at += 2;
        if (digits == 0) {
            *to++ = code == 'n' ? '\n' : code == 't' ? '\t' : code;
            continue;
        }
        char hex[5] = {0};
        memcpy(hex, at, (size_t)digits);
        at += digits;
        uint32_t c = (uint32_t)strtoul(hex, NULL, 16);
        if (c >= 0xd800 && c < 0xdc00) {
            high = c;
            continue;
        }
        if (c >= 0xdc00 && c < 0xe000) {
            c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
        }
        if (c < 0x80) {
            *to++ = (uint8_t)c;
        } else if (c < 0x800) {
            *to++ = (uint8_t)(0xc0 | c >> 6);
            *to++ = (uint8_t)(0x80 | (c & 63));
        } else if (c < 0x10000) {
            *to++ = (uint8_t)(0xe0 | c >> 12);
            *to++ = (uint8_t)(0x80 | (c >> 6 & 63));
            *to++ = (uint8_t)(0x80 | (c & 63));
        } else {
            *to++ = (uint8_t)(0xf0 | c >> 18);
            *to++ = (uint8_t)(0x80 | (c >> 12 & 63));
            *to++ = (uint8_t)(0x80 | (c >> 6 & 63));
            *to++ = (uint8_t)(0x80 | (c & 63));
        }
    }
    return (span){value, (size_t)(to - value)};
}

static size_t count_lines(const uint8_t *text, size_t size) {
    size_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    return lines;
}

/* The file's content stays in memory: labels point into it. */
static void parse_label_set(labels *set, uint8_t *content, size_t size) {
    bool known = false;
    set->all = allocate(count_lines(content, size) * sizeof *set->all);
    for (uint8_t *line = content, *end = content + size; line < end;) {
        uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        uint8_t *colon = memmem(line, (size_t)(stop - line), ": ", 2);
        if (colon) {
            span key = {line, (size_t)(colon - line)};
            span value = unquote(colon + 2, (size_t)(stop - colon - 2));
            if (key.size == 6 && memcmp(line, "format", 6) == 0) {
                known = value.size == 20 && memcmp(value.bytes, "sightlog label set 1", 20) == 0;
            } else if (key.size == 5 && memcmp(line, "model", 5) == 0) {
                set->model = value;
            } else if (key.size > 6 && memcmp(line, "label.", 6) == 0) {
                set->all[set->count++] = (label){strtoll((char *)line + 6, NULL, 10), value};
            }
        }
        line = stop + 1;
    }
    if (!known) {
        fail("a file in the catalogue is not a label set of version 1");
    }
}

static const labels *catalogued(const uint8_t *hash) {
    for (labels *set = catalogue; set; set = set->next) {
        if (memcmp(set->hash, hash, 8) == 0) {
            return set->missing ? NULL : set;
        }
    }
    labels *set = allocate(sizeof *set);
    memcpy(set->hash, hash, 8);
    set->next = catalogue;
    catalogue = set;
    char name[64];
    int used = snprintf(name, sizeof name, "catalogue/");
    for (int i = 0; i < 8; i++) {
        used += snprintf(name + used, sizeof name - (size_t)used, "%02x", hash[i]);
    }
    snprintf(name + used, sizeof name - (size_t)used, ".yaml");
    mapped file;
    if (!map(&file, directory, name)) {
        fprintf(stderr, "missing %.16s: ids are shown in place of labels\n", name + 10);
        set->missing = lossy = true;
        return NULL;
    }
    if (file.size > MAX_LABEL_SET) {
        fail("%s is too large", file.path);
    }
    uint8_t *content = allocate(file.size);
    memcpy(content, file.memory, file.size);
    parse_label_set(set, content, file.size);
    unmap(&file);
    return set;
}

/* The labels an event carries itself, in a set that the next call uses again. */
static const labels *own_labels(const event *e) {
    static labels own;
    span text = section(e, LABELS);
    own.model = section(e, MODEL);
    free(own.all);
    own.all = allocate(count_lines(text.bytes, text.size) * sizeof *own.all);
    own.count = 0;
    for (const uint8_t *line = text.bytes, *end = text.bytes + text.size; line < end;) {
        const uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        const uint8_t *tab = memchr(line, '\t', (size_t)(stop - line));
        if (tab) {
            own.all[own.count++] = (label){strtoll((const char *)line, NULL, 10), {tab + 1, (size_t)(stop - tab - 1)}};
        }
        line = stop + 1;
    }
    return &own;
}

static const labels *labels_of(const event *e) {
    span ignored;
    if (has_section(e, LABELS, &ignored) || has_section(e, MODEL, &ignored)) {
        return own_labels(e);
    }
    return u64(e->at + 64) == 0 ? NULL : catalogued(e->at + 64);
}

static void print_label(const labels *set, int32_t id) {
    for (size_t i = set ? set->count : 0; i-- > 0;) { /* the last line of an id counts */
        if (set->all[i].id == id) {
            print_text(set->all[i].label);
            return;
        }
    }
    printf("\"%" PRId32 "\"", id);
}

/* ---- NDJSON */

static void print_hash(const char *name, const uint8_t *hash) {
    printf(",\"%s\":\"", name);
    for (int i = 0; i < 8 && u64(hash) != 0; i++) {
        printf("%02x", hash[i]);
    }
    putchar('"');
}

static void print_named(const char *name, span text) {
    printf(",\"%s\":", name);
    print_text(text);
}

static void print_detection(const uint8_t *at, const labels *set) {
    static const char *const FLOATS[] = {"confidence", "x", "y", "w", "h"};
    printf("{\"classId\":%" PRId32 ",\"label\":", i32(at));
    print_label(set, i32(at));
    for (int i = 0; i < 5; i++) {
        printf(",\"%s\":", FLOATS[i]);
        print_float(f32(at + 4 + 4 * i));
    }
    printf(",\"trackId\":\"%" PRId64 "\"}", i64(at + 24));
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

static void print_event(const event *e, uint64_t index, uint32_t place) {
    static const char *const KINDS[] = {"", "frame", "skip", "message"};
    const uint8_t *at = e->at;
    const labels *set = labels_of(e);
    printf("{\"index\":\"0x%" PRIx64 "\",\"place\":%" PRIu32 ",\"kind\":\"%s\"", index, place, KINDS[at[9]]);
    print_named("source", section(e, SOURCE));
    print_named("stream", section(e, STREAM));
    printf(",\"frame\":%" PRId64 ",\"positionNanos\":\"%" PRId64 "\"", i64(at + 56), i64(at + 48));
    printf(",\"capturedNanos\":\"%" PRId64 "\",\"appendedNanos\":\"%" PRId64 "\"", i64(at + 40), i64(at + 32));
    printf(",\"decodeNanos\":\"%" PRId64 "\",\"inferNanos\":\"%" PRId64 "\"", i64(at + 88), i64(at + 96));
    print_captured_at(i64(at + 40));
    printf(",\"width\":%" PRId32 ",\"height\":%" PRId32, i32(at + 80), i32(at + 84));
    print_hash("digest", at + 72);
    print_named("model", set ? set->model : span_of(""));
    print_hash("labelSet", at + 64);
    printf(",\"producer\":\"%016" PRIx64 "\",\"sequence\":\"%" PRId64 "\",\"detections\":[", u64(at + 16), i64(at + 24));
    for (uint32_t i = 0; i < e->detections; i++) {
        if (i > 0) {
            putchar(',');
        }
        print_detection(at + e->header_bytes + (size_t)i * e->detection_bytes, set);
    }
    putchar(']');
    if (at[9] == SKIP) {
        print_named("reason", section(e, REASON));
    }
    if (at[9] == MESSAGE) {
        span binary;
        print_named("topic", section(e, TOPIC));
        if (has_section(e, BINARY, &binary)) {
            fputs(",\"base64\":\"", stdout);
            print_base64(binary);
            putchar('"');
        } else {
            print_named("text", section(e, TEXT));
        }
    }
    fputs("}\n", stdout);
}

static void report(uint64_t index, uint32_t place, const char *damage) {
    fprintf(stderr, "damaged 0x%" PRIx64, index);
    if (place) {
        fprintf(stderr, ":%" PRIu32, place);
    }
    fprintf(stderr, ": %s\n", damage);
    lossy = true;
}

static void read_event(const uint8_t *at, uint32_t size, uint64_t index, uint32_t place) {
    event e;
    const char *damage = check(&e, at, size);
    if (damage) {
        report(index, place, damage);
    } else {
        print_event(&e, index, place);
    }
}

static const char *check_batch(const uint8_t *at, uint32_t size) {
    uint32_t count = u32(at + 16);
    if (u32(at + 12) != size || count < 1 || count > MAX_BATCH || BATCH_HEADER + 4 * count > size
        || u16(at + 10) != BATCH_HEADER) {
        return "a batch of another size";
    }
    uint32_t end = BATCH_HEADER + 4 * count;
    if (u32(at) != crc32c(at + 4, at + end)) {
        return "the checksum of a batch is wrong";
    }
    for (uint32_t i = 0, last = end; i < count; i++) {
        uint32_t offset = u32(at + BATCH_HEADER + 4 * i);
        if (offset < last || offset > size || offset % 4 != 0) {
            return "offsets of a batch do not ascend";
        }
        last = offset + 1;
    }
    return NULL;
}

static void read_excerpt(const uint8_t *at, uint32_t size, uint64_t index) {
    if (size < BATCH_HEADER || memcmp(at + 4, "SLOG\1\4", 6) != 0) {
        read_event(at, size, index, 0);
        return;
    }
    const char *damage = check_batch(at, size);
    if (damage) {
        report(index, 0, damage);
        return;
    }
    uint32_t count = u32(at + 16);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = u32(at + BATCH_HEADER + 4 * i);
        uint32_t to = i + 1 < count ? u32(at + BATCH_HEADER + 4 * (i + 1)) : size;
        read_event(at + from, to - from, index, i);
    }
}

/* ---- cycles */

static void read_cycle(const cycle *which) {
    mapped file;
    if (!map(&file, directory, which->name)) {
        return;
    }
    uint64_t sequence = 0;
    size_t offset = 0;
    for (uint32_t header; (header = header_at(&file, offset)) != 0 && header != END_MARK && !(header & IN_PROGRESS);) {
        const uint8_t *payload = payload_at(&file, offset, header);
        if (offset == 0 && number(field(&file, payload, header & LENGTH, "dataFormat")) != 1) {
            fail("%s: dataFormat is not 1", file.path);
        }
        if (!(header & METADATA)) {
            read_excerpt(payload, header & LENGTH, (uint64_t)which->cycle << 32 | sequence++);
        }
        offset = next_document(offset, header);
    }
    unmap(&file);
}

static int read_events(void) {
    const roll *rolls = read_metadata();
    if (!rolls) {
        fprintf(stderr, "no events yet in %s\n", directory);
        return 0;
    }
    size_t count;
    cycle *all = list_cycles(rolls, &count);
    for (size_t i = 0; i < count; i++) {
        read_cycle(&all[i]);
    }
    free(all);
    return lossy ? 3 : 0;
}

/* ---- consumers */

/* Process id of whoever holds the record lock over the whole file, 0 for nobody. */
static int holder(const char *path) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fcntl(fd, F_GETLK, &lock) != 0) {
        fail("cannot read %s: %s", path, strerror(errno));
    }
    close(fd);
    return lock.l_type == F_UNLCK ? 0 : (int)lock.l_pid;
}

static void print_consumer(const char *folder, const char *file_name, int name_size) {
    mapped file;
    if (!map(&file, folder, file_name)) {
        return;
    }
    const uint8_t *at = file.memory;
    if (file.size < 4096 || memcmp(at, "SLCP", 4) != 0 || u32(at + 4) != 1) {
        fail("%s is not a position file of version 1", file.path);
    }
    const uint8_t *best = NULL;
    bool written = false;
    for (const uint8_t *slot = at + 64; slot <= at + 128; slot += 64) {
        written |= u64(slot + 8) != 0;
        bool good = u64(slot + 8) != 0 && u32(slot) == crc32c(slot + 4, slot + 40);
        if (good && (!best || u64(slot + 8) > u64(best + 8))) {
            best = slot;
        }
    }
    if (written && !best) {
        fail("%s is damaged: no slot is good", file.path);
    }
    printf("%.*s %u 0x%" PRIx64 " %u %d\n", name_size, file_name, best ? u32(best + 32) : 0, best ? u64(best + 16) : 0,
           best ? u32(best + 4) : 0, holder(file.path));
    unmap(&file);
}

static int print_consumers(void) {
    char folder[4000];
    snprintf(folder, sizeof folder, "%s/consumers", directory);
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        const char *dot = strrchr(name, '.');
        if (dot && strcmp(dot, ".position") == 0 && *name != '.' && *name != '-') {
            print_consumer(folder, name, (int)(dot - name));
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return 0;
}

int main(int count, char **arguments) {
    bool consumers = count == 3 && strcmp(arguments[1], "--consumers") == 0;
    if (count != 2 + consumers) {
        fputs("usage: read_journal [--consumers] DIRECTORY\n", stderr);
        return 2;
    }
    directory = arguments[count - 1];
    make_crc_table();
    int code = consumers ? print_consumers() : read_events();
    if (fflush(stdout) != 0) {
        fail("cannot write: %s", strerror(errno));
    }
    return code;
}
