/*
 * Sightlog for C: reads and appends the same journals as the Java application does, with no JVM running.
 *
 * A journal is a directory of memory-mapped files; docs/format.md draws every byte, docs/guarantees.md says what is promised.
 * Any number of processes read and append at once, in C, Python and Java.
 *
 * Returns. Functions that return int give SIGHTLOG_OK (0), SIGHTLOG_NONE (1, there is nothing now), or one of the negative codes
 * below. What went wrong, with the place, is in the error of the handle (sightlog_reader_error, sightlog_writer_error), or, of
 * functions that open something, in the sightlog_error passed to them, which may be NULL.
 *
 * Threads. A reader, a writer, a draft and a batch each belong to one thread at a time, not to the same one for ever. Different
 * handles are independent of each other, also in one process. A thread must not be cancelled inside of a call. After fork() the
 * handles belong to the parent, and a handler of pthread_atfork must not call into this library; the child must not
 * use or close them, and functions that append or save a position refuse it there.
 *
 * Memory. Nothing is allocated per event: drafts and batches grow to the largest event put into them, a reader's buffer of pictures to the
 * largest one it was asked for, and stay so large. Views
 * (sightlog_event, sightlog_text) point into the mapped file and are valid until the next sightlog_next, sightlog_wait or
 * sightlog_seek of the same reader, and until it is closed.
 *
 * Linux on little-endian 64-bit machines; x86-64 is what was tried.
 */
#ifndef SIGHTLOG_H
#define SIGHTLOG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SIGHTLOG_LIBRARY_VERSION "0.1.0"

/* The functions below, and nothing else, are what a shared library shows. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

enum {
    SIGHTLOG_OK = 0,
    SIGHTLOG_NONE = 1,           /* nothing now: no further event, no such section, time over */
    SIGHTLOG_DAMAGED = -1,       /* this event, or the structure here, is damaged; the next call goes on after it */
    SIGHTLOG_NEWER = -2,         /* written by a newer Sightlog than this library */
    SIGHTLOG_NOT_A_JOURNAL = -3, /* what is there is no journal this library can read */
    SIGHTLOG_IO = -4,            /* a system call failed: system_error says which way */
    SIGHTLOG_FULL = -5,          /* no room on the device, or no quota: nothing was written */
    SIGHTLOG_PERMISSION = -6,    /* not allowed, or a read-only file system */
    SIGHTLOG_LOCKED = -7,        /* the write lock could not be had in time: the text names who holds it; nothing was written */
    SIGHTLOG_LOCK_LOST = -8,     /* somebody took the write lock from this writer: what it appended last may be damaged */
    SIGHTLOG_HELD = -9,          /* the consumer's name is in use by another process, or another reader of this one */
    SIGHTLOG_INVALID = -10,      /* an argument that cannot be: the text names it and its value */
    SIGHTLOG_TOO_LARGE = -11,    /* more than an event, a batch or a text may have */
    SIGHTLOG_NO_MEMORY = -12,
    SIGHTLOG_NO_EVENT = -13,     /* the journal ends before the position that was asked for */
    SIGHTLOG_DEVICE_FAILED = -14, /* the event is there, and could not be brought to the device: the text says why */
    SIGHTLOG_GIVEN_UP = -15,      /* a sync of the device has failed before: nothing was done; open a new writer when it is well */
    SIGHTLOG_REPLACED = -16,      /* the directory, or a file in it, was replaced, moved or removed since it was opened: nothing was
                                     read from, or written to, what is there now; open it again */
    SIGHTLOG_NOT_HERE = -17       /* a picture is kept, but not beside this journal, or not any more: the text says where it would be; this is
                                     no damage */
};

enum { SIGHTLOG_FRAME = 1, SIGHTLOG_SKIP = 2, SIGHTLOG_MESSAGE = 3 };

