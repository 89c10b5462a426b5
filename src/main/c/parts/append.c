/* ==== append: appending, and bringing it to the device ==== */

/* ---- where the next document begins */

static int no_end(sightlog_writer *writer, uint64_t at) {
    int code = fail(&writer->error, SIGHTLOG_DAMAGED,
                    "%s is damaged at byte %" PRIu64 ": nothing can be appended past that; recover the journal into another one",
                    writer->current.file.path, at);
    writer->error.index = (uint64_t)(uint32_t)writer->current.cycle << 32;
    return code;
}

/* Under the lock: the end of the current cycle, and the next document's number; *ended when it has its end mark. */
static int find_end(sightlog_writer *writer, uint64_t *end, uint64_t *next, bool *ended) {
    view *file = &writer->current.file;
    uint64_t at = 0, number = 0;
    uint64_t claimed = (uint64_t)claimed_position(&writer->current), packed = (uint64_t)claimed_number(&writer->current);
    if (claimed != 0 && packed >> 32 == (claimed & 0xffffffffu) && claimed >= writer->end) {
        at = claimed;
        number = packed & 0xffffffffu;
    } else if (writer->end > 0) {
        at = writer->end;
        number = writer->next;
    } else if (claimed != 0) { /* a writer died between its two words */
        cursor walk;
        cursor_start(&walk, &writer->current);
        cursor_to_end(&walk);
        if (is_unread()) {
            return take_unread(&writer->error);
        }
        if (walk.position < claimed) {
            return no_end(writer, walk.position);
        }
        at = walk.position;
        number = walk.sequence;
    }
    while (true) {
        const uint8_t *here = at & 3 ? NULL : view_at(file, at, 4);
        uint32_t header = here ? acquire_u32(here) : 0, length = header & LENGTH;
        if (at & 3) {
            return no_end(writer, at);
        }
        if (is_unread()) {
            return take_unread(&writer->error);
        }
        struct stat status;
        if (!here && (fstat(file->fd, &status) != 0 || (uint64_t)status.st_size >= at + 4)) {
            return fail_system(&writer->error, ENOMEM, "cannot map", file->path); /* it goes on, out of our sight */
        }
        if (header == 0 || header == END_OF_CYCLE) {
            if (at == claimed && claimed != 0) {
                return no_end(writer, at);
            }
            *end = at;
            *next = number;
            *ended = header == END_OF_CYCLE;
            return SIGHTLOG_OK;
        }
        if (header & IN_PROGRESS) { /* nobody else is writing: left by a dead one */
            int cleared = clear_range(file->fd, at, at + REACH);
            if (cleared) {
                return cannot_append(writer, cleared, file->path);
            }
            continue;
        }
        if (length == 0 || length > MAX_DOCUMENT_BYTES) {
            return no_end(writer, at);
        }
        number += header & METADATA ? 0 : 1;
        at = align4(at + 4 + length);
    }
}

/* ---- the index */

static void raise_used(uint8_t *values, uint64_t used) {
    if (acquire_i64(values - 8) < (int64_t)used) {
        release_i64(values - 8, (int64_t)used);
    }
}

/* Under the lock, after document `number` was published at `position`, and the next one begins at `end`. There are blocks. */
static void add_to_index(sightlog_writer *writer, uint64_t position, uint64_t number, uint64_t *end) {
    cycle_file *file = &writer->current;
    uint64_t spacing = file->index_spacing, count = file->index_count;
    if (number % spacing != 0 || last_index(file) > (int64_t)number) {
        return;
    }
    uint64_t pages = page_values(file, acquire_i64(file->file.bytes + file->index2index), "index2index");
    uint64_t n = number / (spacing * count);
    if (!pages || n >= count) {
        unread.code = SIGHTLOG_OK;
        return; /* damaged, or full: without an entry, walking gives the same answer */
    }
    uint8_t *base = file->file.bytes;
    int64_t page = acquire_i64(base + pages + 8 * n);
    if (page == 0) {
        bytes made = {base, *end};
        uint32_t header = put_page(&made, "index", (uint32_t)count, 0);
        store_u64(base + made.size, 0);
        SIGHTLOG_STAGE(STAGE_INDEX_PAGE);
        if (!swap_u32(base + *end, 0, header)) {
            return;
        }
        page = (int64_t)*end;
        *end = made.size;
        release_i64(base + pages + 8 * n, page);
        raise_used(base + pages, n + 1);
    }
    uint64_t values = page_values(file, page, "index");
    if (values) {
        uint64_t slot = number / spacing % count;
        release_i64(file->file.bytes + values + 8 * slot, (int64_t)position);
        raise_used(file->file.bytes + values, slot + 1);
        SIGHTLOG_STAGE(STAGE_INDEX_ENTRY);
        release_i64(file->file.bytes + file->last_index, (int64_t)(number + spacing));
    }
    unread.code = SIGHTLOG_OK; /* the event is there, with an entry or without */
}

