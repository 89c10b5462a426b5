/* ==== seek: where reading begins ==== */

/* ---- to where reading is to begin: damage on the way is passed over, and told when it is read */

enum { SEARCHED = 256 /* a multiple of the index spacing of every roll */ };

/* When the event here was appended when it is sound, INT64_MIN when not: that must not lead a search astray. */
static int64_t stamp_of(const uint8_t *at, uint32_t size) {
    if (is_batch(at, size)) {
        if (!check_batch(at, size, true, NULL)) {
            return INT64_MIN;
        }
        uint32_t from = batch_offset(at, 0), to = load_u32(at + AT_COUNT) > 1 ? batch_offset(at, 1) : size;
        at += from;
        size = to - from;
    }
    return size >= EVENT_HEADER && is_magic(at + AT_MAGIC) && load_u32(at + AT_TOTAL_BYTES) == size
                   && crc32c(at + 4, size - 4) == load_u32(at + AT_CRC)
               ? load_i64(at + AT_APPENDED_NANOS)
               : INT64_MIN;
}

/* When the document here was appended; that of the next one when it is not a sound event; INT64_MAX when there is none. */
static int64_t stamp_here(cursor *at) {
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA) {
            int64_t nanos = stamp_of(at->payload, at->length);
            if (nanos != INT64_MIN) {
                return nanos;
            }
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN || !cursor_resync(at)) {
            return INT64_MAX;
        }
    }
}

static int64_t stamp_at(cursor *at, uint64_t sequence) {
    cursor_to(at, sequence, true);
    return stamp_here(at);
}

/* Moves past places of a batch. One that is damaged stays: it is told when it is read. */
static void leave_places(walk *w, uint64_t index, uint64_t places, bool of_batch) {
    for (uint64_t i = 0; i < places && walk_index(w) == index && walk_peek_here(w); i++) {
        if (of_batch && w->batch_count == 0 && stamp_of(walk_payload(w), walk_length(w)) == INT64_MIN) {
            return;
        }
        walk_leave(w);
    }
}

/* Moves to an index, or to the first event behind it; SIGHTLOG_NO_EVENT when the journal ends before it. */
static int seek_index(walk *w, uint64_t index, sightlog_error *error) {
    int32_t wanted = cycle_in(index);
    cycles there;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    int32_t cycle = -1;
    for (size_t i = 0; i < there.count && cycle < wanted; i++) {
        cycle = there.all[i];
    }
    bool none = there.count == 0 || cycle < wanted;
    free(there.all);
    if (!none) {
        result = walk_enter(w, cycle, error);
        if (result == SIGHTLOG_NONE) {
            walk_rewind(w, cycle); /* not to be read: that is told when it is tried, and what follows is behind it */
            return SIGHTLOG_OK;
        }
        if (result != SIGHTLOG_OK) {
            return result;
        }
        uint64_t sequence = index & UINT32_MAX;
        none = cycle == wanted && !cursor_to(&w->at, sequence, true) && w->at.sequence != sequence
               && cursor_peek(&w->at) != CURSOR_BROKEN /* which is told when it is read */ && walk_highest(w) <= cycle;
    } else if (index == 0) {
        none = false;
    }
    if (!none) {
        return SIGHTLOG_OK;
    }
    char ends[32] = "";
    if (w->in_file) {
        snprintf(ends, sizeof ends, ", at 0x%" PRIx64, walk_index(w));
    }
    return fail(error, SIGHTLOG_NO_EVENT, "no event at 0x%" PRIx64 ": the journal %s ends before it%s", index, w->directory, ends);
}

static int seek_position(walk *w, uint64_t index, uint32_t place, sightlog_error *error) {
    int result = seek_index(w, index, error);
    if (result == SIGHTLOG_OK && place > 0 && w->in_file && walk_index(w) == index) {
        leave_places(w, index, place, true);
    }
    return result;
}

