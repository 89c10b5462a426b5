/* ==== writer: what a writer knows, and the files it appends to ==== */

/* Where a test may have a writer die: nothing in the library itself. */
#ifndef SIGHTLOG_STAGE
#define SIGHTLOG_STAGE(number) ((void)0)
#endif
enum {
    STAGE_LOCKED = 1,
    STAGE_COPIED,
    STAGE_PUBLISHED,
    STAGE_POSITION,
    STAGE_NUMBER,
    STAGE_INDEX_PAGE,
    STAGE_INDEX_ENTRY,
    STAGE_COUNTED,
    STAGE_ENDED,
    STAGE_DRAFTED,
    STAGE_LINKED,
    STAGE_LISTED
};

#define BLOCK ((uint64_t)64 << 20)   /* what a cycle's file grows by */
#define OVERLAP ((uint64_t)16 << 20) /* and what it has beyond */
enum { SHORTEST_STEP = 256 << 10, LONGEST_STEP = 8 << 20, METADATA_BYTES = 128 << 10 };

/* ---- a writer */

struct sightlog_writer {
    char *directory;
    metadata data;
    identity same;
    int64_t looked_nanos; /* when it was looked at last whether the journal is the same, by the clock; 0: it is to be looked at */
    view signal;
    slots *all_slots;
    int slot;
    int64_t word; /* what the lock word is while this writer holds it */
    unsigned forks;
    int64_t timeout_nanos;
    void (*notice)(void *, const char *);
    void *notice_context;
    bool every_event;

    uint64_t producer;
    int64_t sequence;

    cycle_file current; /* no path: none is open */
    uint64_t allocated; /* up to where it has blocks */
    uint64_t provided;  /* up to where its pages were asked for */
    uint64_t end;       /* where a document of this writer ended last, and the next one's number: a hint to walk on from */
    uint64_t next;

    uint8_t *staging;
    size_t staging_room;

    int64_t last_appended; /* index, -1 before the first */
    int64_t last_synced;   /* likewise */
    bool failed;           /* the device has, for good */
    bool rolled;           /* a cycle was begun in this append: older files can be cut */
    sightlog_error error;
};

const sightlog_error *sightlog_writer_error(const sightlog_writer *writer) { return &writer->error; }
uint64_t sightlog_producer(const sightlog_writer *writer) { return writer->producer; }
int64_t sightlog_next_sequence(const sightlog_writer *writer) { return writer->sequence; }

static const roll *rolls_of(const sightlog_writer *writer) { return writer->data.rolls; }

/* What an index page takes, its header included, and what else is kept in reserve: see docs/format.md, Blocks before use. */
static uint64_t reserve_of(const roll *rolls) { return 48 + 8 * (uint64_t)rolls->index_count + 2 * PAGE; }