/* ---- to the device */

/* What a sync said; final, since the kernel may have given up the pages. */
static int device_failed(sightlog_writer *writer, int number, const char *path) {
    writer->failed = true;
    fail_system(&writer->error, number, "the device cannot keep", path);
    writer->error.code = SIGHTLOG_DEVICE_FAILED;
    return SIGHTLOG_DEVICE_FAILED;
}

/* What sync_path said: the device has failed, or we could not ask it, which may go better the next time. */
static int not_synced(sightlog_writer *writer, int number, const char *path) {
    bool asked = number != EMFILE && number != ENFILE && number != ENOMEM && number != EACCES;
    return asked ? device_failed(writer, number, path) : fail_system(&writer->error, number, "cannot sync", path);
}

static int sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? 0 : errno; /* pruned meanwhile */
    }
    int number = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return number;
}

/* A cycle begins for us: the ones before it that may not be durable, the list of them, and its name. */
static int sync_older(sightlog_writer *writer, int32_t cycle) {
    int64_t durable = acquire_i64(writer->signal.bytes + SIGNAL_DURABLE) - 1;
    int32_t first = writer->last_synced >= 0 ? (int32_t)(writer->last_synced >> 32) : durable < 0 ? 0 : (int32_t)(durable >> 32);
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    for (size_t i = 0; i < found.count && result == SIGHTLOG_OK; i++) {
        if (found.all[i] >= first && found.all[i] < cycle) {
            char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i]);
            int number = path ? sync_path(path) : ENOMEM;
            result = number ? not_synced(writer, number, path ? path : writer->directory) : SIGHTLOG_OK;
            free(path);
        }
    }
    free(found.all);
    if (result == SIGHTLOG_OK && fdatasync(writer->data.file.fd) != 0) {
        result = device_failed(writer, errno, writer->data.file.path);
    }
    int number = result == SIGHTLOG_OK ? sync_path(writer->directory) : 0;
    result = number ? not_synced(writer, number, writer->directory) : result;
    return result == SIGHTLOG_OK ? writer_check_same(writer) : result; /* all of these were opened by name */
}

