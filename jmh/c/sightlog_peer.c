/*
 * A side of Sightlog in C, on the library in src/main/c; the other side is in whatever language:
 *
 *   sightlog-peer producer|consumer DIRECTORY EVENTS
 *
 * The journal is DIRECTORY/journal. A producer appends the event in DIRECTORY/event.bin, which it takes apart once and puts
 * together again, encodes, numbers and checksums for each append. A consumer spins, and checks each event's checksum.
 * EVENTS is the most that one phase sends.
 */
#define _GNU_SOURCE
#include "side.h"
#include "sightlog.h"

/* Where docs/format.md has them. */
enum {
    HEADER_BYTES = 10, TOTAL_BYTES = 12, DIGEST = 72, WIDTH = 80, HEIGHT = 84, DECODE_NANOS = 88,
    INFER_NANOS = 96, DETECTION_COUNT = 104, DETECTION_BYTES = 108, SECTION_COUNT = 110, MAX_EVENT = 4096, MAX_PARTS = 64
};

typedef struct {
    uint32_t type;
    sightlog_text content;
} section;

static uint8_t sample_bytes[MAX_EVENT];
static sightlog_event sample; /* a view of those, as far as it is used here */
static sightlog_fields fields;
static sightlog_detection detections[MAX_PARTS];
static section sections[MAX_PARTS];
static sightlog_writer *writer;
static sightlog_draft *draft;
static sightlog_reader *reader;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "peers: %s: %s\n", what, why);
    exit(1);
}

static void load_sample(const char *directory) {
    char path[4096];
    snprintf(path, sizeof path, "%s/event.bin", directory);
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    size_t size = fread(sample_bytes, 1, sizeof sample_bytes, file);
    fclose(file);
    uint16_t header_bytes, detection_bytes, section_count;
    uint32_t total;
    memcpy(&header_bytes, sample_bytes + HEADER_BYTES, 2);
    memcpy(&total, sample_bytes + TOTAL_BYTES, 4);
    memcpy(&sample.detection_count, sample_bytes + DETECTION_COUNT, 4);
    memcpy(&detection_bytes, sample_bytes + DETECTION_BYTES, 2);
    memcpy(&section_count, sample_bytes + SECTION_COUNT, 2);
    if (total != size) fail(path, "is not one whole event");
    sample.bytes = sample_bytes;
    sample.total_bytes = total;
    sample.detection_bytes = detection_bytes;
    sample.section_count = section_count;
    sample.detections = sample_bytes + header_bytes;
    sample.sections = sample.detections + (size_t)sample.detection_count * detection_bytes;
    if (sample.detection_count > MAX_PARTS || sample.section_count > MAX_PARTS) fail(path, "has more parts than are measured here");
    for (uint32_t i = 0; i < sample.detection_count; i++) sightlog_event_detection(&sample, i, &detections[i]);
    for (uint32_t i = 0; i < sample.section_count; i++)
        sightlog_event_section_at(&sample, i, &sections[i].type, &sections[i].content);
    memcpy(&fields.digest, sample_bytes + DIGEST, 8);
    memcpy(&fields.width, sample_bytes + WIDTH, 4);
    memcpy(&fields.height, sample_bytes + HEIGHT, 4);
    memcpy(&fields.decode_nanos, sample_bytes + DECODE_NANOS, 8);
    memcpy(&fields.infer_nanos, sample_bytes + INFER_NANOS, 8);
}

static void publish(void) {
    static const char *const labels[] = {"person", "bicycle", "car", "motorcycle", "airplane",
                                         "bus", "train", "truck", "boat", "traffic light"};
    sightlog_label_set set = {.model = "ssd_mobilenetv2", .input = "1x300x300x3 RGB -1..1", .threshold = 0.5, .iou = 0.45,
                              .count = sizeof labels / sizeof *labels, .labels = labels};
    if (sightlog_publish(writer, &set, fields.label_set) != SIGHTLOG_OK)
        fail("cannot publish labels", sightlog_writer_error(writer)->text);
}

static void send_event(int64_t number, int64_t nanos) {
    fields.frame = number;
    fields.position_nanos = number % 1000000 * 40000000;
    fields.captured_nanos = nanos;
    int code = sightlog_draft_begin(draft, SIGHTLOG_FRAME, &fields);
    for (uint32_t i = 0; i < sample.detection_count && code == SIGHTLOG_OK; i++)
        code = sightlog_draft_detection(draft, &detections[i]);
    for (uint32_t i = 0; i < sample.section_count && code == SIGHTLOG_OK; i++)
        code = sightlog_draft_section(draft, sections[i].type, sections[i].content.bytes, sections[i].content.size);
    if (code != SIGHTLOG_OK) fail("cannot draft the event", sightlog_draft_error(draft));
    if (sightlog_append(writer, draft, NULL) != SIGHTLOG_OK) fail("cannot append", sightlog_writer_error(writer)->text);
}

static arrival_t receive_event(int replayed) {
    (void)replayed; /* its checksum reads all of it, each time */
    sightlog_event event;
    int code;
    while ((code = sightlog_next(reader, &event)) == SIGHTLOG_NONE) relax();
    if (code != SIGHTLOG_OK) fail("cannot read", sightlog_reader_error(reader)->text);
    if (event.total_bytes != sample.total_bytes || event.detection_count != sample.detection_count)
        fail("cannot read", "it is another event than the sample");
    return (arrival_t){event.frame, event.captured_nanos};
}

int main(int argc, char **argv) {
    if (argc != 4) fail("usage", "sightlog-peer producer|consumer DIRECTORY EVENTS");
    char journal[4096];
    snprintf(journal, sizeof journal, "%s/journal", argv[2]);
    load_sample(argv[2]);
    sightlog_error error;
    if (strcmp(argv[1], "producer") == 0) {
        if (sightlog_writer_open(&writer, journal, NULL, &error) != SIGHTLOG_OK) fail("cannot open", error.text);
        if (!(draft = sightlog_draft_new())) die("malloc");
        publish();
        up();
        produce(send_event);
        sightlog_draft_free(draft);
        sightlog_writer_close(writer);
    } else {
        if (sightlog_reader_open(&reader, journal, NULL, &error) != SIGHTLOG_OK) fail("cannot open", error.text);
        consume(receive_event, atoll(argv[3]));
        sightlog_reader_close(reader);
    }
    return 0;
}
