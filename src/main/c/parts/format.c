/* ==== format: what lies where: Chronicle's wire, rolls, metadata.cq4t, the header of a cycle's file, sightlog.signal ==== */

/* ---- Chronicle's wire: the few codes its headers use, in a range [from, to) of a mapped file */

/* What is behind a field's name, NULL when there is no such field. */
static const uint8_t *wire_field(const uint8_t *from, const uint8_t *to, const char *name) {
    size_t size = strlen(name);
    for (const uint8_t *at = from; at + 1 + size <= to; at++) {
        if (*at == 0xc0 + size && memcmp(at + 1, name, size) == 0) {
            return at + 1 + size;
        }
    }
    return NULL;
}

/* What is behind an event name at the start of the range, NULL when it is another one. */
static const uint8_t *wire_event(const uint8_t *from, const uint8_t *to, const char *name) {
    size_t size = strlen(name);
    return (size_t)(to - from) >= 2 + size && from[0] == 0xb9 && from[1] == size && memcmp(from + 2, name, size) == 0
               ? from + 2 + size
               : NULL;
}

/* An integer of any width; false when none is there. */
static bool wire_number(const uint8_t *at, const uint8_t *to, int64_t *value) {
    if (!at || at >= to) {
        return false;
    }
    static const uint8_t WIDTHS[] = {1, 2, 4, 1, 2, 4, 8};
    int code = *at;
    if (code < 0x80) {
        *value = code;
        return true;
    }
    if (code < 0xa1 || code > 0xa7 || at + 1 + WIDTHS[code - 0xa1] > to) {
        return false;
    }
    switch (code) {
    case 0xa1: *value = at[1]; break;
    case 0xa2: *value = load_u16(at + 1); break;
    case 0xa3: *value = load_u32(at + 1); break;
    case 0xa4: *value = (int8_t)at[1]; break;
    case 0xa5: *value = (int16_t)load_u16(at + 1); break;
    case 0xa6: *value = load_i32(at + 1); break;
    default: *value = load_i64(at + 1); break;
    }
    return true;
}

/* A bound value behind padding, 8-aligned in its file (which begins at base); NULL when none is there. */
static const uint8_t *wire_bound(const uint8_t *base, const uint8_t *at, const uint8_t *to, uint8_t code, size_t bytes) {
    while (at && at < to && (*at == 0x8f || *at == 0x8e)) {
        if (*at == 0x8f) {
            at++;
            continue;
        }
        int32_t skip = to - at >= 5 ? load_i32(at + 1) : -1;
        if (skip < 0 || skip > to - at - 5) {
            return NULL;
        }
        at += 5 + skip;
    }
    return at && (size_t)(to - at) >= 1 + bytes && to > at && *at == code && ((at + 1 - base) & 7) == 0 ? at + 1 : NULL;
}

static const uint8_t *wire_long(const uint8_t *base, const uint8_t *at, const uint8_t *to) {
    return wire_bound(base, at, to, 0xa7, 8);
}

/* The values of a bound array; its capacity and used count are the two longs before. */
static const uint8_t *wire_array(const uint8_t *base, const uint8_t *at, const uint8_t *to) {
    const uint8_t *array = wire_bound(base, at, to, 0x8d, 16);
    return array ? array + 16 : NULL;
}

/* ---- how a journal rolls */

typedef struct roll {
    const char *text;    /* as options name it */
    int64_t millis;      /* length of a cycle */
    const char *pattern; /* as metadata.cq4t has it */
    const char *name;    /* as strptime and strftime take it */
    uint32_t index_count, index_spacing;
} roll;

static const roll ROLLS[] = {
    {"secondly", 1000, "yyyyMMdd-HHmmss'T'", "%Y%m%d-%H%M%ST.cq4", 32768, 4},
    {"minutely", 60000, "yyyyMMdd-HHmm", "%Y%m%d-%H%M.cq4", 2048, 16},
    {"five-minutely", 300000, "yyyyMMdd-HHmm'V'", "%Y%m%d-%H%MV.cq4", 2048, 256},
    {"ten-minutely", 600000, "yyyyMMdd-HHmm'X'", "%Y%m%d-%H%MX.cq4", 2048, 256},
    {"half-hourly", 1800000, "yyyyMMdd-HHmm'H'", "%Y%m%d-%H%MH.cq4", 2048, 256},
    {"hourly", 3600000, "yyyyMMdd-HH'F'", "%Y%m%d-%HF.cq4", 4096, 256},
    {"six-hourly", 21600000, "yyyyMMdd-HH'VI'", "%Y%m%d-%HVI.cq4", 4096, 256},
    {"daily", 86400000, "yyyyMMdd'F'", "%Y%m%dF.cq4", 4096, 256},
};
enum { ROLL_COUNT = sizeof ROLLS / sizeof *ROLLS, CYCLE_NAME_BYTES = 48 };

