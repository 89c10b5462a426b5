/* ==== cycle: beginning and ending a cycle's file ==== */

/* ---- the head of a cycle's file: header, page of pages, first page */

typedef struct bytes {
    uint8_t *at;
    size_t size;
} bytes;

static void put(bytes *to, const void *from, size_t size) {
    memcpy(to->at + to->size, from, size);
    to->size += size;
}
static void put_code(bytes *to, uint8_t code) { to->at[to->size++] = code; }
static void put_i32(bytes *to, int32_t value) { put(to, &value, 4); }
static void put_i64(bytes *to, int64_t value) { put(to, &value, 8); }
static void put_name(bytes *to, uint8_t code, const char *name) {
    put_code(to, code);
    put_code(to, (uint8_t)strlen(name));
    put(to, name, strlen(name));
}
static void put_field(bytes *to, const char *name) {
    put_code(to, (uint8_t)(0xc0 + strlen(name)));
    put(to, name, strlen(name));
}
static void put_text(bytes *to, const char *text) {
    put_code(to, (uint8_t)(0xe0 + strlen(text)));
    put(to, text, strlen(text));
}
static void put_number(bytes *to, uint32_t value) {
    if (value < 0x100) {
        put_code(to, 0xa1);
        put_code(to, (uint8_t)value);
    } else {
        put_code(to, value <= INT16_MAX ? 0xa5 : 0xa2);
        uint16_t low = (uint16_t)value;
        put(to, &low, 2);
    }
}

/* So that what follows the next code is at a multiple of 8. */
static void put_padding(bytes *to) {
    size_t padding = -(to->size + 1) & 7;
    if (padding < 5) {
        memset(to->at + to->size, 0x8f, padding);
        to->size += padding;
    } else {
        put_code(to, 0x8e);
        put_i32(to, (int32_t)(padding - 5));
        memset(to->at + to->size, 0, padding - 5);
        to->size += padding - 5;
    }
}

/* A page of the index, its header still 0; what that is to be is returned. */
static uint32_t put_page(bytes *to, const char *name, uint32_t capacity, int64_t first) {
    size_t start = to->size;
    put_i32(to, 0);
    put_name(to, 0xb9, name);
    put_padding(to);
    put_code(to, 0x8d);
    put_i64(to, capacity);
    put_i64(to, first ? 1 : 0);
    put_i64(to, first);
    memset(to->at + to->size, 0, 8 * (size_t)(capacity - 1));
    to->size += 8 * (size_t)(capacity - 1);
    uint32_t header = METADATA | (uint32_t)(to->size - start - 4);
    while (to->size & 3) {
        put_code(to, 0);
    }
    return header;
}

static size_t page_bytes(size_t at, const char *name, uint32_t capacity) {
    size_t begin = at + 4 + 2 + strlen(name);
    return align4(begin + (-(begin + 1) & 7) + 1 + 16 + 8 * (size_t)capacity) - at;
}

/* To be freed; NULL when there is no memory. *first_page is where the first page of the index is in it. */
static uint8_t *cycle_head(const roll *rolls, size_t *size, size_t *first_page) {
    bytes to = {calloc(1, 1024 + 2 * (64 + 8 * (size_t)rolls->index_count)), 0};
    if (!to.at) {
        return NULL;
    }
    put_i32(&to, 0);
    put_name(&to, 0xb9, "header");
    put_name(&to, 0xb6, "SCQStore");
    put_code(&to, 0x82);
    size_t store = to.size;
    put_i32(&to, 0);
    put_field(&to, "writePosition");
    put_padding(&to);
    put_code(&to, 0x8d);
    put_i64(&to, 2);
    put_i64(&to, 2);
    put_i64(&to, 0);
    put_i64(&to, 0);
    put_field(&to, "indexing");
    put_name(&to, 0xb6, "SCQSIndexing");
    put_code(&to, 0x82);
    size_t indexing = to.size;
    put_i32(&to, 0);
    put_field(&to, "indexCount");
    put_number(&to, rolls->index_count);
    put_field(&to, "indexSpacing");
    put_number(&to, rolls->index_spacing);
    put_field(&to, "index2Index");
    put_padding(&to);
    put_code(&to, 0xa7);
    size_t pages = to.size;
    put_i64(&to, 0);
    put_field(&to, "lastIndex");
    put_padding(&to);
    put_code(&to, 0xa7);
    put_i64(&to, 0);
    store_i32(to.at + indexing, (int32_t)(to.size - indexing - 4));
    put_field(&to, "dataFormat");
    put_code(&to, 0xa1);
    put_code(&to, 1);
    store_i32(to.at + store, (int32_t)(to.size - store - 4));
    store_u32(to.at, METADATA | (uint32_t)(to.size - 4));
    while (to.size & 7) {
        put_code(&to, 0);
    }
    store_i64(to.at + pages, (int64_t)to.size);
    size_t first = to.size;
    *first_page = first + page_bytes(first, "index2index", rolls->index_count);
    store_u32(to.at + first, put_page(&to, "index2index", rolls->index_count, (int64_t)*first_page));
    store_u32(to.at + *first_page, put_page(&to, "index", rolls->index_count, 0));
    *size = to.size;
    return to.at;
}

