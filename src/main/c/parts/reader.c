/* ==== reader: readers ==== */

/* ---- readers */

enum { LONGEST_SLEEP_NANOS = 100000000, POLL_NANOS = 1000000 };

struct sightlog_reader {
    char *directory; /* absolute */
    walk at;
    sightlog_start wanted; /* where it goes once there is a journal */
    bool sought;
    held *consumer; /* NULL without a name */
    view signal;
    catalogue sets;
    label_table own; /* labels of the event that has these bytes */
    const uint8_t *own_of;
    int own_state;
    uint8_t *picture; /* the last one that was asked for */
    size_t picture_room;
    bool moved;   /* to an event, which is the newest handed out */
    bool bounded; /* what sightlog_handled_at takes is known: from what was saved last, else handed out first, to the newest */
    uint64_t from_index, newest_index;
    uint32_t from_place, newest_place;
    unsigned forks;
    uint32_t quiet_looks;  /* how often nothing was found since the clock was looked at */
    int64_t checked_nanos; /* when it was looked at whether the journal is the same, CLOCK_MONOTONIC */
    int untold; /* what a look while waiting has met, and that the next call tells: its error, too */
    sightlog_error untold_error;
    sightlog_error error;
};

static int check_start(const sightlog_start *start, sightlog_error *error) {
    if (start->from < SIGHTLOG_FROM_START || start->from > SIGHTLOG_FROM_TIME) {
        return fail(error, SIGHTLOG_INVALID, "start.from is %d: one of SIGHTLOG_FROM_START .. SIGHTLOG_FROM_TIME is needed",
                    start->from);
    }
    if (start->from == SIGHTLOG_FROM_POSITION && (start->index > INT64_MAX || start->place > INT32_MAX)) {
        return fail(error, SIGHTLOG_INVALID, "no event can be at 0x%" PRIx64 ":%u", start->index, start->place);
    }
    return SIGHTLOG_OK;
}

static void hand_out(sightlog_reader *reader, uint64_t index, uint32_t place) {
    reader->newest_index = index;
    reader->newest_place = place;
    if (!reader->bounded) {
        reader->bounded = true;
        reader->from_index = index;
        reader->from_place = place;
    }
}

static void save_handled(sightlog_reader *reader, uint64_t index, uint32_t place) {
    position_save(reader->consumer, SIGHTLOG_BEHIND, index, place);
    reader->from_index = index;
    reader->from_place = place;
}

/* Makes a consumer go on where its reader is. */
static int save_next(sightlog_reader *reader, sightlog_error *error) {
    walk *w = &reader->at;
    int result = w->open && !walk_is_rewound(w) ? walk_peek_past_damage(w, error) : SIGHTLOG_NONE;
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (w->in_file) {
        position_save(reader->consumer, SIGHTLOG_AT, walk_index(w), w->place);
    } else {
        position_save(reader->consumer, SIGHTLOG_AT_START, 0, 0);
    }
    return SIGHTLOG_OK;
}

/* Moves to a start. While there is no journal it is kept, and an end is the start of what comes. */
static int reader_seek(sightlog_reader *reader, const sightlog_start *start, sightlog_error *error) {
    int result = walk_open(&reader->at, error);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    reader->sought = result == SIGHTLOG_OK;
    if (reader->sought) {
        result = walk_seek(&reader->at, start, error);
        if (is_system(result)) { /* it is not where it should be: the next call goes there */
            walk_close(&reader->at);
            reader->wanted = *start;
            reader->sought = false;
        }
        return result;
    }
    reader->wanted = *start;
    if (start->from == SIGHTLOG_FROM_END || start->from == SIGHTLOG_FROM_LAST) {
        reader->wanted.from = SIGHTLOG_FROM_START;
    }
    return SIGHTLOG_OK;
}

