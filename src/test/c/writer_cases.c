/*
 * What the C library promises of writers, for tests in Java that drive it:
 *
 *     writer_cases api DIRECTORY              inside one process; ends with 1, and a line, at the first that is not kept
 *     writer_cases heads DIRECTORY            writes metadata-ROLL and cycle-ROLL, as a writer begins them, for every roll
 *     writer_cases hold DIRECTORY             appends, says "holding PID" in the middle of its second append, goes on at a line
 *     writer_cases append DIRECTORY N MS      appends N events, waiting at most so long for the lock
 *     writer_cases fill DIRECTORY ROLL BYTES  appends events of that size until one fails, says why; again at each line
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

static long allocations;

static void *counted_malloc(size_t size) {
    allocations++;
    return malloc(size);
}
static void *counted_calloc(size_t count, size_t size) {
    allocations++;
    return calloc(count, size);
}
static void *counted_realloc(void *old, size_t size) {
    allocations++;
    return realloc(old, size);
}
static char *counted_strdup(const char *text) {
    allocations++;
    return strdup(text);
}
static void stage(int number);

/* System calls that fail when a test says so. */
static int fail_at_opendir; /* the how manieth from now on; 0 none */
static int fail_mremap, fail_fallocate;
static const char *cut_at_mmap; /* a file that is cut when it has just been mapped; NULL none */
enum { CUT_TO = 8192 };
static long fsyncs;
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static DIR *test_opendir(const char *path) {
    if (fail_at_opendir > 0 && --fail_at_opendir == 0) {
        errno = EMFILE;
        return NULL;
    }
    return opendir(path);
}
static void *test_mremap(void *old, size_t old_size, size_t size, int flags) {
    errno = ENOMEM;
    return fail_mremap ? MAP_FAILED : mremap(old, old_size, size, flags);
}
static void *test_mmap(void *at, size_t size, int access, int flags, int fd, off_t offset) {
    void *mapped = mmap(at, size, access, flags, fd, offset);
    if (cut_at_mmap && truncate(cut_at_mmap, CUT_TO) != 0) {
        return MAP_FAILED;
    }
    return mapped;
}
static int test_fallocate(int fd, int mode, off_t from, off_t size) {
    errno = ENOSPC;
    return fail_fallocate ? -1 : fallocate(fd, mode, from, size);
}
static int test_fsync(int fd) {
    fsyncs++;
    return fsync(fd);
}

#define opendir test_opendir
#define mremap test_mremap
#define mmap test_mmap
#define fallocate test_fallocate
#define fsync test_fsync
#define malloc counted_malloc
#define calloc counted_calloc
#define realloc counted_realloc
#define strdup counted_strdup
#define SIGHTLOG_STAGE(number) stage(number)
#include "../../main/c/sightlog.c"

#include <sys/wait.h>

#include "expect.h"

static const char *directory;
static sightlog_error error;
static int hold_at;

static void stage(int number) {
    if (number == STAGE_LOCKED && hold_at > 0 && --hold_at == 0) {
        printf("holding %d\n", getpid());
        fflush(stdout);
        while (getchar() != '\n') {
        }
    }
}

static sightlog_writer *open_writer(const sightlog_writer_options *options) {
    sightlog_writer *writer;
    if (sightlog_writer_open(&writer, directory, options, &error) != SIGHTLOG_OK) {
        printf("%d %s\n", error.code, error.text);
        exit(1);
    }
    return writer;
}

static uint64_t append_one(sightlog_writer *writer, sightlog_draft *draft) {
    uint64_t index;
    int result = sightlog_append(writer, draft, &index);
    if (result != SIGHTLOG_OK) {
        printf("%d %s\n", result, sightlog_writer_error(writer)->text);
        exit(1);
    }
    return index;
}

static void begin(sightlog_draft *draft, int kind, int64_t frame) {
    sightlog_fields fields = {.frame = frame, .captured_nanos = 5, .width = 100, .height = 50};
    EXPECT(sightlog_draft_begin(draft, kind, &fields) == SIGHTLOG_OK);
}

/* ---- inside one process */

