/* ==== peek: which document is at a place, also where headers are wrong ==== */

/* ---- documents that are not sound
 *
 * Nothing vouches for their lengths, so what they lead over is searched for sound events, and so is what follows an end. */

enum {
    MOST_JUMP_STEPS = 1 << 22, /* how many documents are walked over, for one file, to see whether numbers agree */
    LOOKED_BEHIND = 64 << 10,  /* as much is looked at behind an end, or more where something lies */
    MARK_BYTES = 8             /* of the mark at a cycle's end, with the word that Chronicle writes behind it */
};

/* A search whose cost counts for all of a file. */
static scan jumps_begin(cycle_file *file) {
    scan of = scan_of(&file->file, UINT64_MAX);
    if (!file->jumps.begun) {
        file->jumps.begun = true;
        file->jumps.steps = MOST_JUMP_STEPS;
        file->jumps.budget = of.budget;
        file->jumps.size = of.size;
    } else if (of.size > file->jumps.size) {
        file->jumps.budget += SCAN_MOST_CHECKED * (int64_t)(of.size - file->jumps.size);
        file->jumps.size = of.size;
    }
    of.budget = file->jumps.budget;
    return of;
}

/* Whether a sound event or batch of that size lies there. */
static bool is_sound_at(cycle_file *file, uint64_t payload, uint32_t size) {
    scan of = jumps_begin(file);
    const uint8_t *at = of.budget > 0 ? view_at(&file->file, payload, size) : NULL;
    bool sound = at && is_scanned_sound(&of, at, size, true);
    file->jumps.budget = of.budget;
    return sound;
}

/* Whether a document with a sound event in it begins between two bytes. */
static bool is_event_between(cycle_file *file, uint64_t from, uint64_t to) {
    uint64_t found;
    scan of = jumps_begin(file);
    of.until = to;
    bool is = scan_next(&of, from, true, &found);
    file->jumps.budget = of.budget;
    return is;
}

/*
 * LOST: the file says a number of what lies after, but walking does not lead there, or only over what may be something else than it
 * seems. LAST: the document in front is, so it says. CONTRADICTS: walking leads to a document of which it says another number.
 */
enum { UNKNOWN_NUMBERS, AGREES, DISAGREES, LOST, LAST, CONTRADICTS };

static int cursor_peek(cursor *at);

static int walk_to_number(cycle_file *file, uint64_t from, uint64_t sequence, uint64_t to, uint64_t number, uint64_t *reached) {
    if (to < from) {
        return DISAGREES; /* it would lie in the document in front */
    }
    cursor probe;
    int judged = UNKNOWN_NUMBERS;
    cursor_start(&probe, file);
    probe.believing = true;
    cursor_at(&probe, from, sequence);
    while (judged == UNKNOWN_NUMBERS && file->jumps.steps > 0 && cursor_peek(&probe) == CURSOR_DATA) {
        if (probe.sequence >= number || probe.position >= to) {
            judged = probe.position != to ? DISAGREES : probe.sequence != number ? CONTRADICTS : probe.doubted ? LOST : AGREES;
        } else {
            cursor_advance(&probe);
            file->jumps.steps--;
        }
    }
    *reached = judged == AGREES || probe.position > *reached ? probe.position : *reached;
    return judged;
}

/* One that agrees is enough: another may be damaged itself. */
static bool is_decided(int judged) { return judged == AGREES || judged == CONTRADICTS; }

static int either(int one, int other) {
    return other == UNKNOWN_NUMBERS || (other == LOST && one != UNKNOWN_NUMBERS) ? one : other;
}

/*
 * Compares counting with what the file says: walks from a byte, at which the document of that number begins, to the next ones whose
 * numbers it knows. *judged_to: up to which byte that holds, for documents that lead there.
 */