/* How many events there are from here to the end; the walk stays where it is. */
static int remaining(walk *w, uint64_t *events, sightlog_error *error) {
    *events = 0;
    bool from_start = walk_is_rewound(w); /* then nothing is looked at here: what is damaged is told once */
    int result = from_start ? SIGHTLOG_OK : walk_peek_past_damage(w, error);
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    walk *ahead = malloc(sizeof *ahead);
    if (!ahead) {
        return no_memory(error);
    }
    walk_begin(ahead, w->directory);
    ahead->unchecked = w->unchecked;
    result = walk_open(ahead, error);
    result = result == SIGHTLOG_OK && !from_start ? seek_position(ahead, walk_index(w), 0, error) : result;
    while (result == SIGHTLOG_OK && (result = walk_peek_past_damage(ahead, error)) == SIGHTLOG_OK) {
        *events += walk_leave_excerpt(ahead);
    }
    walk_close(ahead);
    free(ahead);
    *events = *events > w->place ? *events - w->place : 0;
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

static int seek_last(walk *w, uint64_t events, sightlog_error *error) {
    cycles there;
    uint64_t wanted = events, left = 0;
    bool found = false;
    int result = walk_list(w, &there, error);
    for (size_t i = there.count; i-- > 0 && !found && result >= SIGHTLOG_OK;) {
        result = walk_enter(w, there.all[i], error);
        if (result != SIGHTLOG_OK) {
            continue;
        }
        cursor_to_end(&w->at);
        uint64_t sequence = w->at.sequence;
        if (sequence >= wanted) {
            if (wanted > 0) {
                cursor_to(&w->at, sequence - wanted, true);
            }
            found = true;
        } else {
            wanted -= sequence;
        }
    }
    free(there.all);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (!found && wanted > 0) {
        walk_rewind(w, 0); /* all excerpts, and of the first of them, when it is a batch, perhaps not all events */
    }
    result = events > 0 ? remaining(w, &left, error) : SIGHTLOG_OK;
    for (; result == SIGHTLOG_OK && left > events && (result = walk_peek_past_damage(w, error)) == SIGHTLOG_OK; left--) {
        walk_leave(w);
    }
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

/* Number of the first document appended at a time or later. */
static uint64_t search_time(cursor *at, int64_t nanos, uint64_t end, bool checked) {
    uint64_t from = 0, to = end;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (to - from > SEARCHED) { /* what the file's index has: anything else is walked to */
            middle = middle / SEARCHED * SEARCHED;
            middle = middle <= from ? middle + SEARCHED : middle;
        }
        cursor_to(at, middle, checked);
        if (stamp_here(at) < nanos) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static void seek_time_in_cycle(walk *w, int64_t nanos) {
    cursor *at = &w->at;
    cursor_to_end(at);
    uint64_t end = at->sequence, from = search_time(at, nanos, end, false);
    if (stamp_at(at, from) < nanos || (from > 0 && stamp_at(at, from - 1) >= nanos)) {
        from = search_time(at, nanos, end, true); /* the index has led astray */
    }
    cursor_to(at, from > 0 ? from - 1 : 0, true); /* begins before that time, but may be a batch that does not end before it */
    while (at->sequence < from && walk_peek_here(w)) {
        int64_t stamp = w->batch_count == 0 ? INT64_MIN : stamp_of(walk_payload(w), walk_length(w));
        if (w->batch_count > 0 && (stamp < 0 ? 0 : stamp) >= nanos) {
            return;
        }
        walk_leave(w);
    }
}

/* By search: stamps never run backwards in a journal. */
static int seek_time(walk *w, int64_t nanos, sightlog_error *error) {
    cycles there;
    int result = walk_list(w, &there, error);
    size_t low = 0, high = there.count; /* the first cycle that begins at the time or later is in low .. high */
    while (low < high && result >= SIGHTLOG_OK) {
        size_t middle = low + (high - low) / 2, filled = middle; /* a cycle without events tells nothing: the next one does */
        int64_t stamp = INT64_MAX;
        for (; filled < high; filled++) {
            result = walk_enter(w, there.all[filled], error);
            stamp = result == SIGHTLOG_OK ? stamp_at(&w->at, 0) : INT64_MAX;
            if (result < SIGHTLOG_OK || stamp != INT64_MAX) {
                break;
            }
        }
        if (filled < high && stamp < nanos) {
            low = filled + 1;
        } else {
            high = middle;
        }
    }
    int32_t cycle = low > 0 ? there.all[low - 1] : 0;
    free(there.all);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (low == 0) {
        walk_rewind(w, 0);
        return SIGHTLOG_OK;
    }
    result = walk_enter(w, cycle, error);
    if (result == SIGHTLOG_OK) {
        seek_time_in_cycle(w, nanos);
    }
    return result < SIGHTLOG_OK ? result : SIGHTLOG_OK;
}

/* The cycle in which reading goes on, the oldest one when it is at the start; -1 when there is none, or none to be read yet. */
static int32_t cycle_here(walk *w) {
    cycles there;
    if (w->in_file) {
        return w->at.file->cycle;
    }
    if (!walk_is_rewound(w) || list_cycles(w->directory, w->data.rolls, &there, &unread) != SIGHTLOG_OK) {
        return -1;
    }
    int32_t oldest = there.count > 0 ? there.all[0] : -1;
    free(there.all);
    return oldest;
}

/* What was deleted before a time was asked for: events appended then or later. */
static void missed_since(walk *w, const pruned_log *log, int64_t nanos, int32_t next_cycle) {
    for (size_t i = 0; i < log->count && log->all[i].cycle < next_cycle; i++) {
        const pruned *entry = &log->all[i];
        if (entry->excerpts > 0 && entry->last_nanos >= nanos) {
            missed(w, entry->first_nanos >= nanos ? entry->excerpts : 1); /* of this one the last, at least */
        }
    }
}

static int walk_seek(walk *w, const sightlog_start *start, sightlog_error *error) {
    int result = SIGHTLOG_OK;
    walk_rewind(w, 0);
    switch (start->from) {
    case SIGHTLOG_FROM_END: result = seek_last(w, 0, error); break;
    case SIGHTLOG_FROM_LAST: result = seek_last(w, start->events, error); break;
    case SIGHTLOG_FROM_POSITION: result = seek_position(w, start->index, start->place, error); break;
    case SIGHTLOG_FROM_TIME: result = seek_time(w, start->nanos, error); break;
    default: break;
    }
    bool behind = start->from == SIGHTLOG_FROM_POSITION && w->in_file && walk_index(w) > start->index;
    bool since = start->from == SIGHTLOG_FROM_TIME && cycle_here(w) >= 0;
    pruned_log log;
    if (result == SIGHTLOG_OK && (behind || since)) {
        result = pruned_read(w->directory, &log, error);
        if (result == SIGHTLOG_OK && behind) {
            missed(w, pruned_sum(&log, start->index, w->at.file->cycle));
        } else if (result == SIGHTLOG_OK) {
            missed_since(w, &log, start->nanos, cycle_here(w));
        }
        free(log.all);
    }
    return is_unread() ? take_unread(error) : result;
}

/* A number since the epoch in the unit, seconds to nanoseconds, in which it lies in this century; else in nanoseconds. */
static int64_t nanos_since_epoch(int64_t number) {
    const int64_t begin = 946684800, end = 4102444800, second = 1000000000; /* 2000-01-01, 2100-01-01 */
    for (int64_t per_second = 1; per_second < second; per_second *= 1000) {
        if (number >= begin * per_second && number < end * per_second) {
            return number * (second / per_second);
        }
    }
    return number;
}

int sightlog_start_parse(const char *text, sightlog_start *start) {
    *start = (sightlog_start){.from = SIGHTLOG_FROM_START};
    if (strcmp(text, "start") == 0) {
        return SIGHTLOG_OK;
    }
    if (strcmp(text, "end") == 0) {
        start->from = SIGHTLOG_FROM_END;
        return SIGHTLOG_OK;
    }
    bool position = strncmp(text, "0x", 2) == 0, last = *text == '-';
    const char *digits = text + (position ? 2 : last);
    char *end;
    if (position ? strspn(digits, "0123456789abcdefABCDEF") == 0 : strspn(digits, "0123456789") == 0) {
        return SIGHTLOG_INVALID;
    }
    errno = 0;
    uint64_t number = strtoull(digits, &end, position ? 16 : 10), place = 0;
    if (position && *end == ':' && strspn(end + 1, "0123456789") > 0) {
        place = strtoull(end + 1, &end, 10);
    }
    if (*end || errno || number > INT64_MAX || place > INT32_MAX) {
        return SIGHTLOG_INVALID;
    }
    start->from = position ? SIGHTLOG_FROM_POSITION : last ? SIGHTLOG_FROM_LAST : SIGHTLOG_FROM_TIME;
    start->index = position ? number : 0;
    start->place = (uint32_t)place;
    start->events = last ? number : 0;
    start->nanos = position || last ? 0 : nanos_since_epoch((int64_t)number);
    return SIGHTLOG_OK;
}