/* Types of sections. Those from 32768 on are anybody's. */
enum {
    SIGHTLOG_SOURCE = 1, /* UTF-8: absolute path or URI of what was opened */
    SIGHTLOG_STREAM = 2, /* UTF-8: name of a camera or job */
    SIGHTLOG_REASON = 3, /* UTF-8: why a frame was skipped */
    SIGHTLOG_LABELS = 4, /* UTF-8: lines of id, tab, label, for when there is no label set */
    SIGHTLOG_MODEL = 5,  /* UTF-8: name of the model, likewise */
    SIGHTLOG_TOPIC = 6,  /* UTF-8: topic of a message, 1 to 255 bytes */
    SIGHTLOG_TEXT = 7,   /* UTF-8: content of a text message */
    SIGHTLOG_BINARY = 8, /* content of a binary message */
    SIGHTLOG_KEPT_FRAME_SECTION = 9,
    SIGHTLOG_LIVE_SECTION = 10,
    SIGHTLOG_ORIGIN_SECTION = 11,
    SIGHTLOG_ANSWERS_SECTION = 12
};

enum { SIGHTLOG_JPEG = 1 };                         /* formats of kept frames */
enum { SIGHTLOG_KAFKA = 1, SIGHTLOG_MQTT = 2 };     /* kinds of origins */
enum { SIGHTLOG_MAX_PATH = 8 };

enum {
    SIGHTLOG_MAX_EVENT_BYTES = 16773120,
    SIGHTLOG_MAX_DETECTIONS = 100000,
    SIGHTLOG_MAX_SECTIONS = 256,
    SIGHTLOG_MAX_TEXT_BYTES = 65536,
    SIGHTLOG_MAX_TOPIC_BYTES = 255,
    SIGHTLOG_MAX_CONTENT_BYTES = 1048576, /* of a message */
    SIGHTLOG_MAX_BATCH_EVENTS = 65536,
    SIGHTLOG_MAX_CLASS_ID = 1000000,
    SIGHTLOG_MAX_PICTURE_BYTES = 67108864 /* of a kept frame */
};

/* What went wrong. The text is one line for people: what was tried, the value that was wrong, what to try. */
typedef struct sightlog_error {
    int code;         /* one of the negative ones above */
    int system_error; /* errno, 0 when none was involved */
    uint64_t index;   /* of the event, or of where documents cannot be followed; 0 when it is about no place */
    uint32_t place;   /* in the batch, 0 outside of one */
    char text[1024];
} sightlog_error;

/* "damaged", "no room", ...: a word or two for a code. Never NULL. */
const char *sightlog_code_text(int code);

/* CRC-32C (Castagnoli), by the processor's instruction where it has one. Going on: pass the result so far, 0 at first. */
uint32_t sightlog_crc32c(uint32_t so_far, const void *bytes, size_t size);

/* Nanoseconds since the epoch. */
int64_t sightlog_now(void);

/* ---- reading */

/* Bytes in a mapped file, or of a picture. Not terminated; UTF-8 when it is a text, as far as its writer kept the rules. */
typedef struct sightlog_text {
    const char *bytes;
    size_t size;
} sightlog_text;

typedef struct sightlog_detection {
    int32_t class_id;  /* 0 .. SIGHTLOG_MAX_CLASS_ID */
    float confidence;  /* 0 .. 1 */
    float x, y;        /* left and top edge in pixels of the original picture */
    float w, h;        /* 0 or more */
    int64_t track_id;  /* 0 while nothing tracks */
} sightlog_detection;

/* One event, its checksum checked: numbers copied out, everything else a view. */
typedef struct sightlog_event {
    uint64_t index; /* cycle << 32 | number in the cycle */
    uint32_t place; /* in the batch, 0 outside of one */
    int32_t kind;   /* SIGHTLOG_FRAME, SIGHTLOG_SKIP or SIGHTLOG_MESSAGE */

    const uint8_t *bytes; /* all of it, as docs/format.md draws it; at a multiple of 4 */
    uint64_t total_bytes;

    uint64_t producer;      /* random id of its writer */
    int64_t sequence;       /* 0, 1, 2 .. without gaps per producer */
    int64_t appended_nanos; /* since the epoch; never runs backwards in a journal */
    int64_t captured_nanos; /* since the epoch; of a message: when it was sent */
    int64_t position_nanos; /* in the video */
    int64_t frame;          /* number in the video, from 0 */
    uint8_t label_set[8];   /* name of its file in catalogue/; all 0: none */
    uint8_t digest[8];      /* first bytes of the frame's SHA-256; all 0: unknown */
    int64_t decode_nanos;
    int64_t infer_nanos;
    int32_t width, height; /* pixels, 0 unknown */

    uint32_t detection_count;
    uint32_t detection_bytes; /* from one record to the next, at least 32 */
    uint32_t section_count;
    uint32_t reserved;
    const uint8_t *detections; /* records of class_id i32, confidence f32, x y w h f32, track_id i64, at a multiple of 4 */
    const uint8_t *sections;   /* the section table */
} sightlog_event;