static int judge_numbers(cycle_file *file, uint64_t before, uint64_t from, uint64_t sequence, uint64_t *judged_to) {
    uint64_t spacing = file->index_spacing, next = (sequence + spacing - 1) / spacing;
    int entries = 0, judged = UNKNOWN_NUMBERS;
    next = next == 0 ? 1 : next;
    *judged_to = from;
    for (uint64_t entry = next; entry < next + 2 && !is_decided(judged); entry++) {
        uint64_t position = sound_entry(file, entry);
        if (position != 0) {
            entries++;
            judged = either(judged, walk_to_number(file, from, sequence, position, entry * spacing, judged_to));
        }
    }
    uint64_t documents = counted_documents(file), last = (uint64_t)claimed_position(file);
    if (!is_decided(judged) && entries < 2 && documents > sequence) {
        judged = either(judged, walk_to_number(file, from, sequence, last, documents - 1, judged_to));
    }
    if (judged != UNKNOWN_NUMBERS) {
        return judged;
    }
    bool more = entries > 0 || documents > sequence || (int64_t)((uint64_t)last_index(file) - spacing) >= (int64_t)sequence;
    return more ? LOST : documents == sequence && last == before ? LAST : UNKNOWN_NUMBERS;
}

static bool holds_event(cursor *at, uint32_t bytes) {
    return is_event_between(at->file, at->position + 4, at->position + step_over(bytes));
}

static int cursor_judge(cursor *at, uint32_t bytes, int counts) {
    if (at->position >= at->judged_to) {
        uint64_t end = at->position + step_over(bytes);
        at->judged = judge_numbers(at->file, at->position, end, at->sequence + (uint64_t)counts, &at->judged_to);
    }
    return at->judged;
}

/* Over a page of the index, or the header of the file: only when no sound event lies in it, or the numbers say so. */
static bool may_pass_page(cursor *at, uint32_t bytes) {
    return at->believing || !holds_event(at, bytes) || (!at->unnumbered && cursor_judge(at, bytes, 0) == AGREES);
}

/* Of a batch: where its last event ends by that event's own word; 0 when it has none. */
static uint64_t end_of_events(const uint8_t *at, uint32_t bytes) {
    uint32_t count = load_u32(at + AT_COUNT);
    uint64_t events = BATCH_HEADER + 4 * (uint64_t)count;
    if (count == 0 || events > bytes) {
        return 0;
    }
    uint32_t last = load_u32(at + events - 4);
    bool fits = last >= events && last + (uint64_t)EVENT_HEADER <= bytes;
    return fits ? last + (uint64_t)load_u32(at + last + AT_TOTAL_BYTES) : 0;
}

/* Of an event: where the last of its detections and sections ends; 0 when they are none. */
static uint64_t end_of_parts(const uint8_t *at, uint32_t bytes) {
    if (bytes < EVENT_HEADER) {
        return 0;
    }
    uint64_t detections = load_u32(at + AT_DETECTION_COUNT), sections = load_u16(at + AT_SECTION_COUNT);
    uint64_t table = load_u16(at + AT_HEADER_BYTES) + detections * load_u16(at + AT_DETECTION_BYTES), end = table + sections * SECTION;
    if (table < EVENT_HEADER || end > bytes) {
        return 0;
    }
    for (const uint8_t *entry = at + table; sections > 0; sections--, entry += SECTION) {
        uint64_t to = (uint64_t)load_u32(entry + 4) + load_u32(entry + 8);
        end = to > end ? to : end;
    }
    return align4(end);
}

/* Whether what is inside an event or a batch ends at its end. A filler, and what a newer writer wrote, is believed. */
static bool insides_bear_out(const uint8_t *at, uint32_t bytes) {
    if (bytes < BATCH_HEADER || !is_magic(at + AT_MAGIC)) {
        return false;
    }
    if (at[AT_VERSION] != EVENT_VERSION) {
        return load_u32(at + AT_TOTAL_BYTES) == bytes;
    }
    return (at[AT_KIND] == BATCH_KIND ? end_of_events(at, bytes) : end_of_parts(at, bytes)) == bytes;
}

static bool is_gap(cursor *at, uint32_t bytes);

static bool is_borne_out(cursor *at, uint32_t bytes, int counts) {
    if (counts == 0) {
        return is_gap(at, bytes);
    }
    const uint8_t *inside = view_at(&at->file->file, at->position + 4, bytes);
    return inside && insides_bear_out(inside, bytes);
}

/* Whether no document is published after one. */
static bool is_last(cursor *at, uint32_t bytes) {
    uint32_t header = header_at(at->file, at->position + step_over(bytes));
    return header == 0 || header & IN_PROGRESS;
}

/*
 * Over another document that is not sound, which has a number or not: only when what follows has the number that the file says, or,
 * as far as it says none that can be reached, when no document with a sound event begins in it, and its length is borne out by what
 * is inside, or nothing follows that would get a wrong number.
 */