static void checksums_are_those_of_the_definition(void) {
    static uint8_t bytes[7000]; /* longer than two times what goes side by side at once */
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * i >> 3 ^ i);
    }
    EXPECT(sightlog_crc32c(0, "123456789", 9) == 0xe3069283u); /* the check value of CRC-32C */
    uint32_t slowly = 0xffffffffu;
    for (size_t size = 0; size <= sizeof bytes; size++) {
        EXPECT(sightlog_crc32c(0, bytes, size) == ~slowly && crc_by_table(0xffffffffu, bytes, size) == slowly);
        EXPECT(sightlog_crc32c(sightlog_crc32c(0, bytes, size / 3), bytes + size / 3, size - size / 3) == ~slowly);
        slowly ^= size < sizeof bytes ? bytes[size] : 0;
        for (int bit = 0; bit < 8; bit++) {
            slowly = slowly >> 1 ^ (slowly & 1 ? 0x82f63b78u : 0);
        }
    }
}

/* Also one that is kept as it is, since it seems to lie within the picture. */
static void every_box_is_what_clipping_makes_of_it(void) {
    static const float EDGES[] = {-1e30f, -7.25f, -0.0f, 0.0f, 1e-40f, 0.1f, 32.7f, 99.9f, 100.0f, 100.00001f, 101.0f, 1e30f};
    enum { COUNT = sizeof EDGES / sizeof *EDGES, LIMIT = 100 };
    sightlog_fields fields = {.width = LIMIT, .height = LIMIT};
    sightlog_draft *draft = sightlog_draft_new();
    for (int i = 0; i < COUNT * COUNT; i++) {
        float from = EDGES[i / COUNT], size = EDGES[i % COUNT], clipped = clip(from, LIMIT);
        float left = extent(from, clipped, size, LIMIT);
        sightlog_detection across = {.x = from, .y = 1, .w = size, .h = 2}, down = {.x = 1, .y = from, .w = 2, .h = size};
        float expected[][4] = {{clipped, 1, left, 2}, {1, clipped, 2, left}};
        if (size >= 0) {
            EXPECT(sightlog_draft_begin(draft, SIGHTLOG_FRAME, &fields) == SIGHTLOG_OK);
            EXPECT(sightlog_draft_detection(draft, &across) == SIGHTLOG_OK && sightlog_draft_detection(draft, &down) == SIGHTLOG_OK);
            EXPECT(memcmp(draft->detections + 8, expected[0], sizeof *expected) == 0);
            EXPECT(memcmp(draft->detections + DETECTION + 8, expected[1], sizeof *expected) == 0);
        }
    }
    sightlog_draft_free(draft);
}

/* A section as docs/format.md draws it, and the same with one thing wrong. */
static void rare_sections_that_cannot_be_are_refused(void) {
    sightlog_draft *draft = sightlog_draft_new();
    uint8_t live[32] = {1}, kept[64] = {1}, answers[48] = {0}, origin[48 + 16 + 3] = {1};
    kept[16] = kept[40] = kept[48] = 1; /* producer, bytes, format */
    answers[16] = 1;
    origin[2] = origin[48] = 1; /* a path of one journal */
    origin[42] = 3;             /* of the topic */
    memcpy(origin + 64, "a/b", 3);
    begin(draft, SIGHTLOG_FRAME, 0);
    for (size_t size = 0; size < sizeof live; size++) {
        EXPECT(sightlog_draft_section(draft, SIGHTLOG_LIVE_SECTION, live, size) == SIGHTLOG_INVALID);
    }
    for (size_t size = 0; size < sizeof origin; size++) {
        EXPECT(sightlog_draft_section(draft, SIGHTLOG_ORIGIN_SECTION, origin, size) == SIGHTLOG_INVALID);
    }
    live[31] = 0x80;
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_LIVE_SECTION, live, sizeof live) == SIGHTLOG_INVALID);
    live[31] = 0;
    kept[0] = 0;
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_KEPT_FRAME_SECTION, kept, sizeof kept) == SIGHTLOG_INVALID);
    EXPECT(strstr(sightlog_draft_error(draft), "kept frame"));
    kept[0] = 1;
    origin[64] = 0xff;
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ORIGIN_SECTION, origin, sizeof origin) == SIGHTLOG_INVALID);
    origin[64] = 'a';
    origin[48] = 0;
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ORIGIN_SECTION, origin, sizeof origin) == SIGHTLOG_INVALID);
    origin[48] = 1;
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ANSWERS_SECTION, answers, sizeof answers - 1) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_KEPT_FRAME_SECTION, kept, sizeof kept) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_LIVE_SECTION, live, sizeof live) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_LIVE_SECTION, live, sizeof live) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ORIGIN_SECTION, origin, sizeof origin) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ANSWERS_SECTION, answers, sizeof answers) == SIGHTLOG_OK);
    begin(draft, SIGHTLOG_MESSAGE, 0);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_KEPT_FRAME_SECTION, kept, sizeof kept) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_LIVE_SECTION, live, sizeof live) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_ORIGIN_SECTION, origin, sizeof origin) == SIGHTLOG_OK);
    sightlog_draft_free(draft);
}

