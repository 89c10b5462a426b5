/* ==== walk: moving over all of a journal ==== */

/* ---- moving over a journal: from excerpt to excerpt, through batches, and from file to file */

typedef struct walk {
    const char *directory;
    bool open, unchecked;
    metadata data;
    identity same;
    cycle_file files[2]; /* of which one is open at most, but while the next one is looked at */
    int file;
    bool in_file;
    cursor at;
    uint32_t batch_count; /* events in the batch the cursor is at, 0 when it is at none */
    uint32_t place;       /* the next event in that batch */
    bool batch_sound;     /* all bytes of that batch were checked, and are good */
    uint64_t missed;      /* excerpts */

    int32_t first_cycle;     /* the first file that is entered when none is */
    uint64_t told_position;  /* the break that was told last */
    int32_t told_cycle;      /* and its file */
    int32_t looked_behind;   /* the cycle behind which the directory was looked through */
    int32_t told_lost;       /* the last file whose header is lost, and that was told */
    int32_t looked_at_header; /* the last file without a header that was looked into */
    int32_t told_missing;    /* the newest file that is not there, and was told */
} walk;

static void walk_begin(walk *w, const char *directory) {
    *w = (walk){.directory = directory,
                .data.file.fd = -1,
                .same.folder = -1,
                .files = {{.file.fd = -1}, {.file.fd = -1}},
                .told_cycle = -1,
                .looked_behind = -1,
                .told_lost = -1,
                .looked_at_header = -1,
                .told_missing = -1};
}

static void walk_leave_file(walk *w) {
    if (w->in_file) {
        cycle_close(&w->files[w->file]);
        w->in_file = false;
    }
    w->batch_count = 0;
    w->place = 0;
}

static void walk_close(walk *w) {
    walk_leave_file(w);
    if (w->open) {
        identity_close(&w->same);
        view_close(&w->data.file);
        w->open = false;
    }
}

/* Opens a file into the slot that is not used, of the journal that is open and not of another one that has taken its place. */
static int walk_open_cycle(walk *w, int32_t cycle, sightlog_error *error) {
    cycle_file *file = &w->files[1 - w->file];
    sightlog_error other;
    int result = cycle_open(file, w->directory, w->data.rolls, cycle, false, error);
    int same = check_same(&w->same, w->directory, &other);
    if (same == SIGHTLOG_OK) {
        return result;
    }
    if (result == SIGHTLOG_OK) {
        cycle_close(file);
    }
    *error = other;
    return same;
}

/* The cycles that have a file now. */
static int walk_list(const walk *w, cycles *found, sightlog_error *error) {
    sightlog_error other;
    int result = list_cycles(w->directory, w->data.rolls, found, error);
    if (result != SIGHTLOG_OK && check_same(&w->same, w->directory, &other) != SIGHTLOG_OK) {
        *error = other; /* which says better what happened */
        result = other.code;
    }
    return result;
}

/* Whether the journal is the one that was opened, and what is mapped of it is what its writers write to. For quiet times. */
static int walk_check_same(const walk *w, sightlog_error *error) {
    int result = check_same(&w->same, w->directory, error);
    bool stale = result == SIGHTLOG_OK
                 && (view_is_stale(&w->data.file, w->data.words[KEY_HIGHEST_CYCLE])
                     || (w->in_file && view_is_stale(&w->files[w->file].file, w->at.position)));
    return stale ? replaced(error, w->directory, "its files are other copies, as an overlay makes them,") : result;
}

static void missed(walk *w, uint64_t excerpts) {
    w->missed = excerpts > UINT64_MAX - w->missed ? UINT64_MAX : w->missed + excerpts;
}

/* SIGHTLOG_OK when there is the file of a cycle, of whatever roll, SIGHTLOG_NONE when not. */
static int has_cycle_file(const char *directory, sightlog_error *error) {
    DIR *folder = opendir(directory);
    bool found = false;
    int number = folder ? 0 : errno;
    for (struct dirent *entry; folder && !found && (entry = next_entry(folder, &number));) {
        size_t size = strlen(entry->d_name);
        found = size > 4 && strcmp(entry->d_name + size - 4, ".cq4") == 0;
    }
    if (folder) {
        closedir(folder);
    }
    return found                                                  ? SIGHTLOG_OK
           : number && number != ENOENT && number != ENOTDIR ? fail_system(error, number, "cannot list", directory)
                                                                  : SIGHTLOG_NONE;
}