static bool may_pass(cursor *at, uint32_t bytes, int counts) {
    if (at->believing) {
        at->doubted |= counts == 0 ? !is_gap(at, bytes) : holds_event(at, bytes);
        return true;
    }
    bool holds = holds_event(at, bytes);
    if (at->unnumbered) {
        return !holds && is_borne_out(at, bytes, counts);
    }
    int judged = cursor_judge(at, bytes, counts);
    if (is_decided(judged) || judged == DISAGREES || (holds && judged != LAST)) {
        return judged == AGREES;
    }
    return is_borne_out(at, bytes, counts) || (judged != LOST && is_last(at, bytes));
}

static bool is_known_broken(const cursor *at, uint32_t header) {
    return at->is_broken && at->position == at->broken_document && header == at->broken_header
           && claimed_position(at->file) == at->broken_claimed;
}

static int cursor_broken(cursor *at, uint32_t header) {
    at->is_broken = at->closely = true;
    at->broken_document = at->position;
    at->broken_header = header;
    at->broken_claimed = claimed_position(at->file);
    return CURSOR_BROKEN;
}

/* What says that it is an event: it may be passed when it is a sound one, or holds none, or the numbers say so. */
static int cursor_closer(cursor *at, uint32_t header) {
    if (is_known_broken(at, header)) {
        return CURSOR_BROKEN;
    }
    bool passes = !at->careful || is_sound_at(at->file, at->position + 4, at->length) || may_pass(at, at->length, 1);
    return passes ? cursor_data(at, at->length) /* the mapping may have moved */ : cursor_broken(at, header);
}

/* Back to the document that was left last, which is not sound; false when it may be passed, and then it stays. */
static bool cursor_back(cursor *at) {
    uint64_t after = at->position;
    at->position -= at->step;
    at->sequence--;
    bool may = may_pass(at, at->length, 1);
    if (is_unread()) {
        cursor_at(at, at->position, at->sequence);
        return true;
    }
    if (may) {
        at->position = after;
        at->sequence++;
        return false;
    }
    cursor_broken(at, header_at(at->file, at->position));
    return true;
}

/* What an event at these bytes says of its own size; 0 when it is none, or that cannot be. */
static uint32_t own_bytes_of(const uint8_t *event) {
    uint32_t own = is_magic(event + AT_MAGIC) ? load_u32(event + AT_TOTAL_BYTES) : 0;
    return own >= BATCH_HEADER && own <= SIGHTLOG_MAX_EVENT_BYTES && (own & 3) == 0 ? own : 0;
}

/*
 * Whether a document with a sound event in it begins behind an end, read and not mapped, since a file may be cut there: up to a piece
 * that holds nothing but 0. What lies in the event that is being written there is not published.
 */
static bool is_event_behind(cycle_file *file, uint64_t position, uint32_t header) {
    size_t most = SIGHTLOG_MAX_EVENT_BYTES + (1 << 20), room = LOOKED_BEHIND, size = 0, from = MARK_BYTES;
    uint8_t *bytes = NULL;
    bool more = true;
    while (more) {
        uint8_t *grown_to = realloc(bytes, room);
        if (!grown_to) {
            break;
        }
        bytes = grown_to;
        ssize_t got = 1;
        while (size < room && got > 0) {
            got = pread(file->file.fd, bytes + size, room - size, (off_t)(position + size));
            if (got < 0 && errno != EINTR) {
                fail_system(&unread, errno, "cannot read", file->file.path);
            }
            got = got < 0 && errno == EINTR ? 1 : got < 0 ? 0 : (size += (size_t)got, got);
        }
        more = size == room && room < most && !is_zero(bytes + from, size - from);
        from = size;
        room = 2 * room < most ? 2 * room : most;
    }
    bool found = false;
    if (size > MARK_BYTES && load_u32(bytes) == header /* or there is more meanwhile */ && !is_zero(bytes + MARK_BYTES, size - MARK_BYTES)) {
        scan of = {.budget = SCAN_MOST_CHECKED * (int64_t)size + (64 << 20)};
        size_t own = size < 4 + EVENT_HEADER ? 0 : own_bytes_of(bytes + 4);
        for (size_t at = 4 + own; at + SCAN_LOOK <= size && of.budget > 0 && !found; at += 4) {
            uint32_t total = load_u32(bytes + at + 4 + AT_TOTAL_BYTES);
            found = is_magic(bytes + at + 4 + AT_MAGIC) && total >= BATCH_HEADER && total <= SIGHTLOG_MAX_EVENT_BYTES
                    && (total & 3) == 0 && total <= size - at - 4 && load_u32(bytes + at) == total
                    && is_scanned_sound(&of, bytes + at + 4, total, true);
        }
    }
    free(bytes);
    return found;
}