/* Opens the journal once it is there, and goes where it was to go. */
static int reader_ready(sightlog_reader *reader, sightlog_error *error) {
    int result = walk_open(&reader->at, error);
    if (result == SIGHTLOG_OK && reader->consumer) {
        result = check_held(reader->consumer, error); /* it came before the journal, and the directory may be another one since */
    }
    if (result == SIGHTLOG_OK && !reader->sought) {
        result = reader_seek(reader, &reader->wanted, error);
        if (result == SIGHTLOG_OK && reader->consumer && reader->consumer->generation == 0) {
            result = save_next(reader, error);
        }
    }
    return result;
}

enum { LOOKS_UNTIL_CHECK = 16, CHECK_EVERY_NANOS = 1000000000 }; /* how often nothing is found before the clock is looked at */

/* In quiet times, and not more than once a second until it fails: that what is waited for can still come. SIGHTLOG_NONE: it can. */
static int reader_check_same(sightlog_reader *reader, sightlog_error *error) {
    int64_t now = clock_nanos(CLOCK_MONOTONIC);
    reader->quiet_looks = 0;
    if (!reader->at.open || now - reader->checked_nanos < CHECK_EVERY_NANOS) {
        return SIGHTLOG_NONE;
    }
    int result = walk_check_same(&reader->at, error);
    result = result == SIGHTLOG_OK && reader->consumer ? check_held(reader->consumer, error) : result;
    if (result != SIGHTLOG_OK) {
        reader->quiet_looks = LOOKS_UNTIL_CHECK; /* the next look says so again */
        return result;
    }
    reader->checked_nanos = now;
    return SIGHTLOG_NONE;
}

static int reader_peek(sightlog_reader *reader, sightlog_error *error) {
    int result = reader->at.open && reader->sought ? SIGHTLOG_OK : reader_ready(reader, error);
    result = result == SIGHTLOG_OK ? walk_peek(&reader->at, error) : result;
    return result == SIGHTLOG_NONE && ++reader->quiet_looks >= LOOKS_UNTIL_CHECK ? reader_check_same(reader, error) : result;
}

/* What a consumer has missed that goes on in a later cycle than its position is in. */
static int missed_before(walk *w, const position *from, sightlog_error *error) {
    int32_t next = cycle_here(w);
    pruned_log log;
    int result = next < 0 ? SIGHTLOG_NONE : pruned_read(w->directory, &log, error);
    if (result != SIGHTLOG_OK) {
        return result < SIGHTLOG_OK ? result : SIGHTLOG_OK;
    }
    if (from->state == SIGHTLOG_AT_START) {
        uint64_t sum = 0;
        for (size_t i = 0; i < log.count && log.all[i].cycle < next; i++) {
            sum += log.all[i].pruned_nanos >= from->moved_nanos ? log.all[i].excerpts : 0;
        }
        missed(w, sum);
    } else if (cycle_in(from->index) < next) {
        const pruned *own = pruned_find(&log, cycle_in(from->index));
        if (!own) {
            missed(w, UINT64_MAX);
        } else {
            bool last_place = (from->index & UINT32_MAX) + 1 < own->excerpts || (int64_t)from->place + 1 >= own->last_places;
            missed(w, pruned_sum(&log, from->index + (from->state == SIGHTLOG_BEHIND && last_place), next));
        }
    }
    free(log.all);
    return SIGHTLOG_OK;
}

/* Goes on where a consumer stopped. */
static int resume(sightlog_reader *reader, sightlog_error *error) {
    walk *w = &reader->at;
    position now;
    int result = position_of(reader->consumer->file.bytes, reader->consumer->file.path, &now, error);
    result = result == SIGHTLOG_OK ? walk_open(w, error) : result;
    if (result < SIGHTLOG_OK) {
        return result;
    }
    bool behind_end = result == SIGHTLOG_NONE && now.state != SIGHTLOG_AT_START;
    if (result == SIGHTLOG_OK && now.state != SIGHTLOG_AT_START) {
        result = now.index > INT64_MAX ? SIGHTLOG_NO_EVENT : seek_index(w, now.index, error);
        behind_end = result == SIGHTLOG_NO_EVENT;
        if (result < SIGHTLOG_OK && !behind_end) {
            return result;
        }
        if (!behind_end && w->in_file && walk_index(w) == now.index) {
            int found = cursor_peek(&w->at);
            if (found == CURSOR_DATA) {
                leave_places(w, now.index, (uint64_t)now.place + (now.state == SIGHTLOG_BEHIND), now.place > 0);
            } else {
                behind_end = found != CURSOR_BROKEN && now.state != SIGHTLOG_AT;
            }
        }
    }
    if (is_unread()) {
        return take_unread(error);
    }
    if (behind_end) {
        return fail(error, SIGHTLOG_NO_EVENT,
                    "this consumer is past the end of the journal, at 0x%" PRIx64
                    ": events that it has read are gone; the next producer that starts moves it back to the end, and so does "
                    "sightlog consumers reset",
                    now.index);
    }
    if (now.state == SIGHTLOG_BEHIND) {
        hand_out(reader, now.index, now.place);
    }
    result = w->open ? missed_before(w, &now, error) : SIGHTLOG_OK;
    return is_unread() ? take_unread(error) : result;
}