/* Copies detection i (from 0, below detection_count) out of an event. */
void sightlog_event_detection(const sightlog_event *event, uint32_t i, sightlog_detection *detection);

/* The first section of a type; SIGHTLOG_NONE, and an empty text, when it has none. */
int sightlog_event_section(const sightlog_event *event, uint32_t type, sightlog_text *content);

/* Section i (from 0, below section_count), of whatever type. */
void sightlog_event_section_at(const sightlog_event *event, uint32_t i, uint32_t *type, sightlog_text *content);

/* Where the picture of a frame is kept. */
typedef struct sightlog_kept_frame {
    uint8_t journal[16]; /* id of the journal beside which it was kept first */
    uint64_t producer;   /* who kept it */
    int64_t file;        /* number of that producer's file */
    int64_t offset;      /* of its first byte in the file */
    int32_t bytes;       /* its size */
    uint32_t crc32c;     /* of these bytes */
    uint32_t format;     /* SIGHTLOG_JPEG, or a later version's */
    int32_t width, height;
} sightlog_kept_frame;

/* How a live source was doing. */
typedef struct sightlog_live {
    int64_t dropped;      /* frames since the event before of the same producer and stream that were not looked at */
    int64_t age_nanos;    /* from the frame's arrival until it was looked at */
    int64_t reconnects;   /* of this producer, to this stream */
    int64_t outage_nanos; /* before this frame, or so far */
} sightlog_live;

/* Where a bridge has brought an event from. */
typedef struct sightlog_origin {
    uint32_t kind; /* SIGHTLOG_KAFKA, SIGHTLOG_MQTT, or a later version's */
    uint32_t path_count;
    int32_t partition;      /* -1 none */
    int64_t offset;         /* -1 none */
    uint64_t producer;      /* of the event that it was, 0 when it was none */
    int64_t sequence;       /* likewise */
    int64_t appended_nanos; /* when that was appended first */
    const uint8_t *path;    /* path_count ids of journals, 16 bytes each, the first one first */
    sightlog_text broker, topic, topic_id, message_id;
} sightlog_origin;

/* The event that a derived one answers. */
typedef struct sightlog_answers {
    uint8_t journal[16]; /* all 0: unknown */
    uint64_t producer;
    int64_t sequence;
    uint64_t index; /* where it was, as a hint; 0 unknown */
    uint32_t place;
} sightlog_answers;

/* Sections 9 to 12 of an event. SIGHTLOG_NONE: it has none. SIGHTLOG_DAMAGED: what it says cannot be. */
int sightlog_event_kept_frame(const sightlog_event *event, sightlog_kept_frame *kept);
int sightlog_event_live(const sightlog_event *event, sightlog_live *live);
int sightlog_event_origin(const sightlog_event *event, sightlog_origin *origin);
int sightlog_event_answers(const sightlog_event *event, sightlog_answers *answers);

/* Where reading begins. */
enum {
    SIGHTLOG_FROM_START = 0,    /* the oldest event there is */
    SIGHTLOG_FROM_END = 1,      /* what is appended from now on */
    SIGHTLOG_FROM_LAST = 2,     /* the last `events` events */
    SIGHTLOG_FROM_POSITION = 3, /* the event at index and place */
    SIGHTLOG_FROM_TIME = 4      /* the first event appended at `nanos` or later */
};

typedef struct sightlog_start {
    int32_t from;
    uint32_t place;
    uint64_t index;
    int64_t nanos; /* since the epoch */
    uint64_t events;
} sightlog_start;

/* "start", "end", "-N", "0x<index>", "0x<index>:<place>" or a time since the epoch in seconds, milliseconds, microseconds or
   nanoseconds: in the unit in which it lies in this century, else in nanoseconds. SIGHTLOG_INVALID for anything else. */