/* Whether published events lie behind what looks like an end. Looked for once, and not at later ends again. */
static bool is_false_end(cursor *at, uint32_t header) {
    cycle_file *file = at->file;
    if (file->jumps.has_false_end && at->position == file->jumps.false_end && header == file->jumps.false_header) {
        return true;
    }
    if (file->jumps.clean && at->position >= file->jumps.clean_end) {
        return false; /* of a file that grows the end goes on */
    }
    bool behind = is_event_behind(file, at->position, header);
    if (is_unread()) {
        return false;
    }
    if (!behind) {
        file->jumps.clean = true;
        file->jumps.clean_end = at->position;
        return false;
    }
    file->jumps.has_false_end = true;
    file->jumps.false_end = at->position;
    file->jumps.false_header = header;
    return true;
}

/* ---- what is at a place */

/* Whether documents that are no events, and hold none, lead to one that is, or to the end. */
static bool leads_on(cursor *at, uint64_t from) {
    cycle_file *file = at->file;
    if (at->position < at->led_to) {
        return true;
    }
    uint64_t there = from, before = at->position;
    for (int i = 0; i < LOOK_AHEAD; i++) {
        if (is_plausible(file, there, before, false)) {
            at->led_to = there;
            return true;
        }
        uint32_t header = header_at(file, there);
        if (header == 0 || header > MAX_DOCUMENT_BYTES || !view_at(&file->file, there + 4, header)) {
            return false;
        }
        if (!at->believing && is_event_between(file, there + 4, there + step_over(header))) {
            return false;
        }
        before = there;
        there += step_over(header);
    }
    return false;
}

/* What an event here says of its own size; 0 when there is none, or it cannot be. */
static uint32_t own_bytes(cursor *at) {
    const uint8_t *event = view_at(&at->file->file, at->position + 4, EVENT_HEADER);
    return event ? own_bytes_of(event) : 0;
}

/*
 * No document here, as it seems. What the file says of itself is written after the document: when it says more, and the header
 * is still as it was, then something is missing.
 */
static int cursor_end(cursor *at, uint32_t header) {
    if (header == 0 && at->quiet_looks > 0) {
        at->quiet_looks--;
        return CURSOR_NOTHING;
    }
    if (claims_more(at) || (!at->believing && is_false_end(at, header))) {
        return header_at(at->file, at->position) == header ? CURSOR_BROKEN : AGAIN;
    }
    at->quiet_looks = header == 0 ? QUIET_LOOKS : 0;
    return header == END_OF_CYCLE ? CURSOR_ENDED : CURSOR_NOTHING;
}

static bool cursor_follows(cursor *at, uint32_t bytes, bool no_number) {
    return bytes != 0 && view_at(&at->file->file, at->position + 4, bytes)
           && is_plausible(at->file, at->position + step_over(bytes), at->position, no_number);
}

/* Over one that has no number. */
static int cursor_pass(cursor *at, uint32_t bytes) {
    at->position += step_over(bytes);
    return AGAIN;
}

/* What is laid over a gap in a hole that needs no filler. */
static bool is_gap(cursor *at, uint32_t bytes) {
    const uint8_t *inside = bytes < BATCH_HEADER ? NULL : view_at(&at->file->file, at->position + 4, bytes);
    return inside && load_u64(inside) == 0 && load_u64(inside + 8) == 0 && load_u64(inside + 16) == 0;
}

/*
 * The length of a sound event that leads to a document, whatever the header says. Else the shorter one of what the header and the
 * event say, when a document follows there: the longer one could skip some. At last that of a sound event.
 */