/* Opens a file that is there, and neither a link nor a pipe, which would have us wait; below 0, and errno. */
static int open_regular(const char *path, int access) {
    int fd = open(path, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

/* ---- files of the journal that is open, and not of another one that has taken its place */

static int writer_check_same(sightlog_writer *writer) { return check_same(&writer->same, writer->directory, &writer->error); }

/* The name of a file in the directory that is held open, by its path. */
static const char *name_in(const sightlog_writer *writer, const char *path) { return path + strlen(writer->directory) + 1; }

/* Opens a cycle's file for writing; looks afterwards, and before anything is written, whose it is. */
static int open_own_cycle(sightlog_writer *writer, cycle_file *file, int32_t cycle, sightlog_error *error) {
    int result = cycle_open(file, writer->directory, rolls_of(writer), cycle, true, error);
    if (result == SIGHTLOG_OK) {
        result = check_same(&writer->same, writer->directory, error);
        if (result != SIGHTLOG_OK) {
            cycle_close(file);
        }
    }
    return result;
}

/* Likewise without a mapping; below 0, and errno. */
static int open_own(const sightlog_writer *writer, const char *path) {
    sightlog_error ignored;
    int fd = open_regular(path, O_RDWR);
    if (fd >= 0 && check_same(&writer->same, writer->directory, &ignored) != SIGHTLOG_OK) {
        close(fd);
        errno = ESTALE;
        return -1;
    }
    return fd;
}

/* ---- blocks */

static int write_zeros(int fd, uint64_t from, uint64_t to) {
    static const uint8_t zeros[64 << 10];
    int number = 0;
    for (uint64_t at = from; at < to && !number; at += sizeof zeros) {
        number = write_all(fd, zeros, to - at < sizeof zeros ? to - at : sizeof zeros, at);
    }
    return number;
}

/* Makes sure that a part of a file has blocks. From `free` on there are zeros that nobody else writes to. 0, or errno. */
static int allocate_blocks(int fd, uint64_t from, uint64_t free_from, uint64_t to) {
    if (to <= from) {
        return 0;
    }
    if (over_limit(to)) {
        return EFBIG;
    }
    int result;
    do {
        result = fallocate(fd, 0, (off_t)from, (off_t)(to - from)) == 0 ? 0 : errno;
    } while (result == EINTR);
    if (result == EOPNOTSUPP || result == ENOSYS || result == EINVAL || result == ENODEV) {
        return write_zeros(fd, from > free_from ? from : free_from, to);
    }
    return result;
}

static int cannot_append(sightlog_writer *writer, int number, const char *path) {
    int code = fail_system(&writer->error, number, "cannot append:", path);
    if (code == SIGHTLOG_FULL) {
        size_t used = strlen(writer->error.text);
        snprintf(writer->error.text + used, sizeof writer->error.text - used, "; make room, then append again");
    }
    return code;
}

/* ---- the end of a cycle, read and not mapped: a load from a hole may need a block, too */

static int read_all(int fd, void *bytes, size_t size, uint64_t offset) {
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t got = pread(fd, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? errno : ENODATA;
        }
        at += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return 0;
}

/*
 * Where the next document of a complete file begins, and whether the cycle has its end mark there. SIGHTLOG_DAMAGED when
 * documents do not lead there: nothing can be appended past that.
 */
static int end_as_read(int fd, const char *path, uint64_t *end, bool *ended, sightlog_error *error) {
    union {
        uint8_t bytes[MAX_HEADER_BYTES];
        int64_t aligned;
    } head;
    struct stat status;
    memset(&head, 0, sizeof head);
    if (fstat(fd, &status) != 0) {
        return fail_system(error, errno, "cannot read", path);
    }
    uint64_t size = (uint64_t)status.st_size;
    int number = read_all(fd, head.bytes, size < sizeof head ? size : sizeof head, 0);
    if (number) {
        return fail_system(error, number, "cannot read", path);
    }
    const uint8_t *to = head.bytes + 4 + (load_u32(head.bytes) & LENGTH);
    to = to > head.bytes + sizeof head ? head.bytes + sizeof head : to;
    const uint8_t *position = wire_array(head.bytes, wire_field(head.bytes, to, "writePosition"), to);
    uint64_t at = position && to - position >= 8 ? load_u64(position) : 0;
    bool claimed = at != 0;
    while (at <= size && size - at >= 4) {
        uint32_t header;
        if (at & 3 || (number = read_all(fd, &header, 4, at)) == ENODATA) {
            break;
        }
        if (number) {
            return fail_system(error, number, "cannot read", path);
        }
        if (header == 0 && claimed) {
            return fail(error, SIGHTLOG_DAMAGED,
                        "%s is damaged: its last document should be at byte %" PRIu64
                        ", and nothing is there; recover the journal into another one",
                        path, at);
        }
        claimed = false;
        *end = at;
        *ended = header == END_OF_CYCLE;
        if (header == 0 || header == END_OF_CYCLE || header & IN_PROGRESS) {
            return SIGHTLOG_OK;
        }
        if ((header & LENGTH) == 0 || (header & LENGTH) > MAX_DOCUMENT_BYTES) {
            break;
        }
        at = align4(at + 4 + (header & LENGTH));
    }
    if (!claimed && (at & 3) == 0 && at <= size && size - at < 4) {
        *end = at; /* cut to what it uses */
        *ended = false;
        return SIGHTLOG_OK;
    }
    return fail(error, SIGHTLOG_DAMAGED,
                "%s is damaged at byte %" PRIu64 ": nothing can be appended past that; recover the journal into another one",
                path, at);
}

/* ---- what dead writers left */

/* Clears everything in a file from a byte on up to another one; writes only where something is. 0, or errno. */
static int clear_range(int fd, uint64_t from, uint64_t to) {
    uint8_t *chunk = malloc(64 << 10);
    struct stat status;
    int number = !chunk ? ENOMEM : fstat(fd, &status) != 0 ? errno : 0;
    if (!number && to > (uint64_t)status.st_size) {
        to = (uint64_t)status.st_size;
    }
    for (uint64_t at = from; !number && at < to; at += 64 << 10) {
        size_t size = to - at < 64 << 10 ? to - at : 64 << 10, first = size, last = 0;
        number = read_all(fd, chunk, size, at);
        for (size_t i = 0; i < size && !number; i++) {
            if (chunk[i]) {
                first = first < i ? first : i;
                last = i + 1;
            }
        }
        if (!number && first < last) {
            number = write_zeros(fd, at + first, at + last);
        }
    }
    free(chunk);
    return number;
}

enum { REACH = SIGHTLOG_MAX_EVENT_BYTES + (1 << 20) };

/* In the newest complete cycle, behind its last document: an index page laid over it would hold garbage. */
static int clear_leftovers(sightlog_writer *writer) {
    cycles found;
    sightlog_error ignored;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    bool done = result != SIGHTLOG_OK;
    for (size_t i = found.count; i > 0 && !done; i--) {
        cycle_file file;
        int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
        if (opened == SIGHTLOG_NONE) {
            continue; /* made, and not begun: what was appended last is in the one before */
        }
        done = true;
        if (opened == SIGHTLOG_OK) {
            cursor at;
            cursor_start(&at, &file);
            cursor_to_end(&at);
            if (cursor_peek(&at) == CURSOR_NOTHING) {
                int number = clear_range(file.file.fd, at.position, at.position + REACH);
                result = number ? cannot_append(writer, number, file.file.path) : SIGHTLOG_OK;
            }
            if (is_unread()) {
                result = take_unread(&writer->error);
            }
            cycle_close(&file);
        } else if (opened != SIGHTLOG_DAMAGED) {
            writer->error = ignored; /* damaged: where it ends is not known, and whoever reads there is told */
            result = opened;
        }
    }
    free(found.all);
    return result;
}
