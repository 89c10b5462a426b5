/* ==== fillers: fillers over holes ==== */

/*
 * Fillers over a hole, as many as documents are missing there. Before, the numbers behind it are known from what the file says
 * elsewhere; the next loss of power may take that, and must not take what was seen onto the device since. Sound events in the hole
 * stay, as fillers or in one; pages of the index stay as they are. It is done in steps, with a sync behind each,
 * since of what was not synced the next loss of power may keep any part: hide, cover, count, open.
 */

enum { SMALLEST_FILLER = 4 + BATCH_HEADER, LARGEST_FILLER = 4 + SIGHTLOG_MAX_EVENT_BYTES };

#define NOWHERE 0x3fffffffu                     /* the header of no document, at which every reader stops */
#define IMPOSSIBLE_FILLERS (UINT64_C(1) << 40) /* more than any hole can have */

/* Where documents cannot be followed: from and to are bytes, sequence is the number of the first that is missing. */
typedef struct hole {
    uint64_t from, to, sequence, documents;
} hole;

enum { PIECE_GAP, PIECE_EVENT, PIECE_PAGE };

/*
 * A part of a hole. Fillers may begin in a gap up to "to"; behind that there may be events of a batch that has lost its beginning,
 * with no headers between them, which belong to the last filler of the gap, up to "until".
 */
typedef struct piece {
    int kind;
    uint64_t from, to, until;
    uint64_t fillers; /* how many begin in it, or must at least, before that is known */
} piece;

typedef struct fillers {
    cycle_file *file;
    hole over;
    piece *pieces;
    size_t count, room;
    uint64_t *events; /* where the headers of all sound events are, also of those that have none */
    size_t event_count, event_room;
    uint64_t documents; /* events that are documents of their own */
    bool published;     /* somebody has finished one of them */
    bool is_behind_all;
    bool no_memory;
} fillers;

static void fillers_free(fillers *of) {
    free(of->pieces);
    free(of->events);
    of->pieces = NULL;
    of->events = NULL;
}

static void add_piece(fillers *to, int kind, uint64_t from, uint64_t head_end, uint64_t until) {
    piece *all = grown(to->pieces, to->count, &to->room, sizeof *all);
    if (!all) {
        to->no_memory = true;
        return;
    }
    to->pieces = all;
    to->pieces[to->count++] = (piece){kind, from, head_end, until, 0};
}

static void add_event(fillers *to, uint64_t at) {
    uint64_t *all = grown(to->events, to->event_count, &to->event_room, sizeof *all);
    if (!all) {
        to->no_memory = true;
        return;
    }
    to->events = all;
    to->events[to->event_count++] = at;
}

/* How many fillers have room in a piece. */
static uint64_t piece_room(const piece *of) { return of->kind == PIECE_GAP ? (of->to - of->from) / SMALLEST_FILLER : 0; }

/* How many there must be; a gap without any is passed over by a document without a number. */
static uint64_t piece_least(const piece *of) {
    uint64_t bytes = of->to - of->from;
    if (of->kind != PIECE_GAP || (bytes == 0 && of->until == of->to)) {
        return 0;
    }
    if (of->fillers > 0 && bytes < SMALLEST_FILLER) {
        return IMPOSSIBLE_FILLERS;
    }
    if (of->until == of->to) {
        return bytes == 4                ? IMPOSSIBLE_FILLERS
               : bytes <= LARGEST_FILLER ? of->fillers
                                         : (bytes + LARGEST_FILLER - 1) / LARGEST_FILLER;
    }
    if (bytes < SMALLEST_FILLER || of->until - of->to + SMALLEST_FILLER > LARGEST_FILLER) {
        return IMPOSSIBLE_FILLERS;
    }
    return of->until - of->from <= LARGEST_FILLER ? 1 : 1 + (bytes - SMALLEST_FILLER + LARGEST_FILLER - 1) / LARGEST_FILLER;
}

/* Says how many fillers begin in each gap, the first ones first; false when they do not fit, and nothing was changed. */
static bool share_fillers(piece *pieces, size_t count, uint64_t all) {
    uint64_t reserved = 0, room = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t least = piece_least(&pieces[i]), here = piece_room(&pieces[i]);
        reserved += least > here ? IMPOSSIBLE_FILLERS : least;
        room += here;
    }
    if (all < reserved || all > room) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        reserved -= piece_least(&pieces[i]);
        uint64_t here = piece_room(&pieces[i]);
        here = here < all - reserved ? here : all - reserved;
        pieces[i].fillers = here;
        all -= here;
    }
    return true;
}