/* What may be there before the journal's own files: what a producer or a consumer makes first, and hidden ones. */
static bool is_ours(const char *name) {
    static const char *const OURS[] = {"catalogue", "consumers", "frames", "sightlog.signal", "sightlog.writers", "sightlog.pruned",
                                       "sightlog.losses", "sightlog.id", "timeline"};
    bool ours = *name == '.';
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        ours |= strcmp(name, OURS[i]) == 0;
    }
    return ours;
}

/* Whether what is here was a journal: it has a cycle's file, and one that only a writer makes. */
static bool has_lost_its_metadata(const char *directory) {
    char *signal = path_in(directory, "sightlog.signal");
    sightlog_error ignored;
    bool lost = signal && access(signal, F_OK) == 0 && has_cycle_file(directory, &ignored) == SIGHTLOG_OK;
    free(signal);
    return lost;
}

/* Whether a directory is a journal, or may become one. */
static int check_directory(const char *directory, sightlog_error *error) {
    char *metadata = path_in(directory, "metadata.cq4t");
    if (!metadata) {
        return no_memory(error);
    }
    int there = is_there(metadata, error);
    DIR *folder = there == SIGHTLOG_NONE ? opendir(directory) : NULL;
    int number = there == SIGHTLOG_NONE && !folder ? errno : 0;
    int result = there < SIGHTLOG_OK ? there : SIGHTLOG_OK;
    if (number && number != ENOENT && number != ENOTDIR) {
        result = fail_system(error, number, "cannot look into", directory);
    } else if (number == ENOTDIR && access(directory, F_OK) == 0) {
        result = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not a journal: it is a file, and a journal is a directory", directory);
    }
    for (struct dirent *entry; folder && result == SIGHTLOG_OK && (entry = next_entry(folder, &number));) {
        if (!is_ours(entry->d_name) && access(metadata, F_OK) != 0 && has_lost_its_metadata(directory)) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s has lost its metadata.cq4t, without which nobody can read it: sightlog recover -q %s --into NEW saves "
                          "its events",
                          directory, directory);
        } else if (!is_ours(entry->d_name) && access(metadata, F_OK) != 0) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s is not a journal: it has no metadata.cq4t, but it has %s; name the directory a producer wrote to", directory,
                          entry->d_name);
        }
    }
    if (folder && number && result == SIGHTLOG_OK) {
        result = fail_system(error, number, "cannot look into", directory);
    }
    if (folder) {
        closedir(folder);
    }
    free(metadata);
    return result;
}

/* Absolute, to be freed. */
static char *absolute(const char *directory) {
    if (*directory == '/') {
        return strdup(directory);
    }
    char *here = getcwd(NULL, 0), *path = here ? path_in(here, directory) : NULL;
    free(here);
    return path;
}

