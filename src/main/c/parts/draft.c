/* ==== draft: events before they are appended ==== */

/* ---- good UTF-8 */

/* Whether it is, without surrogates, longer forms than needed, and what is beyond U+10FFFF. */
static bool is_utf8(const uint8_t *at, size_t size) {
    const uint8_t *end = at + size;
    while (at < end) {
        if (end - at >= 8 && !(load_u64(at) & 0x8080808080808080u)) {
            at += 8; /* ASCII, as most of it is */
            continue;
        }
        uint8_t first = *at++;
        if (first < 0x80) {
            continue;
        }
        int more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
        if (more == 0 || end - at < more) {
            return false;
        }
        uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (*at < low || *at > high) {
            return false;
        }
        for (int i = 1; i < more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        at += more;
    }
    return true;
}

/* Likewise of a text with a size. */
static bool controls_in(const void *text, size_t size) {
    const uint8_t *at = text;
    return size > 0 && has_control(at, at + size);
}

/* ---- drafts */

typedef struct section {
    uint32_t type, bytes;
    size_t offset; /* in the draft's contents */
} section;

struct sightlog_draft {
    int kind; /* 0 before the first begin */
    sightlog_fields fields;
    uint8_t *detections; /* as they lie in the event */
    size_t detection_count, detection_room;
    section sections[SIGHTLOG_MAX_SECTIONS];
    size_t section_count;
    uint8_t *contents;
    size_t content_bytes, content_room;
    sightlog_error error;
};

/* Grows a buffer to at least so many bytes; false, and it is as before, when there is no memory. */
static bool grow(uint8_t **buffer, size_t *room, size_t needed) {
    if (needed <= *room) {
        return true;
    }
    size_t size = needed > 2 * *room ? needed : 2 * *room;
    uint8_t *larger = realloc(*buffer, size);
    if (!larger) {
        return false;
    }
    *buffer = larger;
    *room = size;
    return true;
}

sightlog_draft *sightlog_draft_new(void) {
    prepare();
    return calloc(1, sizeof(sightlog_draft));
}

void sightlog_draft_free(sightlog_draft *draft) {
    if (draft) {
        free(draft->detections);
        free(draft->contents);
        free(draft);
    }
}

const char *sightlog_draft_error(const sightlog_draft *draft) { return draft->error.text; }

int sightlog_draft_begin(sightlog_draft *draft, int kind, const sightlog_fields *fields) {
    static const sightlog_fields NOTHING;
    const sightlog_fields *given = fields ? fields : &NOTHING;
    if (kind < SIGHTLOG_FRAME || kind > SIGHTLOG_MESSAGE) {
        return fail(&draft->error, SIGHTLOG_INVALID, "kind=%d is no frame, skip or message", kind);
    }
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"position_nanos", given->position_nanos}, {"frame", given->frame},  {"decode_nanos", given->decode_nanos},
                   {"infer_nanos", given->infer_nanos},       {"width", given->width}, {"height", given->height}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].value < 0) {
            return fail(&draft->error, SIGHTLOG_INVALID, "%s=%" PRId64 " is negative", numbers[i].name, numbers[i].value);
        }
    }
    draft->kind = kind;
    draft->fields = *given;
    if (kind == SIGHTLOG_MESSAGE) {
        draft->fields = (sightlog_fields){.captured_nanos = given->captured_nanos};
    }
    draft->detection_count = draft->section_count = draft->content_bytes = 0;
    return SIGHTLOG_OK;
}

static inline uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#define INFINITE_BITS 0x7f800000u

/* Finite, and no more than a float can be, whatever -ffast-math makes of isfinite. */
static inline bool is_finite(float value) { return (bits_of(value) & INFINITE_BITS) != INFINITE_BITS; }

/* Likewise, and neither below 0 nor -0. */
static inline bool is_plain(float value) { return bits_of(value) < INFINITE_BITS; }