/* The end of a filler in a gap of which, with this one, so many are left. */
static uint64_t filler_end(const piece *in, uint64_t at, uint64_t left) {
    uint64_t end = in->to - (left - 1) * SMALLEST_FILLER;
    return left == 1 ? in->until : at + LARGEST_FILLER < end ? at + LARGEST_FILLER : end;
}

typedef struct pages {
    uint64_t *all;
    size_t count;
} pages;

static int compare_positions(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return a < b ? -1 : a > b;
}

/* The pages of the index that lie in a hole, in order. *whole: none of them is damaged. */
static int pages_in(cycle_file *file, const hole *over, pages *found, bool *whole) {
    int64_t root = acquire_i64(file->file.bytes + file->index2index);
    *found = (pages){calloc(file->index_count, sizeof *found->all), 0};
    *whole = !(root >= (int64_t)over->from && root < (int64_t)over->to);
    if (!found->all) {
        return ENOMEM;
    }
    for (uint64_t n = 0; *whole && n < file->index_count; n++) {
        int64_t page = page_slot(file, root, "index2index", n);
        if (page < (int64_t)over->from || page >= (int64_t)over->to) {
            continue;
        }
        const uint8_t *there = view_at(&file->file, (uint64_t)page, 4);
        if (is_unread()) {
            return take_unread_number();
        }
        uint32_t header = !there || page & 3 ? NOWHERE : acquire_u32(there), bytes = header & LENGTH;
        if (!there || header == 0) {
            continue; /* one that was lost is none any more */
        }
        const uint8_t *inside = bytes <= 8 * file->index_count + 64 ? view_at(&file->file, (uint64_t)page + 4, bytes) : NULL;
        *whole = (header & ~(uint32_t)LENGTH) == METADATA && inside && (uint64_t)page + step_over(bytes) <= over->to
                 && is_index_page(file, inside, bytes);
        found->all[found->count++] = (uint64_t)page;
    }
    if (is_unread()) {
        return take_unread_number();
    }
    qsort(found->all, found->count, sizeof *found->all, compare_positions);
    return 0;
}

static uint64_t next_event_in(scan *of, uint64_t from) {
    uint64_t found;
    return scan_next(of, from, false, &found) ? found : UINT64_MAX;
}

/* What lies in a hole: gaps, which may have no byte, and between them the rest. Of two that overlap the first counts. */
static void find_pieces(fillers *of, const pages *index) {
    scan all = scan_of(&of->file->file, of->over.to);
    const uint8_t *bytes = of->file->file.bytes;
    uint64_t gap = of->over.from, event = next_event_in(&all, gap);
    for (size_t n = 0;;) {
        while (n < index->count && index->all[n] < gap) {
            n++;
        }
        uint64_t page = n < index->count ? index->all[n] : UINT64_MAX;
        if (page == UINT64_MAX && event == UINT64_MAX) {
            break;
        }
        if (page <= event) {
            uint64_t to = page + step_over(load_u32(bytes + page) & LENGTH);
            add_piece(of, PIECE_GAP, gap, page, page);
            add_piece(of, PIECE_PAGE, page, to, to);
            gap = to;
            event = event < gap ? next_event_in(&all, gap) : event;
            continue;
        }
        uint64_t from = event, to;
        size_t before = of->event_count;
        of->published |= acquire_u32(bytes + from) == load_u32(bytes + from + 4 + AT_TOTAL_BYTES);
        do {
            add_event(of, event);
            to = event + 4 + load_u32(bytes + event + 4 + AT_TOTAL_BYTES);
            event = next_event_in(&all, to - 4); /* behind one in a batch that has lost its beginning the next has no header */
        } while (event == to - 4);
        bool run = of->event_count - before > 1;
        of->documents += !run;
        add_piece(of, PIECE_GAP, gap, from, run ? to : from);
        if (!run) {
            add_piece(of, PIECE_EVENT, from, to, to);
        }
        gap = to;
    }
    add_piece(of, PIECE_GAP, gap, of->over.to, of->over.to);
    of->no_memory |= all.no_memory;
}

