/* ==== event: one event, or a batch of them: checking, finding and handing out ==== */

/* ---- one event's bytes, and a batch's
 *
 * What is wrong is written into `why`, which may be NULL when nobody will read it. */

enum { WHY_BYTES = 256 };

static int wrong(char *why, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int wrong(char *why, int code, const char *format, ...) {
    if (why) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why, WHY_BYTES, format, arguments);
        va_end(arguments);
    }
    return code;
}

/* Where the parts of an event are, read once. */
typedef struct parts {
    uint32_t header_bytes, detection_count, detection_bytes, section_count;
    uint64_t table; /* offset of the section table */
} parts;

static int newer_or(const uint8_t *at, uint32_t size, char *why) {
    unsigned version = at[AT_VERSION];
    if (version > EVENT_VERSION && load_u32(at + AT_TOTAL_BYTES) == size) {
        return wrong(why, SIGHTLOG_NEWER, "its version is %u, this library reads version %d; use a newer one", version, EVENT_VERSION);
    }
    return SIGHTLOG_DAMAGED;
}

static int check_parts(const uint8_t *at, uint32_t size, parts *found, char *why) {
    *found = (parts){load_u16(at + AT_HEADER_BYTES), load_u32(at + AT_DETECTION_COUNT), load_u16(at + AT_DETECTION_BYTES),
                     load_u16(at + AT_SECTION_COUNT), 0};
    if (found->header_bytes < EVENT_HEADER || found->detection_bytes < DETECTION
        || found->detection_count > SIGHTLOG_MAX_DETECTIONS || found->section_count > SIGHTLOG_MAX_SECTIONS) {
        return wrong(why, SIGHTLOG_DAMAGED, "headerBytes=%u detectionBytes=%u detectionCount=%u sectionCount=%u",
                     found->header_bytes, found->detection_bytes, found->detection_count, found->section_count);
    }
    found->table = found->header_bytes + (uint64_t)found->detection_count * found->detection_bytes;
    uint64_t end = found->table + (uint64_t)found->section_count * SECTION;
    if (end > size) {
        return wrong(why, SIGHTLOG_DAMAGED, "detections and sections need %" PRIu64 " bytes, it has %u", end, size);
    }
    for (uint32_t i = 0; i < found->section_count; i++) {
        const uint8_t *entry = at + found->table + (uint64_t)i * SECTION;
        uint64_t offset = load_u32(entry + 4), bytes = load_u32(entry + 8);
        if (offset < end || offset + bytes > size) {
            return wrong(why, SIGHTLOG_DAMAGED, "section %u is at %" PRIu64 " with %" PRIu64 " bytes, outside %" PRIu64 "..%u", i,
                         offset, bytes, end, size);
        }
    }
    return SIGHTLOG_OK;
}

/* Whether an event can be looked at: magic, version, sizes and, when asked to, checksum. */
static int check_event(const uint8_t *at, uint32_t size, bool checksum, parts *found, char *why) {
    if (size < 8 || !is_magic(at + AT_MAGIC)) {
        return wrong(why, SIGHTLOG_DAMAGED, "not a Sightlog event, or its first bytes are damaged (%u bytes)", size);
    }
    if (size < EVENT_HEADER) {
        return wrong(why, SIGHTLOG_DAMAGED, "an event has at least %d bytes, this has %u", EVENT_HEADER, size);
    }
    uint32_t total = load_u32(at + AT_TOTAL_BYTES);
    int code;
    if (total != size) {
        code = newer_or(at, size, why);
        return code == SIGHTLOG_NEWER ? code : wrong(why, code, "it says it has %u bytes, and there are %u", total, size);
    }
    uint32_t stored = load_u32(at + AT_CRC), computed = checksum ? crc32c(at + 4, size - 4) : stored;
    if (stored != computed) {
        code = newer_or(at, size, why);
        return code == SIGHTLOG_NEWER ? code : wrong(why, code, "checksum is %08x, its bytes give %08x", stored, computed);
    }
    if (at[AT_VERSION] != EVENT_VERSION) {
        return wrong(why, SIGHTLOG_NEWER, "its version is %u, this library reads version %d; use a newer one", at[AT_VERSION],
                     EVENT_VERSION);
    }
    if (at[AT_KIND] == BATCH_KIND) {
        return wrong(why, SIGHTLOG_DAMAGED, "a batch is where one event should be");
    }
    if (at[AT_KIND] < SIGHTLOG_FRAME || at[AT_KIND] > SIGHTLOG_MESSAGE) {
        return wrong(why, SIGHTLOG_NEWER, "its kind is %d, known are 1..4; a newer Sightlog may have written it",
                     (int8_t)at[AT_KIND]);
    }
    return check_parts(at, size, found, why);
}

