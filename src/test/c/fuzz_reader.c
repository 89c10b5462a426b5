/*
 * A fuzz target for libFuzzer: an input becomes one file of a journal, beside sound others, and all that reads is called. Built and run by
 * "fuzz" in this folder, with a recorded journal in SIGHTLOG_FUZZ_BASE.
 *
 * The first byte says which file, and how: with 0x80 the rest is put over the sound file in pieces (4 bytes offset, 1 byte length, so many
 * bytes), with 0x40 the checksums of what then looks like events are made right, as an adversary can.
 */
#include "../../main/c/sightlog.c"

#include <dirent.h>
#include <stdio.h>

enum { PIECES = 0x80, SIGN = 0x40, MOST_BYTES = 1 << 18, MOST_CALLS = 400 };

static char folder[] = "/tmp/sightlog-fuzz-XXXXXX";
/* Where inputs go: named by the order of the recorded journal's own files, then those it lacks. */
static struct {
    char path[512];
    uint8_t *sound;
    size_t size;
} targets[8];
static size_t target_count;

static void write_file(const char *path, const uint8_t *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

static void add_target(const char *name, const char *from) {
    size_t n = target_count++;
    snprintf(targets[n].path, sizeof targets[n].path, "%s/%s", folder, name);
    targets[n].sound = calloc(1, MOST_BYTES);
    FILE *file = from ? fopen(from, "rb") : NULL;
    targets[n].size = file ? fread(targets[n].sound, 1, MOST_BYTES, file) : 4096;
    if (file) {
        fclose(file);
        write_file(targets[n].path, targets[n].sound, targets[n].size);
    }
}

static int by_name(const struct dirent **one, const struct dirent **other) { return strcmp((*one)->d_name, (*other)->d_name); }

static void add_targets(const char *base, const char *sub, const char *ending) {
    char path[512], name[300];
    struct dirent **files;
    snprintf(path, sizeof path, "%s/%s", base, sub);
    int count = scandir(path, &files, NULL, by_name);
    for (int i = 0; i < count; i++) {
        size_t length = strlen(files[i]->d_name), end = strlen(ending);
        if (length > end && strcmp(files[i]->d_name + length - end, ending) == 0 && target_count < 4) {
            snprintf(path, sizeof path, "%s/%s/%s", base, sub, files[i]->d_name);
            snprintf(name, sizeof name, "%s%s", sub, files[i]->d_name);
            add_target(name, path);
        }
        free(files[i]);
    }
    if (count >= 0) {
        free(files);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void clean_up(void) {
    char command[600];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0) {
        perror(folder);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    const char *base = getenv("SIGHTLOG_FUZZ_BASE");
    char path[600];
    if (!base || !mkdtemp(folder)) {
        fprintf(stderr, "SIGHTLOG_FUZZ_BASE names no recorded journal\n");
        abort();
    }
    atexit(clean_up);
    snprintf(path, sizeof path, "%s/catalogue", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/consumers", folder);
    mkdir(path, 0700);
    add_targets(base, "", ".cq4");
    add_targets(base, "", ".cq4t");
    add_targets(base, "catalogue/", ".yaml");
    target_count = target_count < 4 ? target_count : 4;
    add_target("consumers/alarm.position", NULL);
    add_target("sightlog.signal", NULL);
    add_target("sightlog.pruned", NULL);
    return 0;
}

/* Of whatever begins as an event or a batch does. */
static void sign(uint8_t *bytes, size_t size) {
    for (size_t at = 0; at + EVENT_HEADER < size; at += 4) {
        uint32_t total = load_u32(bytes + at + AT_TOTAL_BYTES);
        if (is_magic(bytes + at + AT_MAGIC) && total >= BATCH_HEADER && total <= size - at) {
            uint64_t end = bytes[at + AT_KIND] == BATCH_KIND ? BATCH_HEADER + 4 * (uint64_t)load_u32(bytes + at + AT_COUNT) : total;
            if (end <= total) {
                uint32_t crc = crc32c(bytes + at + 4, end - 4);
                memcpy(bytes + at, &crc, 4);
            }
        }
    }
}

static void look_at(sightlog_reader *reader, const sightlog_event *event) {
    sightlog_detection detection;
    sightlog_text text;
    uint32_t type;
    volatile size_t seen = 0;
    for (uint32_t i = 0; i < event->detection_count && i < 50; i++) {
        sightlog_event_detection(event, i, &detection);
        sightlog_label(reader, event, detection.class_id, &text);
        seen += text.size ? (size_t)text.bytes[text.size - 1] : 0;
    }
    for (uint32_t i = 0; i < event->section_count; i++) {
        sightlog_event_section_at(event, i, &type, &text);
        seen += text.size ? (size_t)text.bytes[0] + (size_t)text.bytes[text.size - 1] : 0;
    }
    for (type = 1; type < 9; type++) {
        sightlog_event_section(event, type, &text);
    }
    sightlog_model(reader, event, &text);
    sightlog_label_set_state(reader, event);
    sightlog_event_picture(reader, event, &text);
}

static void read_from(sightlog_start start, const char *name, int unchecked) {
    sightlog_reader_options options = {.start = start, .name = name, .unchecked = unchecked};
    sightlog_reader *reader;
    sightlog_error error;
    sightlog_event event;
    if (sightlog_reader_open(&reader, folder, &options, &error) != SIGHTLOG_OK) {
        return;
    }
    int result = SIGHTLOG_OK, turns = 0;
    for (int calls = 0; calls < MOST_CALLS && turns < 2; calls++) {
        result = sightlog_next(reader, &event);
        if (result == SIGHTLOG_OK) {
            look_at(reader, &event);
            if (name) {
                sightlog_handled(reader);
            }
        } else if (result != SIGHTLOG_DAMAGED && result != SIGHTLOG_NEWER) {
            turns++;
            sightlog_wait(reader, 0);
            sightlog_start again = {.from = SIGHTLOG_FROM_LAST, .events = 4};
            sightlog_seek(reader, &again);
        }
    }
    sightlog_missed(reader);
    sightlog_reader_error(reader);
    sightlog_reader_close(reader);
}

static void parse_label_set(const uint8_t *data, size_t size) {
    label_set set = {.content = malloc(size + 1)};
    memcpy(set.content, data, size);
    set.content[size] = 0;
    label_set_parse(&set, size);
    free(set.labels.all);
    free(set.content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t bytes[MOST_BYTES];
    if (size < 1 || size > MOST_BYTES) {
        return -1;
    }
    prepare();
    size_t n = (data[0] & 0x3f) % target_count, length = size - 1;
    if (data[0] & PIECES) {
        length = targets[n].size;
        memcpy(bytes, targets[n].sound, length);
        for (size_t at = 1; at + 5 < size; at += 5 + (size_t)data[at + 4]) {
            uint32_t offset = load_u32(data + at) % (uint32_t)(length + 1);
            size_t count = data[at + 4];
            count = count < size - at - 5 ? count : size - at - 5;
            memcpy(bytes + offset, data + at + 5, count < length - offset ? count : length - offset);
        }
    } else {
        memcpy(bytes, data + 1, length);
    }
    if (data[0] & SIGN) {
        sign(bytes, length);
    }
    parse_label_set(data + 1, size - 1);
    write_file(targets[n].path, bytes, length);
    static const sightlog_start STARTS[] = {{.from = SIGHTLOG_FROM_START},
                                            {.from = SIGHTLOG_FROM_LAST, .events = 7},
                                            {.from = SIGHTLOG_FROM_LAST, .events = 0},
                                            {.from = SIGHTLOG_FROM_TIME, .nanos = 1795391970012000000}};
    for (size_t i = 0; i < sizeof STARTS / sizeof *STARTS; i++) {
        read_from(STARTS[i], NULL, i == 1);
    }
    sightlog_start at = {.from = SIGHTLOG_FROM_POSITION, .index = UINT64_C(0x1c8977f00000010), .place = data[size - 1] & 3};
    read_from(at, NULL, 0);
    sightlog_consumer consumer;
    sightlog_error error;
    sightlog_consumer_read(folder, "alarm", &consumer, &error);
    read_from(STARTS[0], "alarm", 0);
    sightlog_consumer_read(folder, "alarm", &consumer, &error);
    unlink(targets[target_count - 3].path);
    for (size_t i = n; i < n + 1; i++) { /* the others are sound again the next time */
        if (i + 3 >= target_count) {
            unlink(targets[i].path);
        } else {
            write_file(targets[i].path, targets[i].sound, targets[i].size);
        }
    }
    return 0;
}
