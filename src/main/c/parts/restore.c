/* ==== restore: what a loss of power took of a cycle's file beside its documents ==== */

/* ---- after a loss of power: docs/format.md has the steps */

/* *restored: the header was lost, its numbers begin anew, and entries of the index may be ahead of them. */
static int restore_head(int fd, const char *path, const uint8_t *head, size_t size, size_t first_page, bool *restored) {
    uint32_t header, page;
    struct stat status;
    *restored = false;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    if ((uint64_t)status.st_size < size) {
        return 0;
    }
    int number = read_all(fd, &header, 4, 0);
    bool lost = false;
    if (!number && (header == 0 || header & IN_PROGRESS)) {
        number = holds_events(path, &lost);
    }
    if (lost) {
        number = write_all(fd, head + 4, PAGE - 4, 4); /* its first page was lost with the power, and events were not */
        number = number ? number : write_all(fd, head, 4, 0);
        header = load_u32(head);
        *restored = true;
    }
    if (number || header != load_u32(head)) {
        return number; /* the header comes first, and is looked at elsewhere */
    }
    number = read_all(fd, &page, 4, first_page);
    return number || page ? number : write_all(fd, head + first_page, size - first_page, first_page);
}

/* Pages of the index that were lost, or are at a byte or behind it, are there no more. Stops, unread, where it cannot look. */
static void forget_pages(cycle_file *file, uint64_t end) {
    uint64_t pages = page_values(file, acquire_i64(file->file.bytes + file->index2index), "index2index");
    for (uint64_t n = 0; pages && n < file->index_count && (int64_t)n < acquire_i64(file->file.bytes + pages - 8); n++) {
        int64_t page = acquire_i64(file->file.bytes + pages + 8 * n);
        const uint8_t *there = page <= 0 || page & 3 || (uint64_t)page >= end ? NULL : view_at(&file->file, (uint64_t)page, 4);
        bool gone = page != 0 && (!there || acquire_u32(there) == 0 || !page_values(file, page, "index"));
        if (is_unread()) {
            return;
        }
        if (gone) {
            release_i64(file->file.bytes + pages + 8 * n, 0);
        }
    }
}

/* Entries of the index for the documents of one number on up to another one are there no more. */
static void forget_entries(cycle_file *file, uint64_t from, uint64_t to) {
    uint64_t spacing = file->index_spacing, count = file->index_count, first = (from + spacing - 1) / spacing;
    uint64_t last = to == UINT64_MAX ? to : (to + spacing - 1) / spacing;
    int64_t root = acquire_i64(file->file.bytes + file->index2index);
    for (uint64_t n = first / count; n < count && n * count < last; n++) {
        int64_t page = page_slot(file, root, "index2index", n);
        uint64_t values = page ? page_values(file, page, "index") : 0, used = count;
        int64_t said = values ? acquire_i64(file->file.bytes + values - 8) : 0;
        used = said < (int64_t)used ? (uint64_t)(said > 0 ? said : 0) : used;
        for (uint64_t i = first > n * count ? first - n * count : 0; i < used && i + n * count < last; i++) {
            if (acquire_i64(file->file.bytes + values + 8 * i) != 0) {
                release_i64(file->file.bytes + values + 8 * i, 0);
            }
        }
    }
}

/* No number from a count on is indexed. */
static void set_last_index(cycle_file *file, uint64_t count) {
    uint64_t spacing = file->index_spacing, indexed = (count + spacing - 1) / spacing;
    if (last_index(file) > (int64_t)(indexed * spacing)) {
        release_i64(file->file.bytes + file->last_index, (int64_t)(indexed * spacing));
    }
}

/* What the file says of its last document: the byte at which it begins, and how many there are with it. Both words at once: a writer
   that is killed must not leave two that do not agree. */
static int set_last(cycle_file *file, uint64_t last, uint64_t count) {
    uint8_t words[16];
    store_u64(words, last);
    store_u64(words + 8, count == 0 ? 0 : (last & 0xffffffffu) << 32 | (count - 1));
    return write_all(file->file.fd, words, sizeof words, file->write_position);
}