/* For a hole. *fit: they can be laid. */
static int fillers_over(cycle_file *file, const hole *over, fillers *made, bool *fit) {
    *made = (fillers){.file = file, .over = *over};
    *fit = false;
    if (over->documents > (over->to - over->from) / SMALLEST_FILLER) {
        return 0;
    }
    pages index;
    bool whole;
    int number = pages_in(file, over, &index, &whole);
    if (!number && whole) {
        find_pieces(made, &index);
        number = is_unread() ? take_unread_number() : made->no_memory ? ENOMEM : 0;
        if (!number && made->documents <= over->documents) {
            *fit = share_fillers(made->pieces, made->count, over->documents - made->documents);
        }
        if (!number && !*fit) { /* more events than documents are missing: all into one filler */
            made->pieces[0].until = over->to;
            made->count = 1;
            *fit = share_fillers(made->pieces, made->count, over->documents);
        }
    }
    free(index.all);
    return number;
}

/*
 * For where no document can be reached any more: as many as the file says there were, or as there are sound events, and as short as
 * can be. Pages of the index that lie there are forgotten. *fit is false when there was nothing, too.
 */
static int fillers_behind(cycle_file *file, uint64_t from, uint64_t sequence, fillers *made, bool *fit) {
    uint64_t counted = counted_documents(file), room = 0, least = 0;
    int64_t claimed = counted > sequence ? (int64_t)(counted - sequence) : 0;
    if (claimed > (claimed_position(file) - (int64_t)from) / SMALLEST_FILLER + 1) {
        claimed = 0; /* so many cannot have been there */
    }
    *made = (fillers){.file = file,
                      .over = {from, file->file.size & ~(uint64_t)3, sequence, (uint64_t)claimed},
                      .is_behind_all = true};
    *fit = false;
    find_pieces(made, &(pages){NULL, 0});
    if (is_unread() || made->no_memory) {
        return is_unread() ? take_unread_number() : ENOMEM;
    }
    if ((claimed == 0 && !made->published) || acquire_i64(file->file.bytes + file->index2index) >= (int64_t)from) {
        return 0; /* what is there is what a writer that died has begun */
    }
    piece *rest = &made->pieces[made->count - 1];
    if (made->count > 1 && made->pieces[0].to > from) {
        made->pieces[0].fillers = 1; /* an event may be in front that only what follows makes one */
    }
    for (size_t i = 0; i + 1 < made->count; i++) {
        least += piece_least(&made->pieces[i]);
        room += piece_room(&made->pieces[i]);
    }
    uint64_t needed = (uint64_t)claimed > made->documents ? (uint64_t)claimed - made->documents : 0;
    needed = needed > least ? needed : least;
    rest->to = rest->until = rest->from + (needed > room ? (needed - room) * SMALLEST_FILLER : 0);
    made->over.to = rest->to;
    made->over.documents = made->documents + needed;
    *fit = rest->to <= file->file.size && share_fillers(made->pieces, made->count, needed);
    return 0;
}

/* Byte at which the last document of them begins. */
static uint64_t last_of(const fillers *of) {
    uint64_t last = of->over.from;
    for (size_t i = 0; i < of->count; i++) {
        const piece *here = &of->pieces[i];
        last = here->kind == PIECE_EVENT ? here->from : last;
        for (uint64_t left = here->fillers, at = here->from; left > 0; left--) {
            last = at;
            at = filler_end(here, at, left);
        }
    }
    return last;
}

static int put_word(const fillers *of, uint64_t position, uint32_t value) {
    uint8_t word[4];
    store_u32(word, value);
    return write_all(of->file->file.fd, word, sizeof word, position);
}

/*
 * First: what is in the hole is nothing any more that readers could take for good, and its beginning leads nowhere. Where nothing
 * comes behind, that may be needed for the last event in front of it, and no number hangs on it.
 */
static int hide(const fillers *of) {
    static const uint8_t NONE = FILLER_VERSION;
    const piece *first = &of->pieces[0];
    int number = 0;
    if (of->is_behind_all) {
        forget_pages(of->file, of->over.from);
    }
    forget_entries(of->file, of->over.sequence, of->is_behind_all ? UINT64_MAX : of->over.sequence + of->over.documents);
    number = is_unread() ? take_unread_number() : 0;
    for (size_t i = 0; i < of->event_count && !number; i++) {
        number = write_all(of->file->file.fd, &NONE, 1, of->events[i] + 4 + AT_VERSION);
    }
    if (!number && !of->is_behind_all && first->to > first->from) {
        number = put_word(of, of->over.from, NOWHERE);
        if (!number && first->to - first->from >= 4 + AT_MAGIC + 4) {
            number = put_word(of, of->over.from + 4 + AT_MAGIC, 0);
        }
    }
    return number;
}