int sightlog_start_parse(const char *text, sightlog_start *start);

typedef struct sightlog_reader_options {
    sightlog_start start; /* of a named consumer: only when its name is new */
    const char *name;     /* a named consumer, which goes on where it stopped; NULL for a reader that leaves no trace */
    int unchecked;        /* not 0: checksums are not looked at, and damage of content is not noticed */
} sightlog_reader_options;

typedef struct sightlog_reader sightlog_reader;

/*
 * Opens a reader. The journal need not be there yet: sightlog_next says SIGHTLOG_NONE until it is.
 *
 * options may be NULL: from the start, without a name. A named consumer's position is held against other processes until the
 * reader is closed: SIGHTLOG_HELD names who has it; it needs the journal's directory to exist (SIGHTLOG_IO, ENOENT).
 * SIGHTLOG_NO_EVENT when the journal ends before the position asked for, or before the consumer's position.
 */
int sightlog_reader_open(sightlog_reader **reader, const char *directory, const sightlog_reader_options *options,
                         sightlog_error *error);

/*
 * Moves to the next event.
 *
 * SIGHTLOG_NONE: none now. SIGHTLOG_DAMAGED, SIGHTLOG_NEWER: the event, or the structure, at the place in the error cannot be
 * read; it was reported once, and the next call goes on after it. SIGHTLOG_NOT_A_JOURNAL, SIGHTLOG_IO: the next call tries again.
 * SIGHTLOG_REPLACED: close this reader; it is looked for when a file is opened, and about once a second while there are no events.
 */
int sightlog_next(sightlog_reader *reader, sightlog_event *event);

/*
 * Saves, for a named consumer, that the event sightlog_next moved to was handled. Does nothing without a name. SIGHTLOG_INVALID before
 * the first event, after sightlog_seek, and in a child that was forked: nothing was saved.
 */
int sightlog_handled(sightlog_reader *reader);

/*
 * Saves, for a named consumer, that the event at a position and all before it were handled, while newer ones that sightlog_next has given
 * may not be yet: for who finishes events later than it gets them, in order. After a death it goes on with the event after that position,
 * at the next place when it is within a batch. From the position that was saved last, also by an earlier reader of this name, to the newest
 * event, both included; before anything was saved, and after sightlog_seek, from the first event since. SIGHTLOG_INVALID for another one,
 * and in a child that was forked: nothing was saved. Without a name it only checks.
 */
int sightlog_handled_at(sightlog_reader *reader, uint64_t index, uint32_t place);

/*
 * Sleeps until a writer appends, or at most that long; returns SIGHTLOG_OK when sightlog_next has something to give or to tell,
 * else SIGHTLOG_NONE: the time is over, or a signal was handled meanwhile. Sleeps in the kernel on the journal's wait word where
 * it may write sightlog.signal, else it looks every millisecond. To spin instead, call sightlog_next again at once.
 */
int sightlog_wait(sightlog_reader *reader, int64_t nanos);

/* Goes somewhere else. A named consumer's saved position stays until the next sightlog_handled. */
int sightlog_seek(sightlog_reader *reader, const sightlog_start *start);

/*
 * The label of a class in this event: its own labels, else its label set in the catalogue, which is kept once it was read.
 * SIGHTLOG_NONE when it has none there: show the id. SIGHTLOG_DAMAGED when its own labels, or the label set, are not what they should
 * be. Valid while the reader is open, or as long as the event when it is the event's own.
 */
int sightlog_label(sightlog_reader *reader, const sightlog_event *event, int32_t class_id, sightlog_text *label);

/* Likewise the name of its model; SIGHTLOG_NONE, and an empty text, when nobody says. */
int sightlog_model(sightlog_reader *reader, const sightlog_event *event, sightlog_text *model);

/*
 * Whether the event refers to a label set that is not in the catalogue, and has no labels of its own: SIGHTLOG_OK when all is
 * there, SIGHTLOG_NONE when it is missing, SIGHTLOG_DAMAGED when it is there and is not what it should be.
 */
int sightlog_label_set_state(sightlog_reader *reader, const sightlog_event *event);