static void what_cannot_be_is_refused(void) {
    sightlog_draft *draft = sightlog_draft_new();
    sightlog_fields negative = {.width = -1};
    sightlog_detection good = {1, 0.5f, 1, 2, 3, 4, 5}, bad;
    EXPECT(sightlog_draft_detection(draft, &good) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_begin(draft, 4, NULL) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_begin(draft, SIGHTLOG_FRAME, &negative) == SIGHTLOG_INVALID);
    EXPECT(strstr(sightlog_draft_error(draft), "width=-1"));
    begin(draft, SIGHTLOG_FRAME, 0);
    const float nan = __builtin_nanf(""), inf = __builtin_inff();
    const float wrong[][5] = {{nan, 1, 1, 1, 1}, {1.5f, 1, 1, 1, 1}, {-1, 1, 1, 1, 1}, {1, nan, 1, 1, 1}, {1, 1, inf, 1, 1},
                              {1, 1, 1, -1, 1},  {1, 1, 1, 1, inf},  {1, 1, 1, nan, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bad = (sightlog_detection){1, wrong[i][0], wrong[i][1], wrong[i][2], wrong[i][3], wrong[i][4], 0};
        EXPECT(sightlog_draft_detection(draft, &bad) == SIGHTLOG_INVALID);
    }
    bad = good;
    bad.class_id = SIGHTLOG_MAX_CLASS_ID + 1;
    EXPECT(sightlog_draft_detection(draft, &bad) == SIGHTLOG_INVALID);
    bad = good;
    bad.track_id = -1;
    EXPECT(sightlog_draft_detection(draft, &bad) == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "\xff") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "\xed\xa0\x80") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "\xc0\x80") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "a") == SIGHTLOG_OK);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "b") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_REASON, "b") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "b") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_LABELS, "x\ty") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_LABELS, "1000001\ty") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_LABELS, "1\tone\ntwo") == SIGHTLOG_INVALID); /* without a tab */
    static char large[SIGHTLOG_MAX_TEXT_BYTES + 1];
    memset(large, 'x', sizeof large);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_STREAM, large, sizeof large) == SIGHTLOG_TOO_LARGE);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_STREAM, large, sizeof large - 1) == SIGHTLOG_OK);
    begin(draft, SIGHTLOG_MESSAGE, 0);
    sightlog_writer *writer = open_writer(NULL);
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_INVALID); /* no topic */
    EXPECT(strstr(sightlog_writer_error(writer)->text, "topic"));
    EXPECT(sightlog_next_sequence(writer) == 0);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "a\nb") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_MODEL, "m") == SIGHTLOG_INVALID);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_TOPIC, large, 256) == SIGHTLOG_TOO_LARGE);
    EXPECT(strstr(sightlog_draft_error(draft), "topic has 256 bytes"));
    sightlog_label_set twice = {.count = 1, .ids = (int32_t[]){-1}, .labels = (const char *[]){"a"}};
    uint8_t hash[8];
    EXPECT(sightlog_publish(writer, &twice, hash) == SIGHTLOG_INVALID);
    sightlog_writer_close(writer);
    sightlog_draft_free(draft);
    sightlog_writer *none;
    EXPECT(sightlog_writer_open(&none, directory, &(sightlog_writer_options){.roll = "weekly"}, &error) == SIGHTLOG_INVALID);
    EXPECT(!none && strstr(error.text, "weekly"));
    EXPECT(sightlog_writer_open(&none, directory, &(sightlog_writer_options){.mode = 0400}, &error) == SIGHTLOG_INVALID);
    EXPECT(sightlog_writer_open(&none, "/dev/null/q", NULL, &error) == SIGHTLOG_NOT_A_JOURNAL);
    EXPECT(strstr(error.text, "/dev/null/q"));
    EXPECT(sightlog_writer_open(&none, "", NULL, NULL) == SIGHTLOG_INVALID);
    sightlog_writer_close(NULL);
}