static float clip(float edge, int32_t limit) {
    float most = (float)limit;
    return edge > 0 ? (edge < most ? edge : most) : 0; /* no -0 */
}

/* What is left of an extent that began at from and now begins at clipped. */
static float extent(float from, float clipped, float whole, int32_t limit) {
    float left = clipped == from ? whole : from + whole - clipped;
    left = left > 0 ? left : 0;
    return clipped + left > (float)limit ? (float)limit - clipped : left;
}

/* What is wrong with it. */
static int check_detection(const sightlog_detection *d, sightlog_error *error) {
    if (d->class_id < 0 || d->class_id > SIGHTLOG_MAX_CLASS_ID) {
        return fail(error, SIGHTLOG_INVALID, "class_id=%" PRId32 " is not in 0..%d", d->class_id, SIGHTLOG_MAX_CLASS_ID);
    }
    if (!is_finite(d->confidence) || !(d->confidence >= 0 && d->confidence <= 1)) {
        return fail(error, SIGHTLOG_INVALID, "confidence=%g is not in 0..1", (double)d->confidence);
    }
    if (!is_finite(d->x) || !is_finite(d->y)) {
        return fail(error, SIGHTLOG_INVALID, "x=%g y=%g is not finite", (double)d->x, (double)d->y);
    }
    if (!is_finite(d->w) || !is_finite(d->h) || !(d->w >= 0 && d->h >= 0)) {
        return fail(error, SIGHTLOG_INVALID, "w=%g h=%g is negative or not finite", (double)d->w, (double)d->h);
    }
    if (d->track_id < 0) {
        return fail(error, SIGHTLOG_INVALID, "track_id=%" PRId64 " is negative", d->track_id);
    }
    return SIGHTLOG_OK;
}

/* Whether it is good, and its box within the picture, as nearly all are: then it is kept as it is. */
static inline bool lies_within(const sightlog_detection *d, int32_t width, int32_t height) {
    return d->class_id >= 0 && d->class_id <= SIGHTLOG_MAX_CLASS_ID && d->track_id >= 0
           && is_plain(d->confidence) && d->confidence <= 1 && is_plain(d->x) && is_plain(d->y) && is_plain(d->w) && is_plain(d->h)
           && width > 0 && height > 0 && d->x + d->w <= (float)width && d->y + d->h <= (float)height;
}

int sightlog_draft_detection(sightlog_draft *draft, const sightlog_detection *d) {
    sightlog_error *error = &draft->error;
    if (draft->kind != SIGHTLOG_FRAME) {
        return fail(error, SIGHTLOG_INVALID, "only a frame has detections: begin one first");
    }
    if (draft->detection_count == SIGHTLOG_MAX_DETECTIONS) {
        return fail(error, SIGHTLOG_TOO_LARGE, "a frame has at most %d detections", SIGHTLOG_MAX_DETECTIONS);
    }
    float x = d->x, y = d->y, w = d->w, h = d->h;
    int32_t width = draft->fields.width, height = draft->fields.height;
    if (!lies_within(d, width, height)) {
        int result = check_detection(d, error);
        if (result != SIGHTLOG_OK) {
            return result;
        }
        if (width > 0 && height > 0) {
            x = clip(d->x, width);
            y = clip(d->y, height);
            w = extent(d->x, x, d->w, width);
            h = extent(d->y, y, d->h, height);
        }
    }
    if (!grow(&draft->detections, &draft->detection_room, (draft->detection_count + 1) * DETECTION)) {
        return no_memory(error);
    }
    uint8_t *at = draft->detections + draft->detection_count++ * DETECTION;
    store_i32(at, d->class_id);
    store_f32(at + 4, d->confidence);
    store_f32(at + 8, x);
    store_f32(at + 12, y);
    store_f32(at + 16, w);
    store_f32(at + 20, h);
    store_i64(at + 24, d->track_id);
    return SIGHTLOG_OK;
}