/* SIGHTLOG_OK when there is something of this name, SIGHTLOG_NONE when not. What cannot be asked is not "not there". */
static int is_there(const char *path, sightlog_error *error) {
    struct stat status;
    if (!path) {
        return no_memory(error);
    }
    return lstat(path, &status) == 0                       ? SIGHTLOG_OK
           : errno == ENOENT || errno == ENOTDIR ? SIGHTLOG_NONE
                                                           : fail_system(error, errno, "cannot look at", path);
}

/* Opens the journal when it is complete; SIGHTLOG_NONE while it is not. */
static int walk_open(walk *w, sightlog_error *error) {
    if (w->open) {
        return SIGHTLOG_OK;
    }
    int result = metadata_open(&w->data, w->directory, false, error);
    int written = result == SIGHTLOG_NONE ? has_cycle_file(w->directory, error) : SIGHTLOG_NONE;
    if (written < SIGHTLOG_OK) {
        return written;
    }
    if (written == SIGHTLOG_OK) {
        result = metadata_open(&w->data, w->directory, false, error); /* completed, and the file made, since? */
        if (result == SIGHTLOG_NONE) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s is not a journal this library can read: metadata.cq4t is missing or not complete, though cycles were "
                          "written",
                          w->directory);
        }
    }
    if (result == SIGHTLOG_OK) {
        result = identity_open(&w->same, w->directory, &w->data, error);
        if (result != SIGHTLOG_OK) {
            view_close(&w->data.file);
        }
        result = result == SIGHTLOG_REPLACED ? SIGHTLOG_NONE : result; /* made anew while we looked: the next look finds that one */
    }
    w->open = result == SIGHTLOG_OK;
    return result;
}

/* The highest cycle a writer has opened, below 0 before the first. */
static int32_t walk_highest(const walk *w) {
    int64_t cycle = highest_cycle(&w->data);
    return cycle > INT32_MAX ? INT32_MAX : cycle < INT32_MIN ? INT32_MIN : (int32_t)cycle;
}

static inline uint64_t walk_index(const walk *w) { return cursor_index(&w->at); }

/* Where the bytes of the event here are, after walk_peek. */
static const uint8_t *walk_payload(const walk *w) {
    return w->at.payload + (w->batch_count == 0 ? 0 : batch_offset(w->at.payload, w->place));
}

static uint32_t walk_length(const walk *w) {
    if (w->batch_count == 0) {
        return w->at.length;
    }
    uint32_t end = w->place + 1 < w->batch_count ? batch_offset(w->at.payload, w->place + 1) : w->at.length;
    return end - batch_offset(w->at.payload, w->place);
}

/* A batch that is damaged stays closed: it counts as one event, and who reads it is told what is wrong with it. */
static void open_batch(walk *w) {
    if (is_batch(w->at.payload, w->at.length) && check_batch(w->at.payload, w->at.length, !w->unchecked, NULL)) {
        w->batch_count = load_u32(w->at.payload + AT_COUNT);
        w->batch_sound = false;
        w->place = 0;
    }
}

/* Whether the event here needs no check of its own checksum, since that of the whole batch was looked at and is right. */
static bool walk_is_sound(walk *w) {
    if (w->batch_count > 0 && w->place == 0) {
        w->batch_sound = is_batch_sound(w->at.payload, w->at.length);
    }
    return w->batch_count > 0 && w->batch_sound;
}

/* Moves past all of the excerpt here, and says how many events were left of it. */
static uint64_t walk_leave_excerpt(walk *w) {
    uint64_t left = w->batch_count > w->place ? w->batch_count - w->place : 1;
    w->place = 0;
    w->batch_count = 0;
    cursor_advance(&w->at);
    return left;
}

/* Moves past the event here. */
static void walk_leave(walk *w) {
    if (++w->place >= w->batch_count) {
        walk_leave_excerpt(w);
    }
}

/* Whether there is an event here, in this file, and before any break: goes nowhere and tells nothing. */
static bool walk_peek_here(walk *w) {
    if (w->batch_count > 0) {
        return true;
    }
    if (!w->in_file || cursor_peek(&w->at) != CURSOR_DATA) {
        return false;
    }
    open_batch(w);
    return true;
}

/* Back to before the first file from a cycle on, which then is entered, or told of, when it is read. */
static void walk_rewind(walk *w, int32_t cycle) {
    w->first_cycle = cycle;
    walk_leave_file(w);
}

/* Whether no file was entered since it was rewound. */
static bool walk_is_rewound(const walk *w) { return !w->in_file && w->first_cycle == 0; }

/* Puts the file in the slot that is not used in place of the one that is. */
static void walk_enter_other(walk *w) {
    walk_leave_file(w);
    w->file = 1 - w->file;
    w->in_file = true;
    cursor_start(&w->at, &w->files[w->file]);
}