/* Frames 0 to 6 and two messages, of which Java looks at every field. */
static void all_kinds_are_appended(void) {
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "daily"});
    sightlog_draft *draft = sightlog_draft_new();
    sightlog_batch *batch = sightlog_batch_new();
    const char *labels[] = {"cat", "犬 \"\\ 🐕"};
    int32_t ids[] = {7, 1000000};
    sightlog_label_set set = {.model = "c", .threshold = 0.25, .iou = 0.5, .count = 2, .ids = ids, .labels = labels};
    sightlog_fields fields = {.captured_nanos = -1, .position_nanos = 2, .frame = 0, .decode_nanos = 3, .infer_nanos = 4};
    EXPECT(sightlog_publish(writer, &set, fields.label_set) == SIGHTLOG_OK);
    EXPECT(sightlog_publish(writer, &set, fields.label_set) == SIGHTLOG_OK);
    memcpy(fields.digest, "\1\2\3\4\5\6\7\10", 8);
    fields.width = 768;
    fields.height = 576;
    EXPECT(sightlog_draft_begin(draft, SIGHTLOG_FRAME, &fields) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "/photos/Grüße/犬.jpg") == SIGHTLOG_OK);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_STREAM, "gate") == SIGHTLOG_OK);
    const sightlog_detection detections[] = {{7, 0.7f, 125.25f, 212, 199.5f, 339, 0},
                                             {1000000, 1, -10, -20.5f, 30, 1000, INT64_MAX},
                                             {0, 0, 800, 600, 5, 5, 1},
                                             {8, 0.5f, -0.0f, 575.5f, 768, 2, 0}};
    for (int i = 0; i < 4; i++) {
        EXPECT(sightlog_draft_detection(draft, &detections[i]) == SIGHTLOG_OK);
    }
    append_one(writer, draft);
    begin(draft, SIGHTLOG_SKIP, 1);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_REASON, "it has no bytes") == SIGHTLOG_OK);
    append_one(writer, draft);
    begin(draft, SIGHTLOG_FRAME, 2);
    EXPECT(sightlog_draft_section(draft, 40000, "any", 3) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, 40000, NULL, 0) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_LABELS, "3\tthree\n4\tfour") == SIGHTLOG_OK);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_MODEL, "own") == SIGHTLOG_OK);
    append_one(writer, draft);
    EXPECT(sightlog_append_batch(writer, batch, NULL) == SIGHTLOG_OK); /* nothing in it, nothing appended */
    for (int64_t frame = 3; frame < 6; frame++) {
        begin(draft, SIGHTLOG_FRAME, frame);
        EXPECT(sightlog_batch_add(batch, draft) == SIGHTLOG_OK);
    }
    uint64_t index, next;
    EXPECT(sightlog_append_batch(writer, batch, &index) == SIGHTLOG_OK);
    begin(draft, SIGHTLOG_FRAME, 6);
    for (int i = 0; i < SIGHTLOG_MAX_DETECTIONS; i++) {
        EXPECT(sightlog_draft_detection(draft, &detections[0]) == SIGHTLOG_OK);
    }
    EXPECT(sightlog_draft_detection(draft, &detections[0]) == SIGHTLOG_TOO_LARGE);
    next = append_one(writer, draft);
    EXPECT(next == index + 1);
    begin(draft, SIGHTLOG_MESSAGE, 9);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "ключ/1") == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_BINARY, "", 0) == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_TEXT, "x", 1) == SIGHTLOG_INVALID);
    append_one(writer, draft);
    static char content[SIGHTLOG_MAX_CONTENT_BYTES + 1];
    memset(content, 'y', sizeof content);
    begin(draft, SIGHTLOG_MESSAGE, 9);
    EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "large") == SIGHTLOG_OK);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_TEXT, content, sizeof content) == SIGHTLOG_TOO_LARGE);
    EXPECT(sightlog_draft_section(draft, SIGHTLOG_TEXT, content, sizeof content - 1) == SIGHTLOG_OK);
    append_one(writer, draft);
    EXPECT(sightlog_next_sequence(writer) == 9);
    EXPECT(sightlog_sync(writer) == SIGHTLOG_OK);
    sightlog_batch_free(batch);
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void a_full_batch_says_so(void) {
    sightlog_draft *draft = sightlog_draft_new();
    sightlog_batch *batch = sightlog_batch_new();
    static char content[SIGHTLOG_MAX_CONTENT_BYTES];
    int result = SIGHTLOG_OK;
    while (result == SIGHTLOG_OK) {
        begin(draft, SIGHTLOG_MESSAGE, 0);
        EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "batch") == SIGHTLOG_OK);
        EXPECT(sightlog_draft_section(draft, SIGHTLOG_BINARY, content, sizeof content) == SIGHTLOG_OK);
        result = sightlog_batch_add(batch, draft);
    }
    EXPECT(result == SIGHTLOG_NONE && sightlog_batch_count(batch) == 15);
    sightlog_writer *writer = open_writer(NULL);
    EXPECT(sightlog_append_batch(writer, batch, NULL) == SIGHTLOG_OK && sightlog_next_sequence(writer) == 15);
    sightlog_writer_close(writer);
    sightlog_batch_free(batch);
    sightlog_draft_free(draft);
}