/*
 * The picture of an event of this reader: the bytes that are kept beside the journal, as sightlog_event_kept_frame describes them; a
 * JPEG where its format says so. Boxes are in pixels of the original picture, of which the kept one may be a smaller copy.
 *
 * SIGHTLOG_NONE: none was kept. SIGHTLOG_NOT_HERE: it was kept beside another journal, or its file is gone; no damage. SIGHTLOG_DAMAGED:
 * its file is cut, or something else is there, or its checksum is wrong (which is looked at in a reader with `unchecked`, too); the
 * event itself is sound, unless its text says that its section 9 is not. SIGHTLOG_NEWER: a newer Sightlog made the file. SIGHTLOG_IO,
 * SIGHTLOG_PERMISSION, SIGHTLOG_NO_MEMORY: the next time it may be had. In all of these but SIGHTLOG_OK the picture is empty, and
 * reading goes on with the next event.
 *
 * Nothing is opened outside of the journal's directory, and no link in it is followed. The bytes belong to the reader, are at most
 * SIGHTLOG_MAX_PICTURE_BYTES, and are valid until the next call of this function with it, and until it is closed: also past the next event.
 */
int sightlog_event_picture(sightlog_reader *reader, const sightlog_event *event, sightlog_text *picture);

/*
 * How many excerpts this reader has missed because they had been deleted to make room, at the opening, a seek, or since: adds
 * up; UINT64_MAX when it has missed something and nobody knows how much.
 */
uint64_t sightlog_missed(const sightlog_reader *reader);

/* The error of the last call that returned a negative code. */
const sightlog_error *sightlog_reader_error(const sightlog_reader *reader);

/* Gives the name back, if it has one, and unmaps everything. NULL is fine. */
void sightlog_reader_close(sightlog_reader *reader);

/* The position of a named consumer. */
enum { SIGHTLOG_AT_START = 0, SIGHTLOG_BEHIND = 1, SIGHTLOG_AT = 2 };

typedef struct sightlog_consumer {
    int32_t state; /* SIGHTLOG_AT_START, or _BEHIND or _AT index:place */
    uint32_t place;
    uint64_t index;
    int64_t moved_nanos;   /* when it was last saved, since the epoch; 0 never */
    int64_t created_nanos; /* since the epoch */
    int64_t holder;        /* process id of who holds it, as that process sees itself; 0 nobody */
} sightlog_consumer;

/*
 * The random id of a journal, by which others refer to it. SIGHTLOG_NONE when it has none: the application makes one when it needs
 * it. SIGHTLOG_NOT_A_JOURNAL when what is there is no id.
 */
int sightlog_journal_id(const char *directory, uint8_t id[16], sightlog_error *error);

/* Looks at a consumer's position without holding it; SIGHTLOG_NONE when there is none of that name. */
int sightlog_consumer_read(const char *directory, const char *name, sightlog_consumer *consumer, sightlog_error *error);

/* ---- appending */

/* What a frame, skip or message has beside detections and sections. All 0 is fine; captured_nanos 0 then means 1970. */
typedef struct sightlog_fields {
    int64_t captured_nanos;
    int64_t position_nanos; /* 0 or more, as are the following */
    int64_t frame;
    int64_t decode_nanos;
    int64_t infer_nanos;
    int32_t width, height;
    uint8_t label_set[8]; /* what sightlog_publish gave */
    uint8_t digest[8];
} sightlog_fields;

typedef struct sightlog_draft sightlog_draft;
typedef struct sightlog_batch sightlog_batch;
typedef struct sightlog_writer sightlog_writer;

/* NULL when there is no memory. */
sightlog_draft *sightlog_draft_new(void);
void sightlog_draft_free(sightlog_draft *draft);

/* Begins an event anew; fields may be NULL, all 0. SIGHTLOG_INVALID for a negative number or another kind. */
int sightlog_draft_begin(sightlog_draft *draft, int kind, const sightlog_fields *fields);

/*
 * Adds a detection to a frame; its box is clipped to the picture when its size is known. SIGHTLOG_INVALID, and the draft is as
 * before, when a value is not finite or out of its range.
 */
int sightlog_draft_detection(sightlog_draft *draft, const sightlog_detection *detection);