static size_t most_bytes(uint32_t type) {
    return type == SIGHTLOG_TOPIC                               ? SIGHTLOG_MAX_TOPIC_BYTES
           : type == SIGHTLOG_TEXT || type == SIGHTLOG_BINARY ? SIGHTLOG_MAX_CONTENT_BYTES
           : type < SIGHTLOG_TEXT                             ? SIGHTLOG_MAX_TEXT_BYTES
                                                              : SIGHTLOG_MAX_EVENT_BYTES;
}

static const char *section_name(uint32_t type) {
    static const char *const NAMES[] = {"section", "source", "stream", "reason", "labels", "model", "topic", "text", "content",
                                         "kept frame", "live source", "origin", "answered event"};
    return NAMES[type < sizeof NAMES / sizeof *NAMES ? type : 0];
}

static bool draft_has(const sightlog_draft *draft, uint32_t type) {
    for (size_t i = 0; i < draft->section_count; i++) {
        if (draft->sections[i].type == type) {
            return true;
        }
    }
    return false;
}

/* Lines of id, tab, label, as a reader takes them. */
static bool are_labels(const uint8_t *at, size_t size) {
    const uint8_t *end = at + size;
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        const uint8_t *tab = memchr(at, '\t', (size_t)(stop - at));
        int64_t id = 0;
        for (const uint8_t *digit = at; tab && digit < tab; digit++) {
            id = *digit >= '0' && *digit <= '9' && id <= SIGHTLOG_MAX_CLASS_ID ? id * 10 + (*digit - '0') : INT32_MAX;
        }
        if (tab ? tab == at || id > SIGHTLOG_MAX_CLASS_ID || has_control(tab + 1, stop) : stop > at) {
            return false;
        }
        at = stop + 1;
    }
    return true;
}

static bool is_good(sightlog_text text) {
    return is_utf8((const uint8_t *)text.bytes, text.size);
}

/* Whether it can be a section of one of the types 9 to 12. */
static bool is_rare(uint32_t type, const void *bytes, size_t size) {
    sightlog_text section = {bytes, size};
    union {
        sightlog_kept_frame kept;
        sightlog_live live;
        sightlog_origin origin;
        sightlog_answers answers;
    } taken;
    switch (type) {
    case SIGHTLOG_KEPT_FRAME_SECTION:
        return take_kept_frame(section, &taken.kept);
    case SIGHTLOG_LIVE_SECTION:
        return take_live(section, &taken.live);
    case SIGHTLOG_ORIGIN_SECTION:
        return take_origin(section, &taken.origin) && is_good(taken.origin.broker) && is_good(taken.origin.topic)
               && is_good(taken.origin.topic_id) && is_good(taken.origin.message_id);
    default:
        return take_answers(section, &taken.answers);
    }
}