static int lay_gap(const fillers *of, const piece *gap, bool first) {
    uint8_t head[SMALLEST_FILLER] = {0};
    int number = 0;
    uint64_t from = of->over.from;
    if (gap->fillers == 0 && gap->to > gap->from && (gap->from == from) == first) { /* a document without a number, and nothing in it */
        uint64_t size = gap->to - gap->from;
        store_u32(head, METADATA | (uint32_t)(size - 4));
        return write_all(of->file->file.fd, head, size < sizeof head ? size : sizeof head, gap->from);
    }
    for (uint64_t left = gap->fillers, at = gap->from; left > 0 && !number; left--) {
        uint64_t end = filler_end(gap, at, left);
        store_u32(head, (uint32_t)(end - at - 4));
        memcpy(head + 4 + AT_MAGIC, MAGIC, sizeof MAGIC);
        head[4 + AT_VERSION] = FILLER_VERSION;
        store_u16(head + 4 + AT_HEADER_BYTES, BATCH_HEADER);
        store_u32(head + 4 + AT_TOTAL_BYTES, (uint32_t)(end - at - 4));
        if ((at == from) == first) {
            number = write_all(of->file->file.fd, head, sizeof head, at);
        }
        at = end;
    }
    return number;
}

/* Then: everything but what begins at its first byte; and, at last, that, by which it is a hole no more. */
static int cover(const fillers *of, bool first) {
    int number = 0;
    for (size_t i = 0; i < of->count && !number; i++) {
        const piece *here = &of->pieces[i];
        if (here->kind == PIECE_EVENT && (here->from == of->over.from) == first) {
            number = put_word(of, here->from, (uint32_t)(here->to - here->from - 4));
        } else if (here->kind == PIECE_GAP) {
            number = lay_gap(of, here, first);
        }
    }
    return number;
}

/*
 * Between the two, when what the file says of its last document is about one in the hole: that this is the last filler. Once the hole is
 * open, that document has no number any more, or another one; readers would find that the numbers do not agree, and no more
 * pass what is damaged in front of the hole. *counted is set when something was written.
 */
static int count_last(const fillers *of, bool *counted) {
    cycle_file *file = of->file;
    int64_t claimed = claimed_position(file);
    bool in_it = claimed >= (int64_t)of->over.from && (of->is_behind_all || claimed < (int64_t)of->over.to);
    uint64_t count = of->over.sequence + of->over.documents;
    if (!in_it || of->over.documents == 0 || counted_documents(file) == 0) {
        return 0;
    }
    if (of->is_behind_all) {
        set_last_index(file, count);
    }
    *counted = true;
    return set_last(file, last_of(of), count);
}

/* All there are in a cycle. */
typedef struct filling {
    fillers *all;
    size_t count, room;
} filling;

static int lay_fillers(const filling *in, int fd) {
    int number = 0;
    for (size_t i = 0; i < in->count && !number; i++) {
        number = hide(&in->all[i]);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    for (size_t i = 0; i < in->count && !number; i++) {
        number = cover(&in->all[i], false);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    bool counted = false;
    for (size_t i = 0; i < in->count && !number; i++) {
        number = count_last(&in->all[i], &counted);
    }
    if (counted && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    for (size_t i = 0; i < in->count && !number; i++) {
        number = cover(&in->all[i], true);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno; /* before what the file says of itself changes: numbers may hang on that */
    }
    return number;
}

static void filling_free(filling *of) {
    for (size_t i = 0; i < of->count; i++) {
        fillers_free(&of->all[i]);
    }
    free(of->all);
}

/* Takes them over when they fit, and frees them when not. */
static int add_fillers(filling *to, fillers *made, bool fit) {
    fillers *all = fit ? grown(to->all, to->count, &to->room, sizeof *all) : NULL;
    if (!all) {
        fillers_free(made);
        return fit ? ENOMEM : 0;
    }
    to->all = all;
    to->all[to->count++] = *made;
    return 0;
}