int sightlog_sync(sightlog_writer *writer) {
    if (writer->forks != forks) {
        return fail(&writer->error, SIGHTLOG_INVALID, "this writer belongs to the process that was forked: open one in this process");
    }
    if (writer->failed) {
        return fail(&writer->error, SIGHTLOG_GIVEN_UP,
                    "the device of %s has failed before: look after it, then append with a new writer", writer->directory);
    }
    int64_t index = writer->last_appended;
    if (index < 0 || index == writer->last_synced) {
        return SIGHTLOG_OK;
    }
    if (writer->last_synced < 0 || index >> 32 != writer->last_synced >> 32) {
        int result = sync_older(writer, (int32_t)(index >> 32));
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    int32_t cycle = (int32_t)(index >> 32);
    if (writer->current.file.path && writer->current.cycle == cycle) {
        if (fdatasync(writer->current.file.fd) != 0) {
            return device_failed(writer, errno, writer->current.file.path);
        }
    } else { /* a later one was begun since, and nothing was appended to it */
        char *path = cycle_path(writer->directory, rolls_of(writer), cycle);
        int number = path ? sync_path(path) : ENOMEM;
        int result = number ? not_synced(writer, number, path ? path : writer->directory) : SIGHTLOG_OK;
        free(path);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    writer->last_synced = index;
    uint8_t *durable = writer->signal.bytes + SIGNAL_DURABLE;
    for (int64_t now = acquire_i64(durable); now < index + 1 && !swap_i64(durable, now, index + 1); now = acquire_i64(durable)) {
    }
    return SIGHTLOG_OK;
}

/* ---- appending */

/* Has the kernel provide the next pages of the file, some way ahead and many at once: a fault each would be dearer. */
static void pages_ahead(sightlog_writer *writer) {
    const uint64_t step = 64 << 10;
    uint64_t here = writer->end & ~(step - 1);
    if (writer->provided >= writer->end + 2 * step) {
        return;
    }
    uint64_t from = writer->provided > here ? writer->provided : here, to = here + 3 * step;
    to = to < writer->allocated ? to : writer->allocated & ~(uint64_t)(PAGE - 1);
    view *file = &writer->current.file;
    if (from < to && madvise(file->bytes + from, to - from, 23 /* MADV_POPULATE_WRITE, from Linux 5.14 on */) == 0) {
        bool apart = from > file->given_to || to < file->given_from;
        file->given_from = apart || from < file->given_from ? from : file->given_from;
        file->given_to = apart || to > file->given_to ? to : file->given_to;
    }
    writer->provided = here + 3 * step; /* also where it did not work: the next step is asked for when it comes */
}

/*
 * Has the lines fetched, for writing, that so many bytes will most likely be copied to. Readers may have them, since their cores
 * read ahead. Not the first one: who waits looks at that all the time, and would take it back.
 */
static void fetch_ahead(const sightlog_writer *writer, size_t size) {
    size_t most = size < MOST_FETCHED ? size : MOST_FETCHED;
    if (writer->end > 0) {
        const uint8_t *next = writer->current.file.bytes + writer->end;
        for (size_t at = LINE; at <= most; at += LINE) {
            fetch_to_write(next + at);
        }
    }
}

/*
 * Copies the staged bytes behind a header that is still 0. Their beginning is last: it is on the line that readers look at, which then
 * is fetched from their cores once, for this and for the header.
 */
static void copy_staged(uint8_t *at, const uint8_t *staged, size_t size) {
    memcpy(at + LINE, staged + LINE, size - LINE); /* any event is longer */
    store_u64(at + size, 0);
    atomic_signal_fence(memory_order_seq_cst); /* for the compiler */
    memcpy(at, staged, LINE);
}

/* Gives the staged bytes stamp, numbers and checksums. */
static void finish(sightlog_writer *writer, const sightlog_batch *batch, size_t size, int64_t nanos) {
    uint8_t *staged = writer->staging;
    if (!batch) {
        store_u64(staged + AT_PRODUCER, writer->producer);
        store_i64(staged + AT_SEQUENCE, writer->sequence);
        store_i64(staged + AT_APPENDED_NANOS, nanos);
        store_u32(staged, crc32c(staged + 4, size - 4));
        return;
    }
    size_t header = BATCH_HEADER + 4 * (size_t)batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        uint8_t *event = staged + load_u32(staged + BATCH_HEADER + 4 * (size_t)i);
        store_u64(event + AT_PRODUCER, writer->producer);
        store_i64(event + AT_SEQUENCE, writer->sequence + i);
        store_i64(event + AT_APPENDED_NANOS, nanos);
        store_u32(event, crc32c(event + 4, load_u32(event + AT_TOTAL_BYTES) - 4));
    }
    store_u32(staged + AT_EVENTS_CRC, crc32c(staged + header, size - header));
    store_u32(staged, crc32c(staged + 4, header - 4));
}

/* For how long, by the clock, appends go on without a look whether the journal is still the one that was opened. */
enum { LOOK_EVERY_NANOS = 1000000000 };

/* Under the lock. *index is set when the excerpt is there. */
static int append_locked(sightlog_writer *writer, const sightlog_batch *batch, size_t size, int64_t *index) {
    const int64_t millis = rolls_of(writer)->millis;
    int64_t now = sightlog_now(), nanos = stamp(writer, now);
    store_i64(slot_record(writer->all_slots, writer->slot) + SLOT_HELD, nanos);
    if ((uint64_t)now - (uint64_t)writer->looked_nanos >= LOOK_EVERY_NANOS) { /* also when the clock was set back */
        int same = writer_check_same(writer);
        writer->looked_nanos = same == SIGHTLOG_OK ? now : 0;
        if (same != SIGHTLOG_OK) {
            return same;
        }
    }
    uint64_t end = 0, next = 0;
    for (int tries = 0;; tries++) {
        int64_t cycle = nanos / 1000000 / millis;
        bool ended = false;
        if (nanos < 0 || cycle >= INT64_MAX / 1000000 / millis || cycle > INT32_MAX || tries > 16) {
            return fail(&writer->error, SIGHTLOG_INVALID,
                        "cannot append to %s: the clock, or the newest cycle there is (%" PRId64 "), is beyond all dates",
                        writer->directory, highest_cycle(&writer->data));
        }
        int result = writer->current.file.path && writer->current.cycle == cycle ? SIGHTLOG_OK : begin_cycle(writer, (int32_t)cycle);
        result = result == SIGHTLOG_OK ? find_end(writer, &end, &next, &ended) : result;
        if (result != SIGHTLOG_OK) {
            return result;
        }
        if (!ended) {
            break;
        }
        nanos = (cycle + 1) * millis * 1000000; /* somebody has ended it already: the next one */
    }
    uint64_t needed = end + 4 + size + reserve_of(rolls_of(writer));
    if (needed > writer->allocated) {
        int result = provide_blocks(writer, writer->allocated, end, needed);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    if (next > UINT32_MAX) {
        return fail(&writer->error, SIGHTLOG_TOO_LARGE, "%s is full: a cycle has at most 2^32 excerpts", writer->current.file.path);
    }
    finish(writer, batch, size, nanos);
    cycle_file *file = &writer->current;
    uint8_t *at = file->file.bytes + end;
    copy_staged(at + 4, writer->staging, size);
    release_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED, nanos);
    SIGHTLOG_STAGE(STAGE_COPIED);
    if (!swap_u32(at, 0, (uint32_t)size)) {
        return fail(&writer->error, SIGHTLOG_LOCK_LOST,
                    "%s: somebody else wrote at byte %" PRIu64 " while this writer held the lock: run sightlog verify",
                    file->file.path, end);
    }
    SIGHTLOG_STAGE(STAGE_PUBLISHED);
    uint64_t position = end;
    end += 4 + size;
    release_i64(file->file.bytes + file->write_position, (int64_t)position);
    SIGHTLOG_STAGE(STAGE_POSITION);
    release_i64(file->file.bytes + file->write_position + 8, (int64_t)((position & 0xffffffffu) << 32 | next));
    SIGHTLOG_STAGE(STAGE_NUMBER);
    add_to_index(writer, position, next, &end);
    SIGHTLOG_STAGE(STAGE_COUNTED);
    writer->end = end;
    writer->next = next + 1;
    *index = (int64_t)((uint64_t)(uint32_t)file->cycle << 32 | next);
    return SIGHTLOG_OK;
}

/* Appends what is staged. */
static int append(sightlog_writer *writer, const sightlog_batch *batch, size_t size, uint64_t *index) {
    int64_t appended = -1, other;
    fetch_ahead(writer, size);
    int result = lock(writer);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = append_locked(writer, batch, size, &appended);
    unlock(writer, UNLOCKED, &other);
    if (appended < 0) {
        return result;
    }
    writer->sequence += batch ? batch->count : 1;
    writer->last_appended = appended;
    if (index) {
        *index = (uint64_t)appended;
    }
    wake_sleepers(&writer->signal);
    pages_ahead(writer);
    if (other != writer->word) {
        return fail(&writer->error, SIGHTLOG_LOCK_LOST,
                    "the write lock of %s was taken from this writer (process %" PRIu32 " has it) while it appended 0x%" PRIx64
                    ": what lies there may be damaged; run sightlog verify",
                    writer->directory, (uint32_t)other, (uint64_t)appended);
    }
    if (writer->rolled) {
        writer->rolled = false;
        trim_older_cycles(writer, writer->current.cycle);
    }
    if (writer->every_event && sightlog_sync(writer) != SIGHTLOG_OK) {
        return writer->error.code = SIGHTLOG_DEVICE_FAILED; /* whatever kept it from the device: the event is there */
    }
    return SIGHTLOG_OK;
}

/* What forbids appending at all. */
static int may_append(sightlog_writer *writer) {
    if (writer->forks != forks) {
        return fail(&writer->error, SIGHTLOG_INVALID, "this writer belongs to the process that was forked: open one in this process");
    }
    return writer->failed ? sightlog_sync(writer) : SIGHTLOG_OK;
}

int sightlog_append(sightlog_writer *writer, sightlog_draft *draft, uint64_t *index) {
    int result = may_append(writer);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    size_t size = draft_bytes(draft);
    if (!size) {
        writer->error = draft->error;
        return draft->error.code;
    }
    if (!grow(&writer->staging, &writer->staging_room, size)) {
        return no_memory(&writer->error);
    }
    draft_encode(draft, writer->staging, size);
    return append(writer, NULL, size, index);
}

int sightlog_append_batch(sightlog_writer *writer, sightlog_batch *batch, uint64_t *index) {
    int result = may_append(writer);
    if (result != SIGHTLOG_OK || batch->count == 0) {
        return result;
    }
    size_t header = BATCH_HEADER + 4 * (size_t)batch->count, size = header + batch->bytes;
    if (!grow(&writer->staging, &writer->staging_room, size)) {
        return no_memory(&writer->error);
    }
    uint8_t *staged = writer->staging;
    memset(staged, 0, BATCH_HEADER);
    memcpy(staged + AT_MAGIC, MAGIC, 4);
    staged[AT_VERSION] = EVENT_VERSION;
    staged[AT_KIND] = BATCH_KIND;
    store_u16(staged + AT_HEADER_BYTES, BATCH_HEADER);
    store_u32(staged + AT_TOTAL_BYTES, (uint32_t)size);
    store_u32(staged + AT_COUNT, batch->count);
    size_t start = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        store_u32(staged + BATCH_HEADER + 4 * (size_t)i, (uint32_t)(header + start));
        memcpy(&start, batch->ends + i * sizeof(size_t), sizeof start);
    }
    memcpy(staged + header, batch->events, batch->bytes);
    return append(writer, batch, size, index);
}
