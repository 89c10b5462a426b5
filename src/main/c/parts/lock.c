/* ==== lock: the write lock ==== */

/* ---- the write lock */

#define UNCLEARED ((int64_t)0x7fffffff00000000)

typedef struct holder_watch {
    int64_t word, mod_count, position;
    int64_t moved_at;
} holder_watch;

/* For a holder without a slot: whether the word, the newest cycle's end and the list of cycles did not move for a second. */
static bool holder_is_quiet(sightlog_writer *writer, holder_watch *watch, int64_t holder, int64_t now) {
    int64_t mod_count = acquire_i64(metadata_word(&writer->data, KEY_MOD_COUNT)), position = -1;
    int64_t newest = highest_cycle(&writer->data);
    cycle_file file;
    sightlog_error ignored;
    int opened = newest < 0 || newest > INT32_MAX
                     ? SIGHTLOG_NONE
                     : cycle_open(&file, writer->directory, rolls_of(writer), (int32_t)newest, false, &ignored);
    if (opened == SIGHTLOG_OK) {
        cursor at;
        cursor_start(&at, &file);
        cursor_to_end(&at);
        position = (int64_t)at.position;
        cycle_close(&file);
        opened = is_unread() ? take_unread(&ignored) : opened;
    }
    if (is_system(opened)) {
        watch->moved_at = now; /* nobody is dead because we cannot look */
        return false;
    }
    if (holder != watch->word || mod_count != watch->mod_count || position != watch->position) {
        *watch = (holder_watch){holder, mod_count, position, now};
    }
    return now - watch->moved_at >= 1000000000;
}

/* Takes the lock over when its holder is dead; false when it lives, or that cannot be told. */
static bool follow(sightlog_writer *writer, holder_watch *watch, int64_t holder, int64_t now) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    int slot = word_slot(holder);
    bool followed = false;
    if (holder == UNCLEARED) {
        return swap_i64(word, holder, writer->word);
    }
    if (slot < 0) {
        int64_t started;
        return !process_lives((uint32_t)holder, &started) && holder_is_quiet(writer, watch, holder, now)
               && swap_i64(word, holder, writer->word);
    }
    if (slot >= SLOTS) {
        return false;
    }
    /* whoever holds the slot's byte keeps others from becoming its owner, and so from writing the same word anew */
    pthread_mutex_lock(&held_mutex);
    if (slot_try_lock(writer->all_slots, slot)) {
        followed = !slot_seems_alive(writer->all_slots, slot) && swap_i64(word, holder, writer->word);
        unlock_range(writer->all_slots->file.fd, slot_offset(slot), 1);
    }
    pthread_mutex_unlock(&held_mutex);
    return followed;
}

static int lock_held_by(sightlog_writer *writer, int64_t holder) {
    const char *directory = writer->directory;
    int slot = word_slot(holder);
    uint32_t pid = (uint32_t)holder;
    int64_t started;
    if (holder == UNLOCKED) {
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: other writers were always quicker; append less, or from fewer writers", directory);
    }
    if (slot >= 0 && slot < SLOTS && !slot_is_here(writer->all_slots, slot)) {
        char host[HOST_BYTES + 1] = {0};
        memcpy(host, slot_record(writer->all_slots, slot) + SLOT_HOST, HOST_BYTES);
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: process %" PRIu32
                    " of another PID namespace, on host %s, holds the write lock: continue it, or end it, there",
                    directory, pid, host);
    }
    bool locked = false;
    int64_t locker = slot < 0 || slot >= SLOTS ? 0 : locked_by(writer->all_slots->file.fd, true, slot_offset(slot), 1, &locked);
    if (locked && locker != pid && (locker != 0 || !slot_seems_alive(writer->all_slots, slot))) {
        char text[128];
        process_text(locker, text, sizeof text);
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: %s has locked the slot of process %" PRIu32
                    " in sightlog.writers, so that nobody can tell whether that one, which holds the write lock, is dead: end %s",
                    directory, text, pid, text);
    }
    char state = process_state(pid, &started);
    const char *then = state == 'T' || state == 't' ? "is stopped: continue it (kill -CONT), or end it (kill -9)"
                       : state == 0 || state == 'Z' ? "is not there: try again"
                                                    : "is running: wait for it, or end it (kill -9)";
    return fail(&writer->error, SIGHTLOG_LOCKED, "cannot append to %s: process %" PRIu32 "%s holds the write lock, and %s",
                directory, pid, slot < 0 ? ", no Sightlog of this version," : "", then);
}