static int reader_begin(sightlog_reader *reader, const char *directory, const sightlog_reader_options *options,
                        sightlog_error *error) {
    int result = check_start(&options->start, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->directory = absolute(directory);
    if (!reader->directory) {
        return no_memory(error);
    }
    walk_begin(&reader->at, reader->directory);
    reader->at.unchecked = options->unchecked != 0;
    result = check_directory(reader->directory, error);
    if (result == SIGHTLOG_OK && options->name) {
        result = hold(&reader->consumer, reader->directory, options->name, error);
    }
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->sought = true;
    if (reader->consumer && reader->consumer->generation > 0) {
        return resume(reader, error);
    }
    result = reader_seek(reader, &options->start, error);
    return result == SIGHTLOG_OK && reader->consumer && reader->sought ? save_next(reader, error) : result;
}

int sightlog_reader_open(sightlog_reader **reader, const char *directory, const sightlog_reader_options *options,
                         sightlog_error *error) {
    static const sightlog_reader_options NOTHING_SAID;
    sightlog_error ignored;
    error = error ? error : &ignored;
    prepare();
    unread.code = SIGHTLOG_OK;
    sightlog_reader *opened = calloc(1, sizeof *opened);
    *reader = NULL;
    if (!opened) {
        return no_memory(error);
    }
    walk_begin(&opened->at, NULL);
    opened->signal.fd = -1;
    opened->forks = forks;
    opened->checked_nanos = clock_nanos(CLOCK_MONOTONIC);
    int result = reader_begin(opened, directory, options ? options : &NOTHING_SAID, error);
    if (result != SIGHTLOG_OK) {
        sightlog_reader_close(opened);
        return result;
    }
    *reader = opened;
    return SIGHTLOG_OK;
}

void sightlog_reader_close(sightlog_reader *reader) {
    if (!reader) {
        return;
    }
    walk_close(&reader->at);
    if (reader->consumer) {
        release(reader->consumer);
    }
    view_close(&reader->signal);
    catalogue_free(&reader->sets);
    free(reader->own.all);
    free(reader->picture);
    free(reader->directory);
    free(reader);
}

int sightlog_next(sightlog_reader *reader, sightlog_event *event) {
    walk *w = &reader->at;
    sightlog_error *error = &reader->error;
    reader->own_of = NULL;
    if (reader->untold != SIGHTLOG_OK) {
        int untold = reader->untold;
        *error = reader->untold_error;
        reader->untold = SIGHTLOG_OK;
        return untold;
    }
    int result = reader_peek(reader, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    uint64_t index = walk_index(w);
    uint32_t place = w->place;
    bool alone = w->batch_count == 0, sound = w->unchecked || walk_is_sound(w);
    const uint8_t *payload = walk_payload(w);
    uint32_t length = walk_length(w);
    char why[WHY_BYTES];
    parts has;
    walk_leave(w);
    result = check_event(payload, length, !sound, &has, why);
    if (result != SIGHTLOG_OK) {
        if (alone && cursor_back(&w->at)) {
            return is_unread() ? take_unread(error) : sightlog_next(reader, event); /* a break */
        }
        if (alone) {
            payload = w->at.payload = view_at(&w->at.file->file, w->at.position - w->at.step + 4, length); /* it may have moved */
            if (!payload) { /* it was cut, or cannot be read any more: looked at anew */
                cursor_at(&w->at, w->at.position - w->at.step, w->at.sequence - 1);
                return is_unread() ? take_unread(error) : sightlog_next(reader, event);
            }
        }
        if (alone && is_filler(payload, length)) {
            return past_fillers(w, index, error);
        }
        if (alone && is_batch(payload, length)) {
            check_batch(payload, length, !w->unchecked, why);
        }
        char at[16] = "";
        if (place > 0) {
            snprintf(at, sizeof at, ":%u", place);
        }
        fail(error, result, "event 0x%" PRIx64 "%s of %s cannot be read: %s", index, at, reader->directory, why);
        error->index = index;
        error->place = place;
        return result;
    }
    fill_event(event, payload, length, &has);
    event->index = index;
    event->place = place;
    reader->moved = true;
    hand_out(reader, index, place);
    return SIGHTLOG_OK;
}

static int check_ours(sightlog_reader *reader) {
    return reader->forks == forks ? SIGHTLOG_OK
                                  : fail(&reader->error, SIGHTLOG_INVALID,
                                         "this reader belongs to the process that opened it: open another one after fork()");
}

int sightlog_handled(sightlog_reader *reader) {
    if (!reader->consumer) {
        return SIGHTLOG_OK;
    }
    int result = check_ours(reader);
    if (result == SIGHTLOG_OK && !reader->moved) {
        result = fail(&reader->error, SIGHTLOG_INVALID, "no event was read since this reader was opened, or sent elsewhere");
    }
    if (result == SIGHTLOG_OK) {
        save_handled(reader, reader->newest_index, reader->newest_place);
    }
    return result;
}

static bool is_before(uint64_t index, uint32_t place, uint64_t other_index, uint32_t other_place) {
    return index < other_index || (index == other_index && place < other_place);
}

/* A position as people write it. */
static const char *place_text(char text[32], uint64_t index, uint32_t place) {
    snprintf(text, 32, place > 0 ? "0x%" PRIx64 ":%u" : "0x%" PRIx64, index, place);
    return text;
}

int sightlog_handled_at(sightlog_reader *reader, uint64_t index, uint32_t place) {
    char at[32], from[32], newest[32];
    int result = check_ours(reader);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    if (!reader->bounded) {
        result = fail(&reader->error, SIGHTLOG_INVALID, "position %s cannot be saved as handled: no event was handed out yet",
                      place_text(at, index, place));
    } else if (is_before(index, place, reader->from_index, reader->from_place)
               || is_before(reader->newest_index, reader->newest_place, index, place)) {
        result = fail(&reader->error, SIGHTLOG_INVALID,
                      "position %s cannot be saved as handled: wanted is one from %s, saved or handed out first, to %s, handed out last",
                      place_text(at, index, place), place_text(from, reader->from_index, reader->from_place),
                      place_text(newest, reader->newest_index, reader->newest_place));
    } else if (reader->consumer) {
        save_handled(reader, index, place);
    }
    if (result != SIGHTLOG_OK) {
        reader->error.index = index;
        reader->error.place = place;
    }
    return result;
}

int sightlog_seek(sightlog_reader *reader, const sightlog_start *start) {
    int result = check_start(start, &reader->error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->own_of = NULL;
    reader->moved = reader->bounded = false;
    reader->untold = SIGHTLOG_OK;
    return reader_seek(reader, start, &reader->error);
}

/* Whether the next call has something to give or to tell. What is told is kept for it. */
static bool worth_looking(sightlog_reader *reader) {
    if (reader->untold == SIGHTLOG_OK) {
        int result = reader_peek(reader, &reader->untold_error);
        if (result == SIGHTLOG_OK) {
            return true;
        }
        reader->untold = result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    return reader->untold != SIGHTLOG_OK;
}

static bool signal_ready(sightlog_reader *reader) {
    sightlog_error ignored;
    if (!reader->signal.bytes && reader->at.open
        && view_open(&reader->signal, path_in(reader->directory, "sightlog.signal"), true, &ignored) == SIGHTLOG_OK) {
        if (reader->signal.size < SHARED_BYTES || signal_check(&reader->signal, true, &ignored) != SIGHTLOG_OK) {
            view_close(&reader->signal);
        }
    }
    return reader->signal.bytes != NULL;
}

int sightlog_wait(sightlog_reader *reader, int64_t nanos) {
    int64_t now = clock_nanos(CLOCK_MONOTONIC), until = nanos > INT64_MAX - now ? INT64_MAX : now + nanos;
    reader->own_of = NULL;
    while (!worth_looking(reader)) {
        now = clock_nanos(CLOCK_MONOTONIC);
        if (now >= until) {
            return SIGHTLOG_NONE;
        }
        errno = 0;
        if (!signal_ready(reader)) {
            sleep_nanos(until - now < POLL_NANOS ? until - now : POLL_NANOS);
        } else {
            uint8_t *wakes = reader->signal.bytes + SIGNAL_WAKES;
            swap_u32(reader->signal.bytes + SIGNAL_SLEEPERS, 0, 1);
            atomic_thread_fence(memory_order_seq_cst); /* the announcement before the last look */
            uint32_t announced = acquire_u32(wakes);
            if (worth_looking(reader)) {
                break;
            }
            errno = 0;
            futex_wait(wakes, announced, until - now < LONGEST_SLEEP_NANOS ? until - now : LONGEST_SLEEP_NANOS);
        }
        if (errno == EINTR) {
            return worth_looking(reader) ? SIGHTLOG_OK : SIGHTLOG_NONE;
        }
    }
    return SIGHTLOG_OK;
}

uint64_t sightlog_missed(const sightlog_reader *reader) { return reader->at.missed; }

const sightlog_error *sightlog_reader_error(const sightlog_reader *reader) { return &reader->error; }

/* ---- labels of an event */

static int of_event(sightlog_reader *reader, const sightlog_event *event, int code) {
    reader->error.index = event->index;
    reader->error.place = event->place;
    return code;
}

/* What the class ids of an event mean: what it carries itself, else its label set; SIGHTLOG_NONE when it has none, or it is missing. */
static int labels_of(sightlog_reader *reader, const sightlog_event *event, const label_table **found) {
    sightlog_text text, model;
    bool own = sightlog_event_section(event, SIGHTLOG_LABELS, &text) == SIGHTLOG_OK;
    own |= sightlog_event_section(event, SIGHTLOG_MODEL, &model) == SIGHTLOG_OK;
    if (own) {
        if (reader->own_of != event->bytes) {
            const uint8_t *name = (const uint8_t *)model.bytes;
            reader->own_state = has_control(name, name + model.size)
                                    ? SIGHTLOG_DAMAGED
                                    : labels_own(&reader->own, (const uint8_t *)text.bytes, text.size);
            reader->own.model = model;
            reader->own_of = event->bytes;
        }
        *found = &reader->own;
        if (reader->own_state == SIGHTLOG_NO_MEMORY) {
            return no_memory(&reader->error);
        }
        return reader->own_state == SIGHTLOG_OK
                   ? SIGHTLOG_OK
                   : of_event(reader, event,
                              fail(&reader->error, SIGHTLOG_DAMAGED,
                                   "event 0x%" PRIx64 " cannot be read: its own labels have a line that does not begin with an id of 0..%d, "
                                   "or control characters",
                                   event->index, SIGHTLOG_MAX_CLASS_ID));
    }
    if (load_u64(event->label_set) == 0) {
        return SIGHTLOG_NONE;
    }
    const label_set *set = NULL;
    int result = catalogue_find(&reader->sets, reader->directory, event->label_set, &set, &reader->error);
    if (result != SIGHTLOG_OK) {
        return of_event(reader, event, result);
    }
    if (set->state == SIGHTLOG_DAMAGED) {
        return of_event(reader, event,
                        fail(&reader->error, SIGHTLOG_DAMAGED,
                             "%s/catalogue/%016" PRIx64 ".yaml is damaged, or no label set of version 1: its content is not what its name says",
                             reader->directory, __builtin_bswap64(load_u64(set->hash))));
    }
    *found = &set->labels;
    return set->state;
}

int sightlog_label(sightlog_reader *reader, const sightlog_event *event, int32_t class_id, sightlog_text *text) {
    const label_table *table;
    *text = (sightlog_text){"", 0};
    int result = labels_of(reader, event, &table);
    const label *known = result == SIGHTLOG_OK ? labels_find(table, class_id) : NULL;
    if (known) {
        *text = known->text;
    }
    return result == SIGHTLOG_OK && !known ? SIGHTLOG_NONE : result;
}

int sightlog_model(sightlog_reader *reader, const sightlog_event *event, sightlog_text *model) {
    const label_table *table;
    *model = (sightlog_text){"", 0};
    int result = labels_of(reader, event, &table);
    if (result == SIGHTLOG_OK && table->model.size > 0) {
        *model = table->model;
    }
    return result == SIGHTLOG_OK && table->model.size == 0 ? SIGHTLOG_NONE : result;
}

int sightlog_label_set_state(sightlog_reader *reader, const sightlog_event *event) {
    const label_table *table;
    int result = labels_of(reader, event, &table);
    return result == SIGHTLOG_NONE && load_u64(event->label_set) == 0 ? SIGHTLOG_OK : result;
}
