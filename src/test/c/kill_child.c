/*
 * The processes in C that KillTest kills: they do what KillChild does in Java, and log what they were promised.
 *
 *     kill_child writer JOURNAL LOG ROLL RUN PACE DURABILITY SEED [STAGE AFTER]
 *     kill_child consumer JOURNAL LOG NAME
 *
 * With a stage it kills itself there, in the append after so many. With KILL_CHILD_EVENTS in its environment a writer ends after
 * so many events.
 */
static void stage(int number);
#define SIGHTLOG_STAGE(number) stage(number)
#include "../../main/c/sightlog.c"

enum { MOST = 4000000, MOST_IN_BATCH = 16, MOST_IN_STORM = 100000 };

static int suicide_stage;
static int64_t suicide_after = -1, appends;
static bool holding;

static void stage(int number) {
    if (holding && number == STAGE_LOCKED) {
        sleep_nanos(50000); /* under the lock */
    }
    if (number == suicide_stage && appends >= suicide_after) {
        kill(getpid(), SIGKILL);
        pause();
    }
}

static _Noreturn void die(const char *what, const char *why) {
    fprintf(stderr, "kill_child: %s: %s\n", what, why);
    exit(1);
}

/* Pairs of numbers that are left behind, all of them, whenever it is killed. */
static uint8_t *log_bytes;
static int64_t log_count;

static void open_log(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || ftruncate(fd, 8 + 16L * MOST) != 0) {
        die(path, strerror(errno));
    }
    log_bytes = mmap(NULL, 8 + 16L * MOST, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (log_bytes == MAP_FAILED) {
        die(path, strerror(errno));
    }
}

static void log_pair(uint64_t first, uint64_t second) {
    if (log_count == MOST) {
        die("log", "full");
    }
    store_u64(log_bytes + 8 + 16 * log_count, first);
    store_u64(log_bytes + 16 + 16 * log_count, second);
    release_i64(log_bytes, ++log_count);
}

static uint32_t events_at(int64_t frame) { return frame % 7 == 3 ? 1 + (uint32_t)(frame % MOST_IN_BATCH) : 1; }

static uint64_t digest_of(int64_t run, int64_t frame) {
    return ((uint64_t)run * 0x9e3779b97f4a7c15u) ^ ((uint64_t)frame * 0xc2b2ae3d27d4eb4fu);
}

/* The only event that run has of that number. */
static void fill(sightlog_draft *draft, int run, int64_t frame) {
    char source[32];
    sightlog_fields fields = {.frame = frame, .position_nanos = frame * 1000};
    uint64_t digest = digest_of(run, frame);
    memcpy(fields.digest, &digest, 8);
    snprintf(source, sizeof source, "run-%d", run);
    int bad = sightlog_draft_begin(draft, SIGHTLOG_FRAME, &fields) || sightlog_draft_text(draft, SIGHTLOG_SOURCE, source);
    for (int i = 0; i < frame % 5; i++) {
        sightlog_detection d = {i, 0.5f, (float)(frame % 100000), (float)run, (float)(i + 1), 2, frame};
        bad = bad || sightlog_draft_detection(draft, &d);
    }
    if (bad) {
        die("draft", sightlog_draft_error(draft));
    }
}

static void check(const sightlog_event *event) {
    sightlog_text source;
    sightlog_event_section(event, SIGHTLOG_SOURCE, &source);
    char text[32] = {0};
    if (source.size < 5 || source.size >= sizeof text) {
        die("event", "its source is another one");
    }
    memcpy(text, source.bytes, source.size);
    int run = atoi(text + 4);
    uint64_t digest = digest_of(run, event->frame);
    bool sound = memcmp(event->digest, &digest, 8) == 0 && event->position_nanos == event->frame * 1000
                 && event->detection_count == event->frame % 5;
    for (uint32_t i = 0; sound && i < event->detection_count; i++) {
        sightlog_detection d;
        sightlog_event_detection(event, i, &d);
        sound = d.class_id == (int)i && d.x == (float)(event->frame % 100000) && d.y == (float)run && d.track_id == event->frame;
    }
    if (!sound) {
        die("event", "it is not as it was written");
    }
}

static uint64_t random_state;

static uint64_t random_below(uint64_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % bound;
}

