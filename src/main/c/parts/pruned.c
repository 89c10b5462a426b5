/* ==== pruned: what was deleted on purpose ==== */

/* ---- what was deleted, in sightlog.pruned */

enum { PRUNED_FIELDS = 6, MOST_PRUNED_BYTES = 1 << 20 };

typedef struct pruned {
    int32_t cycle;
    uint32_t line; /* which one of the file */
    uint64_t excerpts;
    int64_t last_places, first_nanos, last_nanos, pruned_nanos;
} pruned;

typedef struct pruned_log {
    pruned *all; /* ascending, each cycle once; to be freed */
    size_t count;
} pruned_log;

/*
 * The end of a regular file, up to so many bytes, terminated and to be freed; not through a link. SIGHTLOG_NONE when there is no
 * such file. `all` is what the file has.
 */
static int read_end(const char *path, uint64_t most, uint8_t **content, size_t *size, uint64_t *all, sightlog_error *error) {
    struct stat status;
    *content = NULL;
    *size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? SIGHTLOG_NONE : fail_system(error, errno, "cannot read", path);
    }
    int number = fstat(fd, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    uint64_t from = 0, wanted = 0;
    if (number == 0) {
        *all = (uint64_t)status.st_size;
        from = *all > most ? *all - most : 0;
        wanted = *all - from;
        *content = malloc(wanted + 1);
        number = *content ? 0 : ENOMEM;
    }
    while (number == 0 && *size < wanted) {
        ssize_t got = pread(fd, *content + *size, wanted - *size, (off_t)(from + *size));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            number = got < 0 ? errno : 0;
            break;
        }
        *size += (size_t)got;
    }
    close(fd);
    if (number != 0) {
        free(*content);
        *content = NULL;
        return fail_system(error, number, "cannot read", path);
    }
    (*content)[*size] = 0;
    return SIGHTLOG_OK;
}

/* A decimal number that is all of [from, to). */
static bool decimal(const uint8_t *from, const uint8_t *to, int64_t *value) {
    bool negative = from < to && *from == '-';
    uint64_t number = 0;
    from += negative || (from < to && *from == '+');
    if (from >= to || to - from > 19) {
        return false;
    }
    for (; from < to; from++) {
        if (*from < '0' || *from > '9') {
            return false;
        }
        number = number * 10 + (*from - '0');
    }
    if (number > INT64_MAX) {
        return false;
    }
    *value = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool is_i32(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

static bool pruned_line(const uint8_t *from, const uint8_t *to, pruned *entry) {
    int64_t fields[PRUNED_FIELDS];
    for (int i = 0; i < PRUNED_FIELDS; i++) {
        const uint8_t *end = memchr(from, ' ', (size_t)(to - from));
        if ((i < PRUNED_FIELDS - 1) != (end != NULL) || !decimal(from, end ? end : to, &fields[i])) {
            return false;
        }
        from = end ? end + 1 : to;
    }
    if (fields[0] < 0 || !is_i32(fields[0]) || fields[1] < 0 || fields[1] > INT64_C(1) << 32 || !is_i32(fields[2])) {
        return false;
    }
    *entry = (pruned){(int32_t)fields[0], 0, (uint64_t)fields[1], fields[2], fields[3], fields[4], fields[5]};
    return true;
}

static int by_cycle_and_line(const void *a, const void *b) {
    const pruned *x = a, *y = b;
    return x->cycle != y->cycle ? (x->cycle > y->cycle) - (x->cycle < y->cycle) : (x->line > y->line) - (x->line < y->line);
}

static int pruned_read(const char *directory, pruned_log *log, sightlog_error *error) {
    uint8_t *text = NULL;
    size_t size, lines = 1, kept = 0;
    uint64_t all;
    *log = (pruned_log){NULL, 0};
    char *path = path_in(directory, "sightlog.pruned");
    int result = path ? read_end(path, MOST_PRUNED_BYTES, &text, &size, &all, error) : no_memory(error);
    free(path);
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    log->all = malloc(lines * sizeof *log->all);
    if (!log->all) {
        free(text);
        return no_memory(error);
    }
    for (uint8_t *line = text, *end = text + size; line < end;) {
        uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if (pruned_line(line, stop, &log->all[log->count])) {
            log->all[log->count].line = (uint32_t)log->count;
            log->count++;
        }
        line = stop + 1;
    }
    free(text);
    qsort(log->all, log->count, sizeof *log->all, by_cycle_and_line);
    for (size_t i = 0; i < log->count; i++) { /* the last line of a cycle counts */
        if (i + 1 == log->count || log->all[i + 1].cycle != log->all[i].cycle) {
            log->all[kept++] = log->all[i];
        }
    }
    log->count = kept;
    return SIGHTLOG_OK;
}

static const pruned *pruned_find(const pruned_log *log, int32_t cycle) {
    for (size_t i = 0; i < log->count; i++) {
        if (log->all[i].cycle == cycle) {
            return &log->all[i];
        }
    }
    return NULL;
}

static inline int32_t cycle_in(uint64_t index) { return (int32_t)(index >> 32); }

static inline uint64_t first_of(int32_t cycle) { return (uint64_t)(uint32_t)cycle << 32; }

/* How many excerpts were deleted between an index and a later cycle, as far as is known. */
static uint64_t pruned_sum(const pruned_log *log, uint64_t from, int32_t next_cycle) {
    uint64_t sum = 0;
    for (size_t i = 0; i < log->count; i++) {
        const pruned *entry = &log->all[i];
        if (entry->cycle >= cycle_in(from) && entry->cycle < next_cycle) {
            uint64_t read = entry->cycle == cycle_in(from) ? from & UINT32_MAX : 0;
            sum += entry->excerpts > read ? entry->excerpts - read : 0;
        }
    }
    return sum;
}