static void a_forked_writer_stays_its_parents(void) {
    sightlog_writer *writer = open_writer(NULL);
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 100);
    append_one(writer, draft);
    pid_t child = fork();
    if (child == 0) {
        EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_INVALID);
        EXPECT(strstr(sightlog_writer_error(writer)->text, "forked"));
        sightlog_writer *own = open_writer(NULL);
        EXPECT(own->slot != writer->slot);
        append_one(own, draft);
        sightlog_writer_close(own);
        _exit(0);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    append_one(writer, draft);
    EXPECT(sightlog_next_sequence(writer) == 2);
    sightlog_writer_close(writer);
    sightlog_draft_free(draft);
}

static void events_allocate_nothing(void) {
    sightlog_writer *writer = open_writer(NULL);
    sightlog_draft *draft = sightlog_draft_new();
    sightlog_batch *batch = sightlog_batch_new();
    sightlog_reader *reader;
    sightlog_event event;
    sightlog_text label;
    sightlog_detection d = {1, 0.5f, 1, 2, 3, 4, 5};
    EXPECT(sightlog_reader_open(&reader, directory, &(sightlog_reader_options){.start.from = SIGHTLOG_FROM_END, .name = "counted"},
                                &error)
           == SIGHTLOG_OK);
    long before = 0;
    for (int round = 0; round < 20000; round++) {
        if (round == 1000) {
            before = allocations;
        }
        begin(draft, SIGHTLOG_FRAME, round);
        EXPECT(sightlog_draft_text(draft, SIGHTLOG_SOURCE, "/a/b.jpg") == SIGHTLOG_OK);
        EXPECT(sightlog_draft_text(draft, SIGHTLOG_LABELS, "1\tone") == SIGHTLOG_OK);
        EXPECT(sightlog_draft_detection(draft, &d) == SIGHTLOG_OK);
        if (round % 10 == 0) {
            sightlog_batch_clear(batch);
            EXPECT(sightlog_batch_add(batch, draft) == SIGHTLOG_OK);
            EXPECT(sightlog_append_batch(writer, batch, NULL) == SIGHTLOG_OK);
        } else {
            append_one(writer, draft);
        }
        EXPECT(sightlog_next(reader, &event) == SIGHTLOG_OK && event.frame == round);
        EXPECT(sightlog_label(reader, &event, 1, &label) == SIGHTLOG_OK && label.size == 3);
        EXPECT(sightlog_handled(reader) == SIGHTLOG_OK);
        EXPECT(sightlog_next(reader, &event) == SIGHTLOG_NONE);
    }
    EXPECT(allocations == before);
    sightlog_reader_close(reader);
    sightlog_writer_close(writer);
    sightlog_batch_free(batch);
    sightlog_draft_free(draft);
}