/* ---- making a cycle's file, complete and with its first blocks, under the write lock */

static int is_complete(const char *path, bool *complete) {
    int fd = open_regular(path, O_RDONLY);
    uint32_t header = 0;
    if (fd < 0) {
        return errno;
    }
    int number = read_all(fd, &header, 4, 0);
    close(fd);
    *complete = number == 0 && header != 0 && !(header & IN_PROGRESS);
    return number == ENODATA ? 0 : number;
}

/*
 * Whether sound events lie in a file that has no header: then it has lost that, and is not one that its maker has not finished.
 * 0, or errno: then nobody knows.
 */
static int holds_events(const char *path, bool *there) {
    view file;
    sightlog_error error;
    uint64_t found;
    int opened = view_open(&file, strdup(path), false, &error);
    *there = false;
    if (opened != SIGHTLOG_OK) {
        return !is_system(opened) ? 0 : error.system_error ? error.system_error : ENOMEM;
    }
    scan events = scan_of(&file, LOOKED_THROUGH);
    *there = scan_next(&events, 0, false, &found);
    view_close(&file);
    return is_unread() ? take_unread_number() : events.no_memory ? ENOMEM : 0;
}

/* Its whole length, most of it holes, and blocks for its beginning. Never shorter than it was. */
static int fill_cycle(int fd, size_t head) {
    static const uint8_t zero;
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    int number = (uint64_t)status.st_size < BLOCK + OVERLAP ? write_all(fd, &zero, 1, BLOCK + OVERLAP - 1) : 0;
    return number ? number : allocate_blocks(fd, 0, head, head + SHORTEST_STEP);
}

static int make_cycle(sightlog_writer *writer, const char *path, const uint8_t *head, size_t size) {
    char *draft = draft_path(writer->directory);
    int folder = writer->same.folder;
    owner to;
    int owned = owner_by(&to, writer->data.file.fd);
    int fd = draft && !owned ? new_file_at(folder, name_in(writer, draft), &to, to.mode) : -1;
    int number = !draft ? ENOMEM : owned ? owned : fd < 0 ? errno : 0;
    number = number ? number : write_all(fd, head, size, 0);
    number = number ? number : fill_cycle(fd, size);
    if (!number && writer->every_event && fdatasync(fd) != 0) {
        number = errno;
    }
    SIGHTLOG_STAGE(STAGE_DRAFTED);
    if (!number && linkat(folder, name_in(writer, draft), folder, name_in(writer, path), 0) != 0 && errno != EEXIST) {
        number = errno;
    }
    SIGHTLOG_STAGE(STAGE_LINKED);
    if (fd >= 0) {
        close(fd);
        unlinkat(folder, name_in(writer, draft), 0);
    }
    free(draft);
    return number;
}

/* In its place, the header last: before that, it stays as incomplete as it was. */
static int mend_cycle(const sightlog_writer *writer, const char *path, const uint8_t *head, size_t size) {
    int fd = open_own(writer, path);
    if (fd < 0) {
        return errno;
    }
    int number = clear_range(fd, 4, 4 + (uint64_t)REACH);
    number = number ? number : fill_cycle(fd, size);
    number = number ? number : write_all(fd, head + 4, size - 4, 4);
    number = number ? number : write_all(fd, head, 4, 0);
    close(fd);
    return number;
}