/*
 * Adds a section; an empty text adds none. Types 1 to 7 are texts: good UTF-8, once each, SIGHTLOG_MAX_TEXT_BYTES (topic and
 * content of a message have their own limits). Types 9 to 12 are what docs/format.md draws, once each. A message has a topic, and a
 * text or binary content.
 */
int sightlog_draft_section(sightlog_draft *draft, uint32_t type, const void *bytes, size_t size);

/* Likewise, of a terminated string; NULL adds none. */
int sightlog_draft_text(sightlog_draft *draft, uint32_t type, const char *text);

/* Why the last call on it returned a negative code: one line. */
const char *sightlog_draft_error(const sightlog_draft *draft);

/* NULL when there is no memory. */
sightlog_batch *sightlog_batch_new(void);
void sightlog_batch_free(sightlog_batch *batch);
void sightlog_batch_clear(sightlog_batch *batch);
uint32_t sightlog_batch_count(const sightlog_batch *batch);

/* Adds an event, copied; SIGHTLOG_NONE when the batch is full and must be appended first: then nothing was added. */
int sightlog_batch_add(sightlog_batch *batch, sightlog_draft *draft);

typedef struct sightlog_writer_options {
    const char *roll;           /* NULL hourly; secondly, minutely, five-minutely, ten-minutely, half-hourly, hourly, six-hourly,
                                   daily. Only when the journal is made: an older one keeps its own */
    uint32_t mode;              /* 0 is 0600: permissions of the files of a journal that is made */
    int32_t every_event;        /* not 0: an append returns when the event is on the device (--durability every-event) */
    int64_t lock_timeout_nanos; /* 0 is 10 s: how long to wait for a live holder of the write lock */
    void (*notice)(void *context, const char *text); /* told, in a line for people, what was lost by a loss of power; may be NULL */
    void *notice_context;
} sightlog_writer_options;

/*
 * Opens a journal for appending, and makes it when it is not there. options may be NULL. Takes the write lock for an instant.
 */
int sightlog_writer_open(sightlog_writer **writer, const char *directory, const sightlog_writer_options *options,
                         sightlog_error *error);

/*
 * Appends an event, beside any number of other writers. SIGHTLOG_OK: it is there for every reader, whatever happens to this
 * process. Any error but SIGHTLOG_LOCK_LOST and SIGHTLOG_DEVICE_FAILED: nothing was appended, no number was used up, and the
 * draft can be appended again. The draft stays the caller's. index, of the excerpt, may be NULL. SIGHTLOG_REPLACED is looked for at each
 * change of cycle and once a second: what was appended until then is in the old journal.
 */
int sightlog_append(sightlog_writer *writer, sightlog_draft *draft, uint64_t *index);

/* Appends all events of a batch in one excerpt; the events are at its places 0 and up. An empty one appends nothing. */
int sightlog_append_batch(sightlog_writer *writer, sightlog_batch *batch, uint64_t *index);

/* A label set: what class ids mean, and which model made them. */
typedef struct sightlog_label_set {
    const char *model;         /* the texts may be NULL, empty */
    const char *sha256;        /* of the model's file, hex */
    const char *input;         /* for people: shape and value range */
    double threshold, iou;     /* what the run used */
    const char *classes;       /* what the run was limited to */
    size_t count;              /* of labels */
    const int32_t *ids;        /* NULL: 0, 1, 2 .. */
    const char *const *labels; /* UTF-8 without control characters */
} sightlog_label_set;

/* Puts a label set into the catalogue, unless it is there, and gives what goes into sightlog_fields.label_set. */
int sightlog_publish(sightlog_writer *writer, const sightlog_label_set *labels, uint8_t hash[8]);

/* Brings what this writer has appended to the device, and all before it. */
int sightlog_sync(sightlog_writer *writer);

/* Random id of this writer, in all its events. */
uint64_t sightlog_producer(const sightlog_writer *writer);

/* The sequence number of the next event. */
int64_t sightlog_next_sequence(const sightlog_writer *writer);

/* The error of the last call that returned a negative code. */
const sightlog_error *sightlog_writer_error(const sightlog_writer *writer);

/* Gives its slot back and unmaps everything. NULL is fine. */
void sightlog_writer_close(sightlog_writer *writer);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif
#endif