/* Of this version; what a later one means by a batch is for check_event to refuse. */
static inline bool is_batch(const uint8_t *at, uint32_t size) {
    return size >= BATCH_HEADER && is_magic(at + AT_MAGIC) && at[AT_VERSION] == EVENT_VERSION && at[AT_KIND] == BATCH_KIND;
}

static inline uint32_t batch_offset(const uint8_t *at, uint32_t place) { return load_u32(at + BATCH_HEADER + 4 * (size_t)place); }

/* Whether the header of a batch, and its offsets, are good. */
static bool check_batch(const uint8_t *at, uint32_t size, bool checksum, char *why) {
    uint32_t total = load_u32(at + AT_TOTAL_BYTES), count = load_u32(at + AT_COUNT);
    if (load_u16(at + AT_HEADER_BYTES) != BATCH_HEADER) {
        return wrong(why, false, "the header of a batch has %d bytes, this has another size", BATCH_HEADER);
    }
    if (total != size) {
        return wrong(why, false, "the batch says it has %u bytes, and there are %u", total, size);
    }
    if (count < 1 || count > SIGHTLOG_MAX_BATCH_EVENTS || BATCH_HEADER + 4 * count > size) {
        return wrong(why, false, "count=%u in a batch of %u bytes", count, size);
    }
    uint32_t end = BATCH_HEADER + 4 * count;
    if (checksum && crc32c(at + 4, end - 4) != load_u32(at)) {
        return wrong(why, false, "the checksum of the batch's header is wrong");
    }
    for (uint32_t i = 0, last = end; i < count; i++) {
        uint32_t offset = batch_offset(at, i);
        if (offset < last || offset & 3 || offset > size || size - offset < EVENT_HEADER) {
            return wrong(why, false, "event %u of the batch is at byte %u of %u", i, offset, size);
        }
        last = offset + EVENT_HEADER;
    }
    return true;
}

/* Whether the bytes of all its events are as they were written; of a batch whose header is good. */
static bool is_batch_sound(const uint8_t *at, uint32_t size) {
    uint32_t events = BATCH_HEADER + 4 * load_u32(at + AT_COUNT);
    return crc32c(at + events, size - events) == load_u32(at + AT_EVENTS_CRC);
}

/* ---- fillers: they hold the numbers of excerpts that were lost with a loss of power
 *
 * Of version 0, which no event is. With a kind that events have one keeps the event that lay there, whole but for that byte, whose
 * number is not known. */

static inline bool is_filler(const uint8_t *at, uint32_t size) {
    return size >= BATCH_HEADER && is_magic(at + AT_MAGIC) && at[AT_VERSION] == FILLER_VERSION;
}

/* What is said of some that follow one another. */
static void filler_text(char *text, size_t size, uint64_t first, uint64_t count) {
    if (count == 1) {
        snprintf(text, size, "excerpt 0x%" PRIx64 " was lost with a loss of power", first);
    } else {
        snprintf(text, size, "%" PRIu64 " excerpts from 0x%" PRIx64 " on were lost with a loss of power", count, first);
    }
}

/* ---- sound events in bytes whose structure is lost */

enum { SCAN_PIECE = 1 << 20, SCAN_MOST_CHECKED = 8, SCAN_LOOK = AT_TOTAL_BYTES + 8 };

/* What it costs is bounded, also where the bytes were made to cost much: so many bytes are read for checksums, and holes are
   not read. */
typedef struct scan {
    view *file;
    uint64_t size;
    int64_t budget;
    bool no_memory; /* something that may have been found could not be looked at */
    uint64_t until; /* byte before which the headers begin */
} scan;

static scan scan_of(view *file, uint64_t most) {
    view_fit(file);
    uint64_t size = file->size < most ? file->size : most;
    int64_t budget = SCAN_MOST_CHECKED * (int64_t)(size < UINT64_C(1) << 56 ? size : UINT64_C(1) << 56) + (64 << 20);
    return (scan){file, size, budget, false, UINT64_MAX};
}

static bool is_whole(const uint8_t *at, uint32_t total) {
    parts ignored;
    return at[AT_KIND] == BATCH_KIND ? is_batch(at, total) && check_batch(at, total, true, NULL)
                                     : check_event(at, total, true, &ignored, NULL) == SIGHTLOG_OK;
}

static bool is_scanned_sound(scan *of, const uint8_t *at, uint32_t total, bool with_header) {
    of->budget -= total;
    if (with_header || !is_filler(at, total) || at[AT_KIND] < SIGHTLOG_FRAME || at[AT_KIND] > BATCH_KIND) {
        return is_whole(at, total);
    }
    uint8_t *kept = malloc(total); /* as it was */
    bool whole = false;
    of->no_memory |= !kept;
    if (kept) {
        memcpy(kept, at, total);
        kept[AT_VERSION] = EVENT_VERSION;
        whole = is_whole(kept, total);
    }
    free(kept);
    return whole;
}