static int by_what_follows(cursor *at, uint32_t header_bytes, bool metadata) {
    uint32_t own = own_bytes(at);
    bool sound = own != 0 && !at->believing && is_sound_at(at->file, at->position + 4, own);
    if (sound && cursor_follows(at, own, false)) {
        return cursor_data(at, own);
    }
    uint32_t shorter = own == 0 || (header_bytes != 0 && header_bytes < own) ? header_bytes : own;
    uint32_t longer = own > header_bytes ? own : header_bytes;
    bool no_number = metadata && own == 0;
    uint32_t bytes = cursor_follows(at, shorter, no_number) ? shorter : cursor_follows(at, longer, no_number) ? longer : 0;
    if (no_number) {
        bool may = bytes != 0 && (!at->unnumbered || is_gap(at, bytes)) && may_pass(at, bytes, 0);
        return may ? cursor_pass(at, bytes) : CURSOR_BROKEN;
    }
    if (bytes == 0 && header_bytes != 0 && leads_on(at, at->position + step_over(header_bytes))) {
        bytes = header_bytes;
    }
    if (bytes != 0 && !at->unnumbered && may_pass(at, bytes, 1)) {
        return cursor_data(at, bytes);
    }
    return sound ? cursor_data(at, own) : CURSOR_BROKEN;
}

static int cursor_document(cursor *at, uint32_t header) {
    cycle_file *file = at->file;
    uint32_t bytes = header & LENGTH;
    view_fit(&file->file); /* what is looked at now may lie anywhere */
    const uint8_t *inside = bytes == 0 || bytes > MAX_DOCUMENT_BYTES ? NULL : view_at(&file->file, at->position + 4, bytes);
    if (inside && says(inside, bytes)) {
        int found = cursor_data(at, bytes); /* an event, whatever the flags of its header say */
        return at->closely && found == CURSOR_DATA ? cursor_closer(at, header) : found;
    }
    if (inside && (at->position == 0 ? is_plausible(file, step_over(bytes), 0, true) : is_index_page(file, inside, bytes))) {
        return may_pass_page(at, bytes) ? cursor_pass(at, bytes) : CURSOR_BROKEN;
    }
    if (inside && (at->position == 0 || page_name(inside, bytes))) {
        return CURSOR_BROKEN; /* a page of another size: what its header leads to may lie behind events */
    }
    return by_what_follows(at, inside ? bytes : 0, header & METADATA);
}

/* Any other header: an index page, somebody else's document, one that is being written, or damage. */
static int cursor_doubtful(cursor *at, uint32_t header) {
    if (header & IN_PROGRESS && !claims_more(at)) {
        return cursor_end(at, header);
    }
    if (is_known_broken(at, header)) {
        return CURSOR_BROKEN;
    }
    int found = cursor_document(at, header);
    return found == CURSOR_BROKEN ? cursor_broken(at, header) : found;
}

/* Who waited for a document needs all of it now: its lines come from the writer's core side by side, and not as they are looked at. */
static inline void fetch_document(const uint8_t *payload, uint32_t bytes) {
    uint32_t most = bytes < MOST_FETCHED ? bytes : MOST_FETCHED;
    for (uint32_t at = LINE; at < most; at += LINE) {
        __builtin_prefetch(payload + at);
    }
}

/* Looks at what is here, past index pages. */
static int cursor_peek(cursor *at) {
    while (true) {
        uint64_t position = at->position;
        int found = AGAIN;
        uint32_t header = header_at(at->file, position);
        if (header > 0 && header <= MAX_DOCUMENT_BYTES) {
            const uint8_t *payload = view_at(&at->file->file, at->position + 4, header);
            if (payload && at->quiet_looks > 0) {
                fetch_document(payload, header);
            }
            if (payload && says(payload, header)) {
                at->payload = payload;
                at->length = header;
                at->step = step_over(header);
                if (!at->closely) {
                    return CURSOR_DATA;
                }
                found = cursor_closer(at, header);
            }
        }
        if (found == AGAIN) {
            found = header == 0 || header == END_OF_CYCLE ? cursor_end(at, header) : cursor_doubtful(at, header);
        }
        if (is_unread()) { /* what was concluded says nothing */
            cursor_at(at, position, at->sequence);
            at->is_broken = at->is_broken && at->broken_document != position;
            cursor_carefully(at, at->careful);
            return CURSOR_UNREAD;
        }
        if (found != AGAIN) {
            return found;
        }
    }
}

/* Walks on to a number, without passing a break; true when it is at that position then. */
static bool cursor_reaches(cursor *at, uint64_t wanted, uint64_t there, int64_t *steps) {
    while (at->sequence <= wanted && at->position <= there && (*steps)-- > 0 && cursor_peek(at) == CURSOR_DATA) {
        if (at->sequence == wanted) {
            return at->position == there;
        }
        cursor_advance(at);
    }
    return false;
}