static void unlock(sightlog_writer *writer, int64_t next, int64_t *other) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    *other = writer->word;
    if (!swap_i64(word, writer->word, next)) {
        *other = acquire_i64(word);
    }
}

/* Waits for the lock; whether it was taken from a dead holder. */
static int await_lock(sightlog_writer *writer, bool *after_death) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    int64_t start = clock_nanos(CLOCK_MONOTONIC), looked = start, pause = 20000;
    holder_watch watch = {UNLOCKED, 0, 0, start};
    for (unsigned tries = 0;; tries++) {
        int64_t holder = acquire_i64(word);
        if (holder == UNLOCKED && swap_i64(word, UNLOCKED, writer->word)) {
            return SIGHTLOG_OK;
        }
        if (tries < 200) {
            pause_briefly();
            continue;
        }
        if (tries < 300) {
            sched_yield(); /* where cores are few, the holder may be waiting for ours */
            continue;
        }
        int64_t now = clock_nanos(CLOCK_MONOTONIC);
        if (holder != UNLOCKED && now - looked >= 5000000) {
            looked = now;
            if (follow(writer, &watch, holder, now)) {
                *after_death = true;
                return SIGHTLOG_OK;
            }
        }
        if (now - start >= writer->timeout_nanos) {
            return lock_held_by(writer, acquire_i64(word));
        }
        sleep_nanos(pause);
        pause = pause * 2 < 1000000 ? pause * 2 : 1000000;
    }
}

/* Makes files complete that a dead writer has begun. */
static int complete_cycles(sightlog_writer *writer) {
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    for (size_t i = 0; i < found.count && result == SIGHTLOG_OK; i++) {
        result = complete_cycle(writer, found.all[i]);
    }
    free(found.all);
    return result;
}

/* Takes the write lock; what a dead holder left is cleared then. */
static int lock(sightlog_writer *writer) {
    bool after_death = false;
    int64_t other;
    int result = SIGHTLOG_OK;
    if (!swap_i64(metadata_word(&writer->data, KEY_WRITE_LOCK), UNLOCKED, writer->word)) {
        result = await_lock(writer, &after_death);
    }
    if (result != SIGHTLOG_OK) {
        return result;
    }
    if (after_death) {
        result = writer_check_same(writer);
        result = result == SIGHTLOG_OK ? clear_leftovers(writer) : result;
        result = result == SIGHTLOG_OK ? complete_cycles(writer) : result;
        if (result != SIGHTLOG_OK) {
            unlock(writer, UNCLEARED, &other); /* what the dead one left may still be there: the next one shall know */
            return result;
        }
    }
    if (acquire_i64(metadata_word(&writer->data, KEY_APPEND_LOCK)) != UNLOCKED) {
        unlock(writer, UNLOCKED, &other);
        return fail(&writer->error, SIGHTLOG_LOCKED, "cannot append to %s: chronicle.append.lock is held, appending is forbidden",
                    writer->directory);
    }
    SIGHTLOG_STAGE(STAGE_LOCKED);
    return SIGHTLOG_OK;
}

/* Now, but never before the last append or the newest cycle, so that stamps and cycles only go forward. Below 0: impossible. */
static int64_t stamp(const sightlog_writer *writer, int64_t now) {
    int64_t nanos = now, last = acquire_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED);
    int64_t newest = highest_cycle(&writer->data), millis = rolls_of(writer)->millis;
    nanos = nanos > last ? nanos : last;
    if (newest > 0 && newest <= INT32_MAX && newest > INT64_MAX / 1000000 / millis) {
        return -1; /* no clock gets there: its file has somebody else's name */
    }
    if (newest > 0 && newest <= INT32_MAX && newest * millis > nanos / 1000000) {
        char *path = cycle_path(writer->directory, rolls_of(writer), (int32_t)newest);
        bool there = path && (access(path, F_OK) == 0 || errno != ENOENT);
        free(path);
        return there ? newest * millis * 1000000 : nanos;
    }
    return nanos;
}