/*
 * Finds the next header with a sound event or batch behind it, from a multiple of 4 on. The header is right, too, or may hold
 * anything when that is not asked for, and what fillers keep is found as well. False, and unread, where it could not look on.
 */
static bool scan_next(scan *of, uint64_t from, bool with_header, uint64_t *found) {
    uint64_t next_look = 0; /* for holes */
    uint64_t size = of->size < of->file->size ? of->size : of->file->size; /* what is mapped may have become less */
    for (uint64_t at = from; at < of->until && at + SCAN_LOOK <= size && of->budget > 0; at += 4) {
        if (at >= next_look) {
            off_t data = lseek(of->file->fd, (off_t)at, SEEK_DATA);
            if (data < 0 && errno == ENXIO) {
                return false;
            }
            if (data > (off_t)at + PAGE) {
                at = ((uint64_t)data - SCAN_LOOK) & ~(uint64_t)3;
            }
            next_look = at + SCAN_PIECE;
            if (at >= of->until) {
                return false;
            }
            uint64_t left = at < size ? size - at : 0, look = left < SCAN_PIECE + SCAN_LOOK ? left : SCAN_PIECE + SCAN_LOOK;
            uint64_t wanted = of->until - at;
            look = wanted < look && wanted > SCAN_LOOK ? wanted : look;
            if (left < SCAN_LOOK || !view_at(of->file, at, look)) {
                return false;
            }
        }
        const uint8_t *header = of->file->bytes + at;
        if (load_u32(header + 4 + AT_MAGIC) != MAGIC_WORD) {
            continue;
        }
        uint32_t total = load_u32(header + 4 + AT_TOTAL_BYTES);
        if (total >= BATCH_HEADER && total <= SIGHTLOG_MAX_EVENT_BYTES && (total & 3) == 0 && total <= size - at - 4
            && (!with_header || acquire_u32(header) == total) && view_at(of->file, at, 4 + (uint64_t)total)
            && is_scanned_sound(of, header + 4, total, with_header)) {
            *found = at;
            return true;
        }
        if (is_unread()) {
            return false;
        }
    }
    return false;
}

/* ---- events as they are handed out */

static void fill_event(sightlog_event *event, const uint8_t *at, uint32_t size, const parts *has) {
    *event = (sightlog_event){.kind = at[AT_KIND],
                              .bytes = at,
                              .total_bytes = size,
                              .producer = load_u64(at + AT_PRODUCER),
                              .sequence = load_i64(at + AT_SEQUENCE),
                              .appended_nanos = load_i64(at + AT_APPENDED_NANOS),
                              .captured_nanos = load_i64(at + AT_CAPTURED_NANOS),
                              .position_nanos = load_i64(at + AT_POSITION_NANOS),
                              .frame = load_i64(at + AT_FRAME),
                              .decode_nanos = load_i64(at + AT_DECODE_NANOS),
                              .infer_nanos = load_i64(at + AT_INFER_NANOS),
                              .width = load_i32(at + AT_WIDTH),
                              .height = load_i32(at + AT_HEIGHT),
                              .detection_count = has->detection_count,
                              .detection_bytes = has->detection_bytes,
                              .section_count = has->section_count,
                              .detections = at + has->header_bytes,
                              .sections = at + has->table};
    memcpy(event->label_set, at + AT_LABEL_SET, 8);
    memcpy(event->digest, at + AT_DIGEST, 8);
}

void sightlog_event_detection(const sightlog_event *event, uint32_t i, sightlog_detection *detection) {
    if (i >= event->detection_count) {
        memset(detection, 0, sizeof *detection);
        return;
    }
    const uint8_t *at = event->detections + (size_t)i * event->detection_bytes;
    *detection = (sightlog_detection){load_i32(at),      load_f32(at + 4),  load_f32(at + 8), load_f32(at + 12),
                                      load_f32(at + 16), load_f32(at + 20), load_i64(at + 24)};
}

void sightlog_event_section_at(const sightlog_event *event, uint32_t i, uint32_t *type, sightlog_text *content) {
    if (i >= event->section_count) {
        *type = 0;
        *content = (sightlog_text){"", 0};
        return;
    }
    const uint8_t *entry = event->sections + (size_t)i * SECTION;
    *type = load_u32(entry);
    *content = (sightlog_text){(const char *)event->bytes + load_u32(entry + 4), load_u32(entry + 8)};
}