static int64_t append_next(sightlog_writer *writer, sightlog_draft *draft, sightlog_batch *batch, int run, int64_t frame) {
    uint32_t events = events_at(frame);
    uint64_t index = 0;
    int result;
    if (events == 1) {
        fill(draft, run, frame);
        result = sightlog_append(writer, draft, &index);
    } else {
        sightlog_batch_clear(batch);
        for (uint32_t i = 0; i < events; i++) {
            fill(draft, run, frame + i);
            if (sightlog_batch_add(batch, draft) != SIGHTLOG_OK) {
                die("batch", sightlog_draft_error(draft));
            }
        }
        result = sightlog_append_batch(writer, batch, &index);
    }
    if (result != SIGHTLOG_OK) {
        die("append", sightlog_writer_error(writer)->text);
    }
    log_pair(index, (uint64_t)frame);
    appends++;
    return frame + events;
}

static int writer_main(int count, char **arguments) {
    const char *directory = arguments[0], *pace = arguments[4], *durability = arguments[5];
    int run = atoi(arguments[3]);
    random_state = strtoull(arguments[6], NULL, 10) | 1;
    if (count > 8) {
        suicide_stage = atoi(arguments[7]);
        suicide_after = atoll(arguments[8]);
    }
    open_log(arguments[1]);
    holding = strcmp(pace, "HOLDING") == 0;
    bool storm = strcmp(pace, "STORM") == 0;
    int64_t interval = strncmp(durability, "interval", 8) == 0 ? 10000000 : 0, synced = clock_nanos(CLOCK_MONOTONIC);
    char roll_text[32] = {0};
    for (size_t i = 0; arguments[2][i] && i + 1 < sizeof roll_text; i++) {
        roll_text[i] = arguments[2][i] == '_' ? '-' : (char)(arguments[2][i] | 0x20);
    }
    sightlog_writer_options options = {.roll = roll_text,
                                       .every_event = strcmp(durability, "every-event") == 0,
                                       .lock_timeout_nanos = INT64_C(30000000000)};
    sightlog_writer *writer;
    sightlog_error error;
    if (sightlog_writer_open(&writer, directory, &options, &error) != SIGHTLOG_OK) {
        die(directory, error.text);
    }
    sightlog_draft *draft = sightlog_draft_new();
    sightlog_batch *batch = sightlog_batch_new();
    const char *events = getenv("KILL_CHILD_EVENTS");
    int64_t frame = 0, most = events ? atoll(events) : INT64_MAX;
    while (frame < most) {
        int burst = storm && (events || frame < MOST_IN_STORM) ? 1000 : 1 + (int)random_below(60);
        for (int i = 0; i < burst && frame < most; i++) {
            frame = append_next(writer, draft, batch, run, frame);
        }
        if (burst < 1000) {
            sleep_nanos(5000000);
        }
        if (interval && clock_nanos(CLOCK_MONOTONIC) - synced > interval) {
            if (sightlog_sync(writer) != SIGHTLOG_OK) {
                die("sync", sightlog_writer_error(writer)->text);
            }
            synced = clock_nanos(CLOCK_MONOTONIC);
        }
    }
    sightlog_writer_close(writer);
    sightlog_draft_free(draft);
    sightlog_batch_free(batch);
    return 0;
}

static int consumer_main(char **arguments) {
    open_log(arguments[1]);
    sightlog_reader *reader;
    sightlog_error error;
    sightlog_reader_options options = {.name = arguments[2]};
    while (true) { /* the journal's directory may not be there yet */
        int result = sightlog_reader_open(&reader, arguments[0], &options, &error);
        if (result == SIGHTLOG_OK) {
            break;
        }
        if (error.system_error != ENOENT) {
            die(arguments[0], error.text);
        }
        sleep_nanos(1000000);
    }
    sightlog_event event;
    while (true) {
        int result = sightlog_next(reader, &event);
        if (result < 0) {
            die("next", sightlog_reader_error(reader)->text);
        }
        if (result == SIGHTLOG_NONE) {
            sightlog_wait(reader, 100000000);
            continue;
        }
        check(&event);
        log_pair(event.index, (uint64_t)event.sequence << 16 | event.place);
        if (sightlog_handled(reader) != SIGHTLOG_OK) {
            die("handled", sightlog_reader_error(reader)->text);
        }
    }
}

int main(int count, char **arguments) {
    if (count >= 9 && strcmp(arguments[1], "writer") == 0) {
        return writer_main(count - 2, arguments + 2);
    }
    if (count == 5 && strcmp(arguments[1], "consumer") == 0) {
        return consumer_main(arguments + 2);
    }
    fprintf(stderr, "usage: kill_child writer JOURNAL LOG ROLL RUN PACE DURABILITY SEED [STAGE AFTER]\n"
                    "       kill_child consumer JOURNAL LOG NAME\n");
    return 2;
}