/* Makes a cycle's file when it is not there, and makes it complete when it is not. */
static int complete_cycle(sightlog_writer *writer, int32_t cycle) {
    char *path = cycle_path(writer->directory, rolls_of(writer), cycle);
    size_t size, first_page;
    uint8_t *head = cycle_head(rolls_of(writer), &size, &first_page);
    bool complete = false, made = false;
    int number = path && head ? is_complete(path, &complete) : ENOMEM;
    if (number == ENOENT) {
        made = true;
        number = make_cycle(writer, path, head, size);
        number = number ? number : is_complete(path, &complete);
    }
    bool lost = false;
    if (!number && !complete && !made) {
        number = holds_events(path, &lost);
    }
    if (!number && !complete && !lost) {
        made = true;
        number = mend_cycle(writer, path, head, size);
    }
    if (!number && made) {
        __atomic_add_fetch((int64_t *)(void *)metadata_word(&writer->data, KEY_MOD_COUNT), 1, __ATOMIC_SEQ_CST);
    }
    int result = number ? cannot_append(writer, number, path ? path : writer->directory)
                 : lost ? fail(&writer->error, SIGHTLOG_DAMAGED,
                               "%s has lost its header, and events are in it: recover the journal into another one, or move that "
                               "file away",
                               path)
                        : SIGHTLOG_OK;
    if (lost) {
        writer->error.index = (uint64_t)(uint32_t)cycle << 32;
    }
    free(head);
    free(path);
    return result;
}

/* Sets the end marks of cycles before one, back to the newest that has one; of damaged ones whoever reads there is told. */
static int end_older_cycles(sightlog_writer *writer, int32_t before) {
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    bool ended = false;
    for (size_t i = found.count; i > 0 && !ended && result == SIGHTLOG_OK; i--) {
        if (found.all[i - 1] >= before) {
            continue;
        }
        cycle_file file;
        sightlog_error ignored;
        uint64_t end = 0;
        int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
        if (opened == SIGHTLOG_NONE) {
            result = complete_cycle(writer, found.all[i - 1]); /* its maker died: an empty one */
            opened = result == SIGHTLOG_OK
                         ? open_own_cycle(writer, &file, found.all[i - 1], &ignored)
                         : SIGHTLOG_NONE;
        }
        if (opened == SIGHTLOG_REPLACED) {
            writer->error = ignored;
            result = opened;
        }
        if (is_system(opened)) {
            writer->error = ignored;
            result = opened;
        }
        if (opened != SIGHTLOG_OK) {
            continue;
        }
        int read = end_as_read(file.file.fd, file.file.path, &end, &ended, &ignored);
        if (is_system(read)) {
            writer->error = ignored;
            result = read;
        } else if (read == SIGHTLOG_OK && !ended) {
            int number = allocate_blocks(file.file.fd, end, end, end + PAGE);
            uint8_t *at = number ? NULL : view_at(&file.file, end, 8);
            if (at && swap_u32(at, 0, END_OF_CYCLE)) {
                memcpy(at + 4, "\xc3""EOF", 4);
            }
            result = number        ? cannot_append(writer, number, file.file.path)
                     : is_unread() ? take_unread(&writer->error)
                                   : SIGHTLOG_OK;
        }
        cycle_close(&file);
    }
    free(found.all);
    SIGHTLOG_STAGE(STAGE_ENDED);
    return result;
}

/* Cuts older files that have ended behind their end mark, where nobody looks. What cannot be cut costs room, and nothing else. */
static void trim_older_cycles(sightlog_writer *writer, int32_t before) {
    cycles found;
    sightlog_error ignored;
    if (list_cycles(writer->directory, rolls_of(writer), &found, &ignored) != SIGHTLOG_OK) {
        return;
    }
    for (size_t i = 0; i < found.count && found.all[i] < before; i++) {
        char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i]);
        int fd = path ? open_own(writer, path) : -1;
        struct stat status;
        uint64_t end = 0;
        bool ended = false;
        if (fd >= 0 && fstat(fd, &status) == 0 && (uint64_t)status.st_size > OVERLAP
            && ((uint64_t)status.st_size - OVERLAP) % BLOCK == 0 && end_as_read(fd, path, &end, &ended, &ignored) == SIGHTLOG_OK
            && ended) {
            uint64_t used = (end + 8 + PAGE - 1) / PAGE * PAGE;
            if (used < (uint64_t)status.st_size && ftruncate(fd, (off_t)used) != 0) {
                /* stays as large as it is */
            }
        }
        if (fd >= 0) {
            close(fd);
        }
        free(path);
    }
    free(found.all);
}