/* ---- what goes wrong below it, each in a journal of its own */

static char parent[PATH_MAX];
static int journals;

static void new_journal(void) {
    static char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s-%d", parent, ++journals);
    directory = path;
}

static int count_events(void) {
    sightlog_reader *reader;
    sightlog_event event;
    int count = 0, result;
    EXPECT(sightlog_reader_open(&reader, directory, NULL, &error) == SIGHTLOG_OK);
    while ((result = sightlog_next(reader, &event)) == SIGHTLOG_OK) {
        count++;
    }
    EXPECT(result == SIGHTLOG_NONE);
    sightlog_reader_close(reader);
    return count;
}

static void await_next_second(void) {
    for (time_t now = time(NULL); time(NULL) == now;) {
        sleep_nanos(1000000);
    }
}

static char *file_of_cycle(sightlog_writer *writer) { return strdup(writer->current.file.path); }

static void what_cannot_be_mapped_is_not_written(void) {
    new_journal();
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "daily"});
    sightlog_draft *draft = sightlog_draft_new();
    static char content[SIGHTLOG_MAX_CONTENT_BYTES];
    int appended = 0, failed = 0;
    while (failed < 3) { /* the file has 80 MiB at first */
        begin(draft, SIGHTLOG_MESSAGE, 0);
        EXPECT(sightlog_draft_text(draft, SIGHTLOG_TOPIC, "large") == SIGHTLOG_OK);
        EXPECT(sightlog_draft_section(draft, SIGHTLOG_BINARY, content, sizeof content) == SIGHTLOG_OK);
        fail_mremap = 1;
        int result = sightlog_append(writer, draft, NULL);
        EXPECT(result == SIGHTLOG_OK || result == SIGHTLOG_NO_MEMORY);
        appended += result == SIGHTLOG_OK;
        failed += result != SIGHTLOG_OK;
    }
    fail_mremap = 0;
    append_one(writer, draft);
    EXPECT(count_events() == appended + 1 && sightlog_next_sequence(writer) == appended + 1);
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void a_file_that_is_cut_while_it_is_opened_has_what_is_left(void) {
    char path[4096];
    view file;
    snprintf(path, sizeof path, "%s-cut", directory);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    EXPECT(fd >= 0 && ftruncate(fd, 1 << 20) == 0 && pwrite(fd, "left", 4, CUT_TO - 4) == 4 && close(fd) == 0);
    cut_at_mmap = path;
    EXPECT(view_open(&file, strdup(path), false, &error) == SIGHTLOG_OK);
    cut_at_mmap = NULL;
    uint8_t *last = view_at(&file, CUT_TO - 4, 4);
    EXPECT(last && memcmp(last, "left", 4) == 0);
    EXPECT(!view_at(&file, CUT_TO, 4) && !is_unread());
    view_close(&file);
    EXPECT(unlink(path) == 0);
}