static void cycle_name(const roll *rolls, int32_t cycle, char name[CYCLE_NAME_BYTES]) {
    time_t seconds = (time_t)(cycle * rolls->millis / 1000);
    struct tm start;
    gmtime_r(&seconds, &start);
    strftime(name, CYCLE_NAME_BYTES, rolls->name, &start);
}

/* False when it is no name of a cycle's file. */
static bool cycle_of(const roll *rolls, const char *name, int32_t *cycle) {
    struct tm start = {0};
    char again[CYCLE_NAME_BYTES];
    const char *end = strptime(name, rolls->name, &start);
    if (!end || *end) {
        return false;
    }
    int64_t number = (int64_t)timegm(&start) * 1000 / rolls->millis;
    if (number < 0 || number > INT32_MAX) {
        return false;
    }
    *cycle = (int32_t)number;
    cycle_name(rolls, *cycle, again);
    return strcmp(again, name) == 0;
}

static char *cycle_path(const char *directory, const roll *rolls, int32_t cycle) {
    char name[CYCLE_NAME_BYTES];
    cycle_name(rolls, cycle, name);
    return path_in(directory, name);
}

typedef struct cycles {
    int32_t *all; /* ascending; to be freed */
    size_t count;
} cycles;

static int by_number(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* The array, with room for one more; NULL, and the array as it was, when there is no memory. */
static void *grown(void *all, size_t count, size_t *room, size_t each) {
    if (count < *room) {
        return all;
    }
    size_t larger = *room ? 2 * *room : 16;
    void *more = realloc(all, larger * each);
    *room = more ? larger : *room;
    return more;
}

/* The next one of a directory; NULL at its end, and when it cannot be read on: errno, or 0. */
static struct dirent *next_entry(DIR *folder, int *number) {
    errno = 0;
    struct dirent *entry = readdir(folder);
    *number = entry ? 0 : errno;
    return entry;
}

/* The cycles that have a file. */
static int list_cycles(const char *directory, const roll *rolls, cycles *found, sightlog_error *error) {
    *found = (cycles){NULL, 0};
    DIR *folder = opendir(directory);
    if (!folder) {
        return fail_system(error, errno, "cannot list", directory);
    }
    size_t room = 0;
    int32_t cycle;
    int number;
    for (struct dirent *entry; (entry = next_entry(folder, &number));) {
        if (!cycle_of(rolls, entry->d_name, &cycle)) {
            continue;
        }
        int32_t *all = grown(found->all, found->count, &room, sizeof *all);
        if (!all) {
            free(found->all);
            closedir(folder);
            *found = (cycles){NULL, 0};
            return no_memory(error);
        }
        found->all = all;
        found->all[found->count++] = cycle;
    }
    closedir(folder);
    if (number) {
        free(found->all);
        *found = (cycles){NULL, 0};
        return fail_system(error, number, "cannot list", directory);
    }
    if (found->count > 1) {
        qsort(found->all, found->count, sizeof *found->all, by_number);
    }
    return SIGHTLOG_OK;
}

/* ---- metadata.cq4t */

enum { KEY_HIGHEST_CYCLE, KEY_LOWEST_CYCLE, KEY_MOD_COUNT, KEY_WRITE_LOCK, KEY_APPEND_LOCK, KEY_COUNT };
static const char *const KEYS[KEY_COUNT] = {"listing.highestCycle", "listing.lowestCycle", "listing.modCount",
                                            "chronicle.write.lock", "chronicle.append.lock"};

typedef struct metadata {
    view file;
    const roll *rolls;
    uint64_t words[KEY_COUNT]; /* where in the file the words are, 8-aligned */
} metadata;

static int not_a_journal(sightlog_error *error, const view *file, const char *why) {
    return fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not a journal this library can read: %s", file->path, why);
}

static const roll *roll_of(const uint8_t *from, const uint8_t *to) {
    int64_t millis = 0;
    const uint8_t *text = wire_field(from, to, "format");
    wire_number(wire_field(from, to, "length"), to, &millis);
    size_t size = text && text < to && *text >= 0xe0 ? *text - 0xe0u : 0;
    if (!text || (size_t)(to - text) < 1 + size) {
        return NULL;
    }
    for (size_t i = 0; i < ROLL_COUNT; i++) {
        if (ROLLS[i].millis == millis && strlen(ROLLS[i].pattern) == size && memcmp(text + 1, ROLLS[i].pattern, size) == 0) {
            return &ROLLS[i];
        }
    }
    return NULL;
}

static int metadata_parse(metadata *data, sightlog_error *error) {
    view *file = &data->file;
    uint64_t size = file->size < MAX_TABLE_BYTES ? file->size : MAX_TABLE_BYTES;
    uint32_t header = size < 8 ? 0 : acquire_u32(file->bytes);
    uint32_t length = header & LENGTH;
    if (header == 0 || header & IN_PROGRESS) {
        return SIGHTLOG_NONE;
    }
    if (!(header & METADATA) || length > MAX_HEADER_BYTES || 4 + (uint64_t)length > size) {
        return not_a_journal(error, file, "its first document is damaged");
    }
    const uint8_t *from = file->bytes + 4, *to = from + length;
    int64_t epoch = -1;
    data->rolls = roll_of(from, to);
    if (!data->rolls) {
        return not_a_journal(error, file, "it rolls in a way that is not known here, or does not say how");
    }
    if (!wire_number(wire_field(from, to, "epoch"), to, &epoch) || epoch != 0) {
        return not_a_journal(error, file, "its cycles do not count from 1970");
    }
    unsigned found = 0;
    for (uint64_t at = align4(4 + (uint64_t)length); at + 4 <= size;) {
        header = acquire_u32(file->bytes + at);
        length = header & LENGTH;
        if (header == 0 || header & IN_PROGRESS) {
            break;
        }
        if (length > MAX_HEADER_BYTES || at + 4 + length > size) {
            return not_a_journal(error, file, "its table is damaged");
        }
        from = file->bytes + at + 4;
        to = from + length;
        for (unsigned key = 0; key < KEY_COUNT; key++) {
            const uint8_t *value = wire_event(from, to, KEYS[key]);
            const uint8_t *word = value ? wire_long(file->bytes, value, to) : NULL;
            if (value && !word) {
                return not_a_journal(error, file, "a word of its table is damaged");
            }
            if (word) {
                data->words[key] = (uint64_t)(word - file->bytes);
                found |= 1u << key;
            }
        }
        at = align4(at + 4 + length);
    }
    return found == (1u << KEY_COUNT) - 1 ? SIGHTLOG_OK : SIGHTLOG_NONE;
}

/* SIGHTLOG_NONE while the journal is not there, or not complete yet. */
static int metadata_open(metadata *data, const char *directory, bool writable, sightlog_error *error) {
    *data = (metadata){.file.fd = -1};
    int result = view_open(&data->file, path_in(directory, "metadata.cq4t"), writable, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = metadata_parse(data, error);
    if (result == SIGHTLOG_NONE) {
        struct stat now;
        if (fstat(data->file.fd, &now) == 0 && (uint64_t)now.st_size > data->file.size) {
            result = view_grow(&data->file, error) == SIGHTLOG_OK ? metadata_parse(data, error) : SIGHTLOG_NONE;
        }
    }
    if (result != SIGHTLOG_OK) {
        view_close(&data->file);
    }
    return result;
}

static inline uint8_t *metadata_word(const metadata *data, int key) { return data->file.bytes + data->words[key]; }

/* ---- which journal is open
 *
 * The directory and metadata.cq4t by device and inode, so that whoever opens, makes or deletes a file by name can see that the path
 * still leads to that journal, and not to another one that has taken its place. */

typedef struct identity {
    int folder; /* the directory, kept open, so that its inode is not given to another one; -1: none is known */
    dev_t device, metadata_device;
    ino_t inode, metadata_inode;
} identity;

static int replaced(sightlog_error *error, const char *directory, const char *what) {
    return fail(error, SIGHTLOG_REPLACED,
                "the journal at %s was replaced, moved or removed since it was opened (%s now): open it again", directory, what);
}

/* SIGHTLOG_REPLACED when the path leads to something else, or to nothing; SIGHTLOG_IO when that cannot be told. */
static int check_same(const identity *own, const char *directory, sightlog_error *error) {
    struct stat now;
    if (own->folder < 0) {
        return SIGHTLOG_OK;
    }
    if (stat(directory, &now) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? replaced(error, directory, "no directory is there")
                                                   : fail_system(error, errno, "cannot see whether this is the journal that was opened:",
                                                                 directory);
    }
    if (now.st_dev != own->device || now.st_ino != own->inode) {
        return replaced(error, directory, "something else is there");
    }
    if (fstatat(own->folder, "metadata.cq4t", &now, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? replaced(error, directory, "there is no metadata.cq4t")
                               : fail_system(error, errno, "cannot see whether metadata.cq4t is the one that was opened in", directory);
    }
    if (now.st_dev != own->metadata_device || now.st_ino != own->metadata_inode) {
        return replaced(error, directory, "its metadata.cq4t is another file");
    }
    return SIGHTLOG_OK;
}

static void identity_close(identity *own) {
    if (own->folder >= 0) {
        close(own->folder);
        own->folder = -1;
    }
}

/* Of the journal whose metadata.cq4t is open; SIGHTLOG_REPLACED when another one has taken its place already. */
static int identity_open(identity *own, const char *directory, const metadata *data, sightlog_error *error) {
    struct stat folder, file;
    own->folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (own->folder < 0) {
        return errno == ENOENT || errno == ENOTDIR ? replaced(error, directory, "no directory is there")
                                                   : fail_system(error, errno, "cannot open", directory);
    }
    int result = SIGHTLOG_OK;
    if (fstat(own->folder, &folder) != 0 || fstat(data->file.fd, &file) != 0) {
        result = fail_system(error, errno, "cannot read", directory);
    } else {
        own->device = folder.st_dev;
        own->inode = folder.st_ino;
        own->metadata_device = file.st_dev;
        own->metadata_inode = file.st_ino;
        result = check_same(own, directory, error);
    }
    if (result != SIGHTLOG_OK) {
        identity_close(own);
    }
    return result;
}

static int64_t highest_cycle(const metadata *data) { return acquire_i64(metadata_word(data, KEY_HIGHEST_CYCLE)); }

/* ---- the header of a cycle's file */

typedef struct cycle_file {
    view file;
    int32_t cycle;
    uint32_t index_count, index_spacing;
    uint64_t write_position; /* where its two values are */
    uint64_t index2index;    /* where the word is that says where the page of pages is */
    uint64_t last_index;     /* where the word is */
    struct {                 /* for documents that are not sound: see may_pass */
        bool begun, clean, has_false_end;
        uint64_t size, clean_end, false_end;
        int64_t budget, steps;
        uint32_t false_header;
    } jumps;
} cycle_file;

static void cycle_close(cycle_file *file) { view_close(&file->file); }

static int damaged_header(sightlog_error *error, const cycle_file *file, const char *why) {
    int code = fail(error, SIGHTLOG_DAMAGED, "%s cannot be read as a cycle of the journal: %s", file->file.path, why);
    error->index = (uint64_t)(uint32_t)file->cycle << 32;
    return code;
}

static bool power_of_2(const uint8_t *at, const uint8_t *to, uint32_t most, uint32_t *value) {
    int64_t number;
    if (!wire_number(at, to, &number) || number < 1 || number > most || (number & (number - 1)) != 0) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

/* SIGHTLOG_NONE while it is not there, or its header is not complete; SIGHTLOG_DAMAGED when its header is something else. */
static int cycle_open(cycle_file *file, const char *directory, const roll *rolls, int32_t cycle, bool writable,
                      sightlog_error *error) {
    *file = (cycle_file){.file.fd = -1, .cycle = cycle};
    int result = view_open(&file->file, cycle_path(directory, rolls, cycle), writable, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    const uint8_t *base = file->file.bytes;
    uint32_t header = file->file.size < 4 ? 0 : acquire_u32(base);
    uint32_t length = header & LENGTH;
    if (header == 0 || header & IN_PROGRESS) {
        cycle_close(file);
        return SIGHTLOG_NONE;
    }
    if (!(header & METADATA) || length > MAX_HEADER_BYTES || 4 + (uint64_t)length > file->file.size) {
        result = damaged_header(error, file, "its first document is no header");
    } else {
        const uint8_t *from = base + 4, *to = from + length;
        const uint8_t *position = wire_array(base, wire_field(from, to, "writePosition"), to);
        const uint8_t *pages = wire_long(base, wire_field(from, to, "index2Index"), to);
        const uint8_t *last = wire_long(base, wire_field(from, to, "lastIndex"), to);
        int64_t format = 0;
        if (!position || to - position < 16 || !pages || !last
            || !power_of_2(wire_field(from, to, "indexCount"), to, MAX_INDEX_COUNT, &file->index_count)
            || !power_of_2(wire_field(from, to, "indexSpacing"), to, MAX_INDEX_SPACING, &file->index_spacing)) {
            result = damaged_header(error, file, "a field of its header is missing or damaged");
        } else if (!wire_number(wire_field(from, to, "dataFormat"), to, &format) || format != 1) {
            result = damaged_header(error, file, "its data format is not 1");
        } else {
            file->write_position = (uint64_t)(position - base);
            file->index2index = (uint64_t)(pages - base);
            file->last_index = (uint64_t)(last - base);
        }
    }
    if (result != SIGHTLOG_OK) {
        cycle_close(file);
    }
    return result;
}

/* What the file says of itself; writers set it after the document is published, so that it may lag and is never ahead. */

/* Where a recent last document is. */
static inline int64_t claimed_position(const cycle_file *file) { return acquire_i64(file->file.bytes + file->write_position); }

/* That position, its lower 32 bits, in the upper half, and the document's number. */
static inline int64_t claimed_number(const cycle_file *file) {
    return acquire_i64(file->file.bytes + file->write_position + 8);
}

/* The next number to be indexed. */
static inline int64_t last_index(const cycle_file *file) { return acquire_i64(file->file.bytes + file->last_index); }

/* Where the values of an index page are in the file, 0 when there is no such page there. */
static uint64_t page_values(cycle_file *file, int64_t document, const char *name) {
    uint64_t bytes = 64 + 8 * (uint64_t)file->index_count;
    const uint8_t *at = document <= 0 || document & 3 ? NULL : view_at(&file->file, (uint64_t)document, bytes);
    const uint8_t *after = at ? wire_event(at + 4, at + bytes, name) : NULL;
    const uint8_t *values = after ? wire_array(file->file.bytes, after, at + bytes) : NULL;
    return values && (uint64_t)(values - at) + 8 * (uint64_t)file->index_count <= bytes ? (uint64_t)(values - file->file.bytes)
                                                                                       : 0;
}

/* What a page has in a slot, 0 when it has no such slot in use. */
static int64_t page_slot(cycle_file *file, int64_t document, const char *name, uint64_t slot) {
    uint64_t values = slot >= file->index_count ? 0 : page_values(file, document, name);
    if (!values || (int64_t)slot >= acquire_i64(file->file.bytes + values - 8)) {
        return 0;
    }
    return acquire_i64(file->file.bytes + values + 8 * slot);
}

/* What the index has for its n-th entry, document n * spacing; unchecked, 0 when it has none. */
static int64_t index_entry(cycle_file *file, uint64_t n) {
    int64_t pages = acquire_i64(file->file.bytes + file->index2index);
    int64_t page = page_slot(file, pages, "index2index", n / file->index_count);
    return page ? page_slot(file, page, "index", n % file->index_count) : 0;
}

/* ---- the wait word, in sightlog.signal */

enum { SIGNAL_LAST_APPENDED = 8, SIGNAL_DURABLE = 16, SIGNAL_WAKES = 64, SIGNAL_SLEEPERS = 128 };

static int signal_check(view *file, bool may_begin, sightlog_error *error) {
    if (load_u32(file->bytes) == 0 && may_begin) {
        store_u32(file->bytes + 4, 1);
        memcpy(file->bytes, "SLSG", 4);
    }
    if (memcmp(file->bytes, "SLSG", 4) != 0 || load_u32(file->bytes + 4) != 1) {
        int code = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not what this library knows; a newer Sightlog may have made it",
                        file->path);
        view_close(file);
        return code;
    }
    return SIGHTLOG_OK;
}

static void futex_wait(uint8_t *word, uint32_t expected, int64_t nanos) {
    struct timespec time = {nanos / 1000000000, nanos % 1000000000};
    syscall(SYS_futex, word, FUTEX_WAIT, expected, &time, NULL, 0);
}

/* After an append: wakes whoever sleeps. Costs a load while nobody does. */
static inline void wake_sleepers(const view *signal) {
    atomic_thread_fence(memory_order_seq_cst); /* the append before the look at sleepers */
    uint8_t *sleepers = signal->bytes + SIGNAL_SLEEPERS;
    if (acquire_u32(sleepers) != 0 && __atomic_exchange_n((uint32_t *)(void *)sleepers, 0, __ATOMIC_SEQ_CST) != 0) {
        uint8_t *wakes = signal->bytes + SIGNAL_WAKES;
        __atomic_add_fetch((uint32_t *)(void *)wakes, 1, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, wakes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
}