int sightlog_draft_section(sightlog_draft *draft, uint32_t type, const void *bytes, size_t size) {
    bool rare = type >= SIGHTLOG_KEPT_FRAME_SECTION && type <= SIGHTLOG_ANSWERS_SECTION;
    sightlog_error *error = &draft->error;
    bool text = type >= SIGHTLOG_SOURCE && type <= SIGHTLOG_TEXT, content = type == SIGHTLOG_TEXT || type == SIGHTLOG_BINARY;
    if (draft->kind == 0) {
        return fail(error, SIGHTLOG_INVALID, "a draft begins with sightlog_draft_begin");
    }
    if (size > most_bytes(type)) {
        return fail(error, SIGHTLOG_TOO_LARGE, "%s has %zu bytes, at most %zu fit", section_name(type), size, most_bytes(type));
    }
    if (type == 0 || draft->section_count == SIGHTLOG_MAX_SECTIONS) {
        return fail(error, SIGHTLOG_INVALID, type == 0 ? "there is no section type 0" : "an event has at most 256 sections");
    }
    if (type == SIGHTLOG_TOPIC && (size == 0 || controls_in(bytes, size))) {
        return fail(error, SIGHTLOG_INVALID, "a topic has 1 to 255 bytes, and no control characters");
    }
    if (content && (draft_has(draft, SIGHTLOG_TEXT) || draft_has(draft, SIGHTLOG_BINARY))) {
        return fail(error, SIGHTLOG_INVALID, "a message has one content, text or binary");
    }
    if ((content || type == SIGHTLOG_TOPIC) && draft->kind != SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "%s is of a message, this is none", section_name(type));
    }
    if ((type == SIGHTLOG_LABELS || type == SIGHTLOG_MODEL) && draft->kind == SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "a message has no labels, and no model");
    }
    if (type == SIGHTLOG_REASON && draft->kind != SIGHTLOG_SKIP) {
        return fail(error, SIGHTLOG_INVALID, "a reason is of a skip, this is none");
    }
    if (rare && type <= SIGHTLOG_LIVE_SECTION && draft->kind == SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "a message has no %s", section_name(type));
    }
    if (rare && !is_rare(type, bytes, size)) {
        return fail(error, SIGHTLOG_INVALID, "%s of %zu bytes is not what docs/format.md draws", section_name(type), size);
    }
    if ((text || rare) && draft_has(draft, type)) {
        return fail(error, SIGHTLOG_INVALID, "%s is there already", section_name(type));
    }
    if (text && !is_utf8(bytes, size)) {
        return fail(error, SIGHTLOG_INVALID, "%s is not good UTF-8", section_name(type));
    }
    if ((type == SIGHTLOG_LABELS && !are_labels(bytes, size)) || (type == SIGHTLOG_MODEL && controls_in(bytes, size))) {
        return fail(error, SIGHTLOG_INVALID, "labels are lines of id, tab, label: ids in 0..%d, no control characters",
                    SIGHTLOG_MAX_CLASS_ID);
    }
    if (text && size == 0) {
        return SIGHTLOG_OK;
    }
    size_t padded = align4(size);
    if (!grow(&draft->contents, &draft->content_room, draft->content_bytes + padded)) {
        return no_memory(error);
    }
    uint8_t *at = draft->contents + draft->content_bytes;
    if (padded > size) {
        store_u32(at + padded - 4, 0);
    }
    if (size) {
        memcpy(at, bytes, size);
    }
    draft->sections[draft->section_count++] = (section){type, (uint32_t)size, draft->content_bytes};
    draft->content_bytes += padded;
    return SIGHTLOG_OK;
}

int sightlog_draft_text(sightlog_draft *draft, uint32_t type, const char *text) {
    return text ? sightlog_draft_section(draft, type, text, strlen(text)) : SIGHTLOG_OK;
}

/* How large the event will be; 0, and the draft's error, when it cannot be one. */
static size_t draft_bytes(sightlog_draft *draft) {
    size_t bytes = EVENT_HEADER + draft->detection_count * DETECTION + draft->section_count * SECTION + draft->content_bytes;
    if (draft->kind == 0) {
        fail(&draft->error, SIGHTLOG_INVALID, "a draft begins with sightlog_draft_begin");
    } else if (draft->kind == SIGHTLOG_MESSAGE && !draft_has(draft, SIGHTLOG_TOPIC)) {
        fail(&draft->error, SIGHTLOG_INVALID, "a message needs a topic");
    } else if (bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        fail(&draft->error, SIGHTLOG_TOO_LARGE, "an event has at most %d bytes, this would have %zu", SIGHTLOG_MAX_EVENT_BYTES,
             bytes);
    } else {
        return bytes;
    }
    return 0;
}

