/* ==== mend: after a loss of power ==== */

static void tell_lost(const sightlog_writer *writer, const cycle_file *file, const char *which, uint64_t first, uint64_t lost,
                      uint64_t kept) {
    char saved[96] = "", text[1200];
    if (kept > 0) {
        snprintf(saved, sizeof saved, ", but for %" PRIu64 " that sightlog recover saves", kept);
    }
    if (writer->notice && lost > 0) {
        snprintf(text, sizeof text,
                 "the machine stopped before %" PRIu64 " appends to %s were on its device: %s0x%" PRIx64 " on are lost%s", lost,
                 file->file.path, which, first_of(file->cycle) | first, saved);
        writer->notice(writer->notice_context, text);
    }
}

static void tell_fillers(const sightlog_writer *writer, const cycle_file *file, const char *which, const fillers *all) {
    tell_lost(writer, file, which, all->over.sequence, all->over.documents, all->event_count);
}

/* What was found in a cycle whose documents were followed as far as that goes. */
typedef struct reached {
    uint64_t end, count, last; /* byte behind the last document, how many there are, and byte of the last one */
    bool ended;                /* it has its end mark */
    bool is_there;             /* the document that the file calls its last is one of them */
    bool damaged;              /* what stands before all events is, by something else */
} reached;

/* Follows them, and plans fillers over the breaks. */
static int reach(cycle_file *file, filling *all, reached *found) {
    cursor at;
    uint64_t claimed = (uint64_t)claimed_position(file), counted = counted_documents(file);
    int number = 0;
    *found = (reached){.is_there = false};
    cursor_start(&at, file);
    cursor_carefully(&at, true);
    int here = cursor_peek(&at);
    while (here == CURSOR_DATA || here == CURSOR_BROKEN) {
        if (here == CURSOR_DATA) {
            found->last = at.position;
            found->is_there |= at.position == claimed && (counted == 0 || counted == at.sequence + 1);
            cursor_advance(&at);
        } else {
            hole over = {.from = at.position, .sequence = at.sequence};
            if (!cursor_resync(&at)) {
                break;
            }
            found->damaged |= (int64_t)over.from <= acquire_i64(file->file.bytes + file->index2index);
            over.to = at.position;
            over.documents = at.sequence - over.sequence;
            fillers made;
            bool fit = false;
            number = found->damaged ? 0 : fillers_over(file, &over, &made, &fit);
            if (number) {
                fillers_free(&made);
                return number;
            }
            number = found->damaged ? 0 : add_fillers(all, &made, fit);
            if (number) {
                return number;
            }
        }
        here = cursor_peek(&at);
    }
    if (is_unread()) {
        return take_unread_number();
    }
    found->end = at.position;
    found->count = at.sequence;
    found->ended = here == CURSOR_ENDED;
    found->damaged |= (int64_t)found->end <= acquire_i64(file->file.bytes + file->index2index);
    return 0;
}

/* Sets one cycle right: what a reader reaches stays, with fillers over the holes it passes and for what is behind that; what is left is
   cleared, and the header is set to that. */
static int mend_reached(sightlog_writer *writer, cycle_file *file, bool restored, reached *found, filling *all) {
    fillers made;
    bool fit;
    for (size_t i = 0; i < all->count; i++) {
        tell_fillers(writer, file, "those from ", &all->all[i]);
    }
    uint64_t counted = claimed_documents(file), end = found->end;
    int number = fillers_behind(file, found->end, found->count, &made, &fit);
    if (number) {
        fillers_free(&made);
        return number;
    }
    if (fit) {
        tell_fillers(writer, file, "all from ", &made);
        end = made.over.to;
        found->last = last_of(&made);
        found->count += made.over.documents;
    } else {
        tell_lost(writer, file, "all from ", found->count, counted > found->count ? counted - found->count : 0, 0);
    }
    number = add_fillers(all, &made, fit);
    number = number ? number : lay_fillers(all, file->file.fd);
    number = number ? number : clear_range(file->file.fd, end, UINT64_MAX);
    if (number) {
        return number;
    }
    forget_pages(file, found->end);
    if (is_unread()) {
        return take_unread_number();
    }
    if (claimed_position(file) <= (int64_t)found->last && found->is_there && !restored && !fit) {
        return 0; /* it is behind, as after the death of a process */
    }
    forget_entries(file, found->count, UINT64_MAX);
    if (is_unread()) {
        return take_unread_number();
    }
    set_last_index(file, found->count);
    return set_last(file, found->last, found->count);
}

static int mend_after_reboot(sightlog_writer *writer, cycle_file *file, bool *ended, bool restored) {
    const uint8_t *last_there = view_at(&file->file, (uint64_t)claimed_position(file), 4);
    uint32_t header = last_there ? acquire_u32(last_there) : 0, length = header & LENGTH;
    const uint8_t *inside = header == 0 || header > MAX_DOCUMENT_BYTES ? NULL
                                                                      : view_at(&file->file, (uint64_t)claimed_position(file) + 4, header);
    if (is_unread()) {
        return take_unread(&writer->error);
    }
    bool has_last = inside && !is_filler(inside, header);
    bool cut = !last_there /* a length that none has is damage, or a hole half filled */
               || (uint64_t)claimed_position(file) + 4 + (length > MAX_DOCUMENT_BYTES ? 0 : length) > file->file.size;
    if ((*ended && has_last) || cut) {
        return SIGHTLOG_OK; /* a file that was cut was not cut by a loss of power: it stays, and is refused */
    }
    filling all = {0};
    reached found;
    int number = reach(file, &all, &found);
    if (!number && !found.ended && !found.damaged) {
        number = mend_reached(writer, file, restored, &found, &all);
    }
    *ended |= !number && found.ended;
    filling_free(&all);
    return number ? cannot_append(writer, number, file->file.path) : SIGHTLOG_OK;
}

/* The newest cycles, back to one that has ended, and older ones whose last document is not there. Under the lock. */
static int after_reboot(sightlog_writer *writer) {
    cycles found;
    size_t size, first_page;
    uint8_t *head = cycle_head(rolls_of(writer), &size, &first_page);
    int result = head ? list_cycles(writer->directory, rolls_of(writer), &found, &writer->error) : no_memory(&writer->error);
    if (!head || result != SIGHTLOG_OK) {
        free(head);
        return result;
    }
    bool ended = false;
    for (size_t i = found.count; i > 0 && result == SIGHTLOG_OK; i--) {
        cycle_file file;
        sightlog_error ignored;
        char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i - 1]);
        int fd = path ? open_own(writer, path) : -1;
        bool restored = false;
        int number = !path ? ENOMEM : fd >= 0 ? restore_head(fd, path, head, size, first_page, &restored) : errno;
        if (fd >= 0) {
            close(fd);
        }
        if (number && number != ENODATA && number != ENOENT && number != ELOOP && number != EINVAL) {
            result = cannot_append(writer, number, path ? path : writer->directory);
        } else {
            int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
            if (opened == SIGHTLOG_OK) {
                result = mend_after_reboot(writer, &file, &ended, restored);
                cycle_close(&file);
            } else if (is_system(opened)) { /* else not begun, or damaged: whoever reads there is told */
                writer->error = ignored;
                result = opened;
            }
        }
        free(path);
    }
    free(found.all);
    free(head);
    return result;
}