/* ---- blocks ahead of this writer */

/* Makes sure that everything from `from` to `needed` has blocks, and some more. Nothing has changed when it fails. */
static int provide_blocks(sightlog_writer *writer, uint64_t from, uint64_t end, uint64_t needed) {
    static const uint8_t zero;
    view *file = &writer->current.file;
    struct stat status;
    if (fstat(file->fd, &status) != 0) {
        return cannot_append(writer, errno, file->path);
    }
    uint64_t size = (uint64_t)status.st_size;
    if (needed > size) {
        size = needed / BLOCK * BLOCK + BLOCK + OVERLAP;
        int number = write_all(file->fd, &zero, 1, size - 1); /* never shorter than it was, as setting a length could make it */
        if (number) {
            return cannot_append(writer, number, file->path);
        }
    }
    uint64_t step = end / 4 < SHORTEST_STEP ? SHORTEST_STEP : end / 4 > LONGEST_STEP ? LONGEST_STEP : end / 4;
    uint64_t to = (needed + step + PAGE - 1) / PAGE * PAGE;
    to = to < size ? to : size;
    int number = allocate_blocks(file->fd, from, end, to);
    if (number && to > needed) {
        to = needed; /* perhaps for this one there is room */
        number = allocate_blocks(file->fd, from, end, to);
    }
    if (number) {
        return cannot_append(writer, number, file->path);
    }
    int mapped = to > file->size ? view_grow(file, &writer->error) : SIGHTLOG_OK;
    if (mapped != SIGHTLOG_OK || to > file->size) {
        return mapped != SIGHTLOG_OK ? mapped : fail_system(&writer->error, ENODATA, "cannot map", file->path);
    }
    writer->allocated = to; /* what has blocks, and is mapped */
    return SIGHTLOG_OK;
}

/* Opens the file of a cycle for appending: those before it get their end marks, it is made complete, listed, and has blocks. */
static int begin_cycle(sightlog_writer *writer, int32_t cycle) {
    if (writer->current.file.path) {
        cycle_close(&writer->current);
    }
    writer->allocated = writer->provided = writer->end = writer->next = 0;
    int result = writer_check_same(writer);
    result = result == SIGHTLOG_OK ? end_older_cycles(writer, cycle) : result;
    result = result == SIGHTLOG_OK ? complete_cycle(writer, cycle) : result;
    result = result == SIGHTLOG_OK
                 ? open_own_cycle(writer, &writer->current, cycle, &writer->error)
                 : result;
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE
                   ? fail(&writer->error, SIGHTLOG_IO, "a file of %s is not complete, though it was made so", writer->directory)
                   : result;
    }
    uint64_t end = 0;
    bool ended = false;
    result = end_as_read(writer->current.file.fd, writer->current.file.path, &end, &ended, &writer->error);
    if (result == SIGHTLOG_OK && !ended) {
        result = provide_blocks(writer, 0, end, end + reserve_of(rolls_of(writer))); /* also holes before: index pages have them */
    }
    if (result != SIGHTLOG_OK) {
        cycle_close(&writer->current);
        return result;
    }
    uint8_t *lowest = metadata_word(&writer->data, KEY_LOWEST_CYCLE), *highest = metadata_word(&writer->data, KEY_HIGHEST_CYCLE);
    for (int64_t now = acquire_i64(lowest); now > cycle && !swap_i64(lowest, now, cycle); now = acquire_i64(lowest)) {
    }
    for (int64_t now = acquire_i64(highest); now < cycle && !swap_i64(highest, now, cycle); now = acquire_i64(highest)) {
    }
    __atomic_add_fetch((int64_t *)(void *)metadata_word(&writer->data, KEY_MOD_COUNT), 1, __ATOMIC_SEQ_CST);
    SIGHTLOG_STAGE(STAGE_LISTED);
    writer->rolled = true;
    return SIGHTLOG_OK;
}