/* Writes it, all but producer, sequence, stamp and checksum. */
static void draft_encode(const sightlog_draft *draft, uint8_t *at, size_t bytes) {
    const sightlog_fields *fields = &draft->fields;
    memset(at, 0, EVENT_HEADER);
    memcpy(at + AT_MAGIC, MAGIC, 4);
    at[AT_VERSION] = EVENT_VERSION;
    at[AT_KIND] = (uint8_t)draft->kind;
    store_u16(at + AT_HEADER_BYTES, EVENT_HEADER);
    store_u32(at + AT_TOTAL_BYTES, (uint32_t)bytes);
    store_i64(at + AT_CAPTURED_NANOS, fields->captured_nanos);
    store_i64(at + AT_POSITION_NANOS, fields->position_nanos);
    store_i64(at + AT_FRAME, fields->frame);
    memcpy(at + AT_LABEL_SET, fields->label_set, 8);
    memcpy(at + AT_DIGEST, fields->digest, 8);
    store_i32(at + AT_WIDTH, fields->width);
    store_i32(at + AT_HEIGHT, fields->height);
    store_i64(at + AT_DECODE_NANOS, fields->decode_nanos);
    store_i64(at + AT_INFER_NANOS, draft->kind == SIGHTLOG_FRAME ? fields->infer_nanos : 0);
    store_u32(at + AT_DETECTION_COUNT, (uint32_t)draft->detection_count);
    store_u16(at + AT_DETECTION_BYTES, DETECTION);
    store_u16(at + AT_SECTION_COUNT, (uint16_t)draft->section_count);
    size_t to = EVENT_HEADER;
    if (draft->detection_count) {
        memcpy(at + to, draft->detections, draft->detection_count * DETECTION);
        to += draft->detection_count * DETECTION;
    }
    size_t contents = to + draft->section_count * SECTION;
    for (size_t i = 0; i < draft->section_count; i++, to += SECTION) {
        store_u32(at + to, draft->sections[i].type);
        store_u32(at + to + 4, (uint32_t)(contents + draft->sections[i].offset));
        store_u32(at + to + 8, draft->sections[i].bytes);
    }
    if (draft->content_bytes) {
        memcpy(at + contents, draft->contents, draft->content_bytes);
    }
}

/* ---- batches */

struct sightlog_batch {
    uint8_t *events;
    size_t bytes, room;
    uint8_t *ends; /* size_t each: where in events one ends */
    size_t ends_room;
    uint32_t count;
};

sightlog_batch *sightlog_batch_new(void) {
    prepare();
    return calloc(1, sizeof(sightlog_batch));
}

void sightlog_batch_free(sightlog_batch *batch) {
    if (batch) {
        free(batch->events);
        free(batch->ends);
        free(batch);
    }
}

void sightlog_batch_clear(sightlog_batch *batch) {
    batch->bytes = 0;
    batch->count = 0;
}

uint32_t sightlog_batch_count(const sightlog_batch *batch) { return batch->count; }

int sightlog_batch_add(sightlog_batch *batch, sightlog_draft *draft) {
    size_t bytes = draft_bytes(draft);
    if (!bytes) {
        return draft->error.code;
    }
    if (BATCH_HEADER + 4 + bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        return fail(&draft->error, SIGHTLOG_TOO_LARGE, "an event of %zu bytes does not fit into a batch", bytes);
    }
    if (batch->count == SIGHTLOG_MAX_BATCH_EVENTS
        || BATCH_HEADER + 4 * ((size_t)batch->count + 1) + batch->bytes + bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        return SIGHTLOG_NONE;
    }
    if (!grow(&batch->events, &batch->room, batch->bytes + bytes)
        || !grow(&batch->ends, &batch->ends_room, (batch->count + 1) * sizeof(size_t))) {
        return no_memory(&draft->error);
    }
    draft_encode(draft, batch->events + batch->bytes, bytes);
    batch->bytes += bytes;
    memcpy(batch->ends + batch->count++ * sizeof(size_t), &batch->bytes, sizeof(size_t));
    return SIGHTLOG_OK;
}