static void a_sync_is_of_what_was_appended(void) {
    new_journal();
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "secondly"});
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 0);
    await_next_second();
    uint64_t index = append_one(writer, draft);
    await_next_second();
    fail_fallocate = 1;
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_FULL);
    fail_fallocate = 0;
    long before = fsyncs;
    EXPECT(sightlog_sync(writer) == SIGHTLOG_OK);
    EXPECT(fsyncs > before); /* of the file it was appended to, which is not the newest one */
    EXPECT(acquire_i64(writer->signal.bytes + SIGNAL_DURABLE) == (int64_t)index + 1);
    append_one(writer, draft);
    EXPECT(count_events() == 2);
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void an_event_that_is_there_is_said_to_be_there(void) {
    new_journal();
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "daily", .every_event = 1});
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 0);
    fail_at_opendir = 3; /* the list of cycles for the sync, behind those for end marks and for cutting */
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_DEVICE_FAILED && fail_at_opendir == 0);
    EXPECT(sightlog_next_sequence(writer) == 1 && count_events() == 1);
    append_one(writer, draft); /* it was not the device */
    EXPECT(sightlog_next_sequence(writer) == 2 && count_events() == 2);
    const char *labels[] = {"a"};
    uint8_t hash[8];
    for (int i = 0; i < 2; i++) {
        long before = fsyncs;
        EXPECT(sightlog_publish(writer, &(sightlog_label_set){.count = 1, .labels = labels}, hash) == SIGHTLOG_OK);
        EXPECT(fsyncs >= before + 2); /* whoever made it */
    }
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void a_stamp_beyond_all_dates_is_refused_and_harms_nothing(void) {
    new_journal();
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "daily"});
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 0);
    append_one(writer, draft);
    int64_t last = acquire_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED);
    release_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED, INT64_MAX);
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_INVALID);
    EXPECT(strstr(sightlog_writer_error(writer)->text, "beyond all dates"));
    release_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED, last);
    uint8_t *highest = metadata_word(&writer->data, KEY_HIGHEST_CYCLE);
    int64_t newest = acquire_i64(highest);
    release_i64(highest, INT32_MAX);
    EXPECT(sightlog_append(writer, draft, NULL) == SIGHTLOG_INVALID);
    EXPECT(strstr(sightlog_writer_error(writer)->text, "beyond all dates"));
    release_i64(highest, newest);
    append_one(writer, draft);
    EXPECT(count_events() == 2 && sightlog_next_sequence(writer) == 2);
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void odd_files_are_refused_or_mended(void) {
    new_journal();
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "daily"}), *second;
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 0);
    append_one(writer, draft);
    char *path = file_of_cycle(writer);
    sightlog_writer_close(writer);
    uint32_t header, none = 0;
    int fd = open(path, O_RDWR);
    EXPECT(read_all(fd, &header, 4, 0) == 0 && write_all(fd, &none, 4, 0) == 0);
    EXPECT(sightlog_writer_open(&second, directory, NULL, &error) == SIGHTLOG_DAMAGED && strstr(error.text, "lost its header"));
    EXPECT(write_all(fd, &header, 4, 0) == 0 && count_events() == 1); /* nothing was cleared */
    close(fd);
    EXPECT(unlink(path) == 0 && mkfifo(path, 0600) == 0);
    alarm(20); /* would it wait for somebody to write into the pipe */
    EXPECT(sightlog_writer_open(&second, directory, NULL, &error) < 0);
    alarm(0);
    EXPECT(unlink(path) == 0);
    fd = open(path, O_RDWR | O_CREAT, 0600);
    EXPECT(write_all(fd, "xy", 2, 0) == 0);
    close(fd);
    writer = open_writer(NULL);
    append_one(writer, draft);
    EXPECT(count_events() == 1);
    sightlog_writer_close(writer);
    char *metadata_path = path_in(directory, "metadata.cq4t");
    EXPECT(unlink(metadata_path) == 0);
    EXPECT(sightlog_writer_open(&second, directory, NULL, &error) == SIGHTLOG_NOT_A_JOURNAL && strstr(error.text, "metadata.cq4t"));
    EXPECT(access(metadata_path, F_OK) != 0);
    free(metadata_path);
    free(path);
    sightlog_draft_free(draft);
}

static void another_working_directory_leads_nowhere_else(void) {
    new_journal();
    char *above = strdup(directory);
    EXPECT(mkdir(above, 0700) == 0 && chdir(above) == 0);
    directory = "q";
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = "secondly"});
    sightlog_draft *draft = sightlog_draft_new();
    begin(draft, SIGHTLOG_FRAME, 0);
    append_one(writer, draft);
    EXPECT(chdir("/") == 0);
    await_next_second();
    append_one(writer, draft);
    EXPECT(chdir(above) == 0 && count_events() == 2 && chdir("/") == 0);
    sightlog_writer_close(writer);
    sightlog_draft_free(draft);
    free(above);
}