/* Goes to the start of a file; SIGHTLOG_NONE when it is not there, not complete, or damaged: that is told when it is read. */
static int walk_enter(walk *w, int32_t cycle, sightlog_error *error) {
    int result = walk_open_cycle(w, cycle, error);
    if (result == SIGHTLOG_OK) {
        walk_enter_other(w);
    }
    return result == SIGHTLOG_DAMAGED ? SIGHTLOG_NONE : result;
}

/* ---- what is said of places where documents cannot be followed, or where all of them are gone */

enum {
    SMALLEST_MADE = 64 << 10, /* a writer makes a file at least this large before it writes into it */
    LOOKED_THROUGH = 2 << 20  /* how far into a file without a header events are looked for: behind two pages of any index */
};

/* Told of a break at a position, once, with the cursor where reading goes on, or still at the break when it cannot. */
static int tell_break(const walk *w, uint64_t position, uint64_t sequence, sightlog_error *error) {
    cycle_file *file = w->at.file;
    uint64_t first = first_of(file->cycle) | (sequence & UINT32_MAX), claimed = claimed_documents(file);
    char missing[512];
    if (w->at.position > position) {
        uint64_t lost = w->at.sequence - sequence;
        char what[128];
        if (lost == 0) {
            snprintf(what, sizeof what, "a document there cannot be followed, and none is missing before 0x%" PRIx64, first);
        } else if (lost == 1) {
            snprintf(what, sizeof what, "excerpt 0x%" PRIx64 " cannot be read", first);
        } else {
            snprintf(what, sizeof what, "%" PRIu64 " excerpts from 0x%" PRIx64 " on cannot be read", lost, first);
        }
        snprintf(missing, sizeof missing, "%s; it goes on at byte %" PRIu64 " with 0x%" PRIx64, what, w->at.position, walk_index(w));
    } else if (claimed > sequence) {
        snprintf(missing, sizeof missing, "at least %" PRIu64 " excerpts from 0x%" PRIx64 " on, up to byte %" PRId64 ", cannot be read",
                 claimed - sequence, first, claimed_position(file));
    } else if (claims_position(file, position)) {
        snprintf(missing, sizeof missing,
                 "what follows, from 0x%" PRIx64 " on, cannot be read; the file says that there is more, up to byte %" PRId64
                 ", or that number is damaged",
                 first, claimed_position(file));
    } else {
        snprintf(missing, sizeof missing, "what follows, from 0x%" PRIx64 " on, cannot be read: no document can be there", first);
    }
    int code = fail(error, SIGHTLOG_DAMAGED, "%s is damaged at byte %" PRIu64 ": %s", file->file.path, position, missing);
    error->index = first;
    return code;
}