int sightlog_event_section(const sightlog_event *event, uint32_t type, sightlog_text *content) {
    for (uint32_t i = 0; i < event->section_count; i++) {
        if (load_u32(event->sections + (size_t)i * SECTION) == type) {
            sightlog_event_section_at(event, i, &type, content);
            return SIGHTLOG_OK;
        }
    }
    *content = (sightlog_text){"", 0};
    return SIGHTLOG_NONE;
}

static bool take_kept_frame(sightlog_text section, sightlog_kept_frame *kept) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 64) {
        return false;
    }
    *kept = (sightlog_kept_frame){.producer = load_u64(at + 16),
                                  .file = load_i64(at + 24),
                                  .offset = load_i64(at + 32),
                                  .bytes = load_i32(at + 40),
                                  .crc32c = load_u32(at + 44),
                                  .format = load_u16(at + 48),
                                  .width = load_i32(at + 52),
                                  .height = load_i32(at + 56)};
    memcpy(kept->journal, at, 16);
    return !is_zero(at, 16) && kept->producer != 0 && kept->file >= 0 && kept->offset >= 0 && kept->bytes > 0 && kept->format > 0
           && kept->width >= 0 && kept->height >= 0;
}

static bool take_live(sightlog_text section, sightlog_live *live) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 32) {
        return false;
    }
    *live = (sightlog_live){load_i64(at), load_i64(at + 8), load_i64(at + 16), load_i64(at + 24)};
    return live->dropped >= 0 && live->age_nanos >= 0 && live->reconnects >= 0 && live->outage_nanos >= 0;
}

static bool take_origin(sightlog_text section, sightlog_origin *origin) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 48) {
        return false;
    }
    *origin = (sightlog_origin){.kind = load_u16(at),
                                .path_count = load_u16(at + 2),
                                .partition = load_i32(at + 4),
                                .offset = load_i64(at + 8),
                                .producer = load_u64(at + 16),
                                .sequence = load_i64(at + 24),
                                .appended_nanos = load_i64(at + 32),
                                .path = at + 48};
    size_t text = 48 + (size_t)origin->path_count * 16;
    sightlog_text *texts[] = {&origin->broker, &origin->topic, &origin->topic_id, &origin->message_id};
    const size_t most[] = {255, 65535, 255, 255};
    bool good = origin->kind > 0 && origin->path_count <= SIGHTLOG_MAX_PATH && origin->partition >= -1 && origin->offset >= -1
                && origin->sequence >= 0 && (origin->producer != 0 || origin->sequence == 0);
    for (size_t i = 0; i < 4; i++) {
        size_t size = load_u16(at + 40 + 2 * i);
        good = good && size <= most[i] && text + size <= section.size;
        *texts[i] = good ? (sightlog_text){section.bytes + text, size} : (sightlog_text){"", 0};
        text += size;
    }
    for (size_t i = 0; good && i < origin->path_count; i++) {
        good = !is_zero(origin->path + 16 * i, 16);
    }
    return good;
}

static bool take_answers(sightlog_text section, sightlog_answers *answers) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 48) {
        return false;
    }
    *answers = (sightlog_answers){
        .producer = load_u64(at + 16), .sequence = load_i64(at + 24), .index = load_u64(at + 32), .place = load_u32(at + 40)};
    memcpy(answers->journal, at, 16);
    return answers->producer != 0 && answers->sequence >= 0 && answers->index <= INT64_MAX && answers->place <= INT32_MAX;
}

int sightlog_event_kept_frame(const sightlog_event *event, sightlog_kept_frame *kept) {
    sightlog_text section;
    memset(kept, 0, sizeof *kept);
    int result = sightlog_event_section(event, SIGHTLOG_KEPT_FRAME_SECTION, &section);
    return result != SIGHTLOG_OK || take_kept_frame(section, kept) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_live(const sightlog_event *event, sightlog_live *live) {
    sightlog_text section;
    memset(live, 0, sizeof *live);
    int result = sightlog_event_section(event, SIGHTLOG_LIVE_SECTION, &section);
    return result != SIGHTLOG_OK || take_live(section, live) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_origin(const sightlog_event *event, sightlog_origin *origin) {
    sightlog_text section;
    memset(origin, 0, sizeof *origin);
    int result = sightlog_event_section(event, SIGHTLOG_ORIGIN_SECTION, &section);
    return result != SIGHTLOG_OK || take_origin(section, origin) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_answers(const sightlog_event *event, sightlog_answers *answers) {
    sightlog_text section;
    memset(answers, 0, sizeof *answers);
    int result = sightlog_event_section(event, SIGHTLOG_ANSWERS_SECTION, &section);
    return result != SIGHTLOG_OK || take_answers(section, answers) ? result : SIGHTLOG_DAMAGED;
}