/* ---- for tests across processes */

static void write_file(const char *kind, const char *roll, const void *content, size_t size) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s-%s", directory, kind, roll);
    FILE *file = fopen(path, "w");
    EXPECT(file && fwrite(content, 1, size, file) == size && fclose(file) == 0);
}

static void heads(void) {
    for (size_t i = 0; i < ROLL_COUNT; i++) {
        uint8_t table[1024] = {0};
        size_t size, first_page, bytes = metadata_head(&ROLLS[i], table);
        uint8_t *head = cycle_head(&ROLLS[i], &size, &first_page);
        EXPECT(head && bytes <= sizeof table);
        write_file("metadata", ROLLS[i].text, table, bytes);
        write_file("cycle", ROLLS[i].text, head, size);
        free(head);
    }
}

static void append_some(int count, int64_t timeout_nanos) {
    sightlog_writer_options options = {.roll = "daily", .lock_timeout_nanos = timeout_nanos};
    sightlog_writer *writer = open_writer(&options);
    sightlog_draft *draft = sightlog_draft_new();
    for (int i = 0; i < count; i++) {
        begin(draft, SIGHTLOG_FRAME, 1000 + i);
        append_one(writer, draft);
    }
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

static void fill(const char *roll, size_t bytes) {
    sightlog_writer *writer = open_writer(&(sightlog_writer_options){.roll = roll});
    sightlog_draft *draft = sightlog_draft_new();
    uint8_t *content = calloc(1, bytes);
    int64_t frame = 0;
    int letter;
    do {
        int result;
        do {
            begin(draft, SIGHTLOG_FRAME, frame);
            EXPECT(sightlog_draft_section(draft, 40000, content, bytes) == SIGHTLOG_OK);
            result = sightlog_append(writer, draft, NULL);
            frame += result == SIGHTLOG_OK;
        } while (result == SIGHTLOG_OK);
        printf("%d %" PRId64 " %s\n", result, frame, sightlog_writer_error(writer)->text);
        fflush(stdout);
        EXPECT(frame == sightlog_next_sequence(writer));
        while ((letter = getchar()) != '\n' && letter != EOF) {
        }
    } while (letter != EOF);
    free(content);
    sightlog_draft_free(draft);
    sightlog_writer_close(writer);
}

int main(int count, char **arguments) {
    const char *what = count > 2 ? arguments[1] : "";
    directory = count > 2 ? arguments[2] : NULL;
    if (strcmp(what, "api") == 0) {
        checksums_are_those_of_the_definition();
        every_box_is_what_clipping_makes_of_it();
        rare_sections_that_cannot_be_are_refused();
        what_cannot_be_is_refused();
        all_kinds_are_appended();
        a_full_batch_says_so();
        a_forked_writer_stays_its_parents();
        events_allocate_nothing();
        snprintf(parent, sizeof parent, "%s", directory);
        what_cannot_be_mapped_is_not_written();
        a_file_that_is_cut_while_it_is_opened_has_what_is_left();
        a_sync_is_of_what_was_appended();
        an_event_that_is_there_is_said_to_be_there();
        a_stamp_beyond_all_dates_is_refused_and_harms_nothing();
        odd_files_are_refused_or_mended();
        another_working_directory_leads_nowhere_else();
    } else if (strcmp(what, "heads") == 0) {
        heads();
    } else if (strcmp(what, "hold") == 0) {
        hold_at = 3; /* its opening, its first append, its second */
        append_some(2, 0);
    } else if (strcmp(what, "append") == 0 && count == 5) {
        append_some(atoi(arguments[3]), atoll(arguments[4]) * 1000000);
    } else if (strcmp(what, "fill") == 0 && count == 5) {
        fill(arguments[3], (size_t)atol(arguments[4]));
    } else {
        return 2;
    }
    return 0;
}