/* The cycle of the stamp of the last append, -1 when there is none that can be. */
static int last_stamped_cycle(const walk *w, int64_t *found, sightlog_error *error) {
    uint8_t *content = NULL;
    size_t size = 0;
    uint64_t all = 0;
    int64_t cycle = -1;
    char *path = path_in(w->directory, "sightlog.signal");
    int result = path ? read_end(path, SHARED_BYTES, &content, &size, &all, error) : no_memory(error);
    if (result == SIGHTLOG_OK && size == SHARED_BYTES && all == SHARED_BYTES) {
        int64_t nanos = load_i64(content + SIGNAL_LAST_APPENDED);
        bool begun = load_u32(content) != 0;
        bool ours = memcmp(content, "SLSG", 4) == 0 && load_u32(content + 4) == 1;
        cycle = nanos <= 0 || (begun && !ours) ? -1 : nanos / 1000000 / w->data.rolls->millis;
    }
    free(content);
    free(path);
    *found = cycle;
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

/*
 * SIGHTLOG_DAMAGED when a file without a complete header is not just one that a writer is making, or died in making;
 * SIGHTLOG_NONE when it may be.
 */
static int tell_lost_header(walk *w, int32_t cycle, sightlog_error *error) {
    view file;
    uint64_t found;
    int64_t stamped = -1;
    char *path = cycle_path(w->directory, w->data.rolls, cycle);
    int opened = view_open(&file, path, false, error);
    if (opened != SIGHTLOG_OK) {
        return is_system(opened) ? opened : SIGHTLOG_NONE; /* gone meanwhile: pruned */
    }
    uint64_t size = file.size;
    scan events = scan_of(&file, LOOKED_THROUGH);
    bool written = scan_next(&events, 0, false, &found);
    view_close(&file);
    if (is_unread()) {
        return take_unread(error);
    }
    opened = written || size >= SMALLEST_MADE ? SIGHTLOG_OK : last_stamped_cycle(w, &stamped, error);
    if (opened != SIGHTLOG_OK) {
        return opened;
    }
    if (!written && (size >= SMALLEST_MADE || stamped < cycle)) {
        return SIGHTLOG_NONE;
    }
    cycle_file *other = &w->files[1 - w->file];
    int result = walk_open_cycle(w, cycle, error);
    if (result != SIGHTLOG_NONE) {
        cycle_close(other);
        return result == SIGHTLOG_OK ? SIGHTLOG_NONE : result; /* it got its header meanwhile */
    }
    path = cycle_path(w->directory, w->data.rolls, cycle);
    result = is_there(path, error);
    if (result == SIGHTLOG_OK) {
        result = fail(error, SIGHTLOG_DAMAGED,
                      "%s is damaged at byte 0: it has no header (%" PRIu64 " bytes), and events were written to it: all from 0x%" PRIx64
                      " on in this file cannot be read",
                      path, size, first_of(cycle));
        error->index = first_of(cycle);
    }
    free(path);
    return result;
}

/* Opens a file into the slot that is not used; SIGHTLOG_NONE when its header is not complete, or damaged and that was told. */
static int open_or_tell(walk *w, int32_t cycle, sightlog_error *error) {
    int result = walk_open_cycle(w, cycle, error);
    if (result == SIGHTLOG_NONE && cycle > w->looked_at_header) {
        result = tell_lost_header(w, cycle, error);
        w->looked_at_header = is_system(result) ? w->looked_at_header : cycle;
    }
    if (result == SIGHTLOG_DAMAGED) {
        if (cycle <= w->told_lost) {
            return SIGHTLOG_NONE;
        }
        w->told_lost = cycle;
    }
    return result;
}

/* Tells, once, when the newest file that a writer has opened is not there; else SIGHTLOG_NONE. */
static int tell_missing(walk *w, const cycles *there, sightlog_error *error) {
    int32_t highest = walk_highest(w);
    if (highest < 0 || highest == w->told_missing || (there->count > 0 && there->all[there->count - 1] >= highest)) {
        return SIGHTLOG_NONE;
    }
    char *path = cycle_path(w->directory, w->data.rolls, highest);
    int result = is_there(path, error);
    if (result == SIGHTLOG_OK) {
        result = SIGHTLOG_NONE;
    } else if (result == SIGHTLOG_NONE && (result = check_same(&w->same, w->directory, error)) == SIGHTLOG_OK) {
        w->told_missing = highest;
        result = fail(error, SIGHTLOG_DAMAGED, "%s is missing: the journal's newest events were in it (metadata.cq4t says so)", path);
        error->index = first_of(highest);
    }
    free(path);
    return result;
}

static int to_first_cycle(walk *w, sightlog_error *error) {
    cycles there;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = SIGHTLOG_NONE;
    for (size_t i = 0; i < there.count && result == SIGHTLOG_NONE; i++) {
        result = there.all[i] < w->first_cycle ? SIGHTLOG_NONE : open_or_tell(w, there.all[i], error);
    }
    if (result == SIGHTLOG_OK) {
        walk_enter_other(w);
    } else if (result == SIGHTLOG_NONE) {
        result = tell_missing(w, &there, error);
    }
    free(there.all);
    return result;
}

/*
 * Whether a later file may be there: looked up in the directory, too, when the end of a file is met for the first time, so that
 * a wrong number in the metadata does not hide files.
 */
static int may_have_next(walk *w, sightlog_error *error) {
    int32_t cycle = w->at.file->cycle;
    if (walk_highest(w) > cycle) {
        return SIGHTLOG_OK;
    }
    if (w->looked_behind == cycle) {
        return SIGHTLOG_NONE;
    }
    cycles there;
    int result = walk_list(w, &there, error);
    if (result == SIGHTLOG_OK) {
        w->looked_behind = cycle;
        result = there.count > 0 && there.all[there.count - 1] > cycle ? SIGHTLOG_OK : SIGHTLOG_NONE;
        free(there.all);
    }
    return result;
}

/* What was missed by who has read all of a cycle and goes on in a later one. */
static int passing(walk *w, int32_t next_cycle, sightlog_error *error) {
    int32_t cycle = w->at.file->cycle;
    pruned_log log;
    int result = cycle + 1 == next_cycle ? SIGHTLOG_OK : is_there(w->at.file->file.path, error);
    if (result != SIGHTLOG_NONE) {
        return result;
    }
    result = pruned_read(w->directory, &log, error);
    if (result == SIGHTLOG_OK) {
        missed(w, pruned_find(&log, cycle) ? pruned_sum(&log, first_of(cycle + 1), next_cycle) : UINT64_MAX);
        free(log.all);
    }
    return result;
}

/*
 * Goes on in the next file. One without a complete header, which a writer that died in making it leaves, is passed when a later
 * one has events. When this one has no end mark, only to one that has events already, and while this one still has nothing more.
 */
static int to_next_cycle(walk *w, bool abandoned, sightlog_error *error) {
    cycles there;
    bool with_events = abandoned;
    w->at.quiet_looks = 0;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = SIGHTLOG_NONE;
    for (size_t i = 0; i < there.count && result == SIGHTLOG_NONE; i++) {
        int32_t cycle = there.all[i];
        if (cycle <= w->at.file->cycle) {
            continue;
        }
        result = open_or_tell(w, cycle, error);
        if (result == SIGHTLOG_NONE) {
            with_events = true;
        }
        if (result != SIGHTLOG_OK) {
            continue;
        }
        cursor start;
        cursor_start(&start, &w->files[1 - w->file]);
        int found = with_events ? cursor_peek(&start) : CURSOR_DATA;
        if ((found == CURSOR_DATA || found == CURSOR_BROKEN) && (!abandoned || cursor_peek(&w->at) == CURSOR_NOTHING)) {
            result = passing(w, cycle, error);
            if (result == SIGHTLOG_OK) {
                walk_enter_other(w);
            } else {
                cycle_close(start.file);
            }
        } else {
            cycle_close(start.file);
            result = is_unread() ? take_unread(error) : SIGHTLOG_NONE;
        }
    }
    if (result == SIGHTLOG_NONE) {
        result = tell_missing(w, &there, error);
    }
    free(there.all);
    return result;
}

/*
 * Tells a break, once, and moves behind it: SIGHTLOG_DAMAGED. SIGHTLOG_NONE when it was told before and nothing in this file can be
 * read behind it, SIGHTLOG_OK when it was, and a writer went on behind it.
 */
static int past_break(walk *w, sightlog_error *error) {
    uint64_t position = w->at.position, sequence = w->at.sequence;
    bool told = w->told_cycle == w->at.file->cycle && w->told_position == position;
    bool moved = cursor_resync(&w->at);
    if (is_unread()) {
        return take_unread(error);
    }
    if (told) {
        return moved ? SIGHTLOG_OK : SIGHTLOG_NONE;
    }
    w->told_position = position;
    w->told_cycle = w->at.file->cycle;
    return tell_break(w, position, sequence, error);
}

/* Moves past the fillers behind one that was left just now, and tells all of them at once. */
static int past_fillers(walk *w, uint64_t first, sightlog_error *error) {
    cursor_carefully(&w->at, true);
    while (cursor_peek(&w->at) == CURSOR_DATA && is_filler(w->at.payload, w->at.length)) {
        cursor_advance(&w->at);
    }
    cursor_carefully(&w->at, false);
    unread.code = SIGHTLOG_OK; /* the next look meets it again */
    char what[128];
    filler_text(what, sizeof what, first, walk_index(w) - first);
    int code = fail(error, SIGHTLOG_DAMAGED, "%s: %s", w->at.file->file.path, what);
    error->index = first;
    return code;
}

/*
 * Whether there is an event here, once the journal is open; goes on to the next file when this one has ended. SIGHTLOG_DAMAGED where
 * documents cannot be followed, or fewer are there than should be: once; the next call goes on behind it.
 */
static int walk_peek(walk *w, sightlog_error *error) {
    if (w->batch_count > 0) {
        return SIGHTLOG_OK;
    }
    while (true) {
        int result = w->in_file ? SIGHTLOG_OK : to_first_cycle(w, error);
        if (result != SIGHTLOG_OK) {
            return result;
        }
        int found = cursor_peek(&w->at);
        if (found == CURSOR_DATA) {
            open_batch(w);
            return SIGHTLOG_OK;
        }
        if (found == CURSOR_UNREAD) {
            return take_unread(error);
        }
        if (found == CURSOR_BROKEN) {
            result = past_break(w, error);
            if (result == SIGHTLOG_OK) {
                continue;
            }
            if (result != SIGHTLOG_NONE) {
                return result;
            }
        }
        result = may_have_next(w, error);
        result = result == SIGHTLOG_OK ? to_next_cycle(w, found == CURSOR_NOTHING, error) : result;
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
}

/* Likewise, past damage, which is not told then. */
static int walk_peek_past_damage(walk *w, sightlog_error *error) {
    int result = walk_peek(w, error);
    while (result == SIGHTLOG_DAMAGED) {
        result = walk_peek(w, error);
    }
    return result;
}
