/* ==== find: from place to place: by the index, past breaks, to a number, to the end ==== */

/* ---- by way of the index */

/* Whether walking on from an entry for one spacing ends at a position. Moves the cursor. */
static bool entry_leads_to(cursor *at, uint64_t entry, uint64_t position, int64_t *steps) {
    uint64_t from = entry == 0 ? 0 : sound_entry(at->file, entry);
    if (from == 0 && entry > 0) {
        return false;
    }
    cursor_at(at, from, entry * at->file->index_spacing);
    return cursor_reaches(at, (entry + 1) * at->file->index_spacing, position, steps);
}

/*
 * Moves a cursor close before a number, by way of the index: at it, or at most one index spacing short of it. When checked, an
 * entry must lie where walking from the one before it leads, so that no single wrong word gives a wrong number.
 */
static void cursor_to_indexed(cursor *at, uint64_t sequence, bool checked) {
    cycle_file *file = at->file;
    int64_t spacing = file->index_spacing, steps = MOST_STEPS, wanted = last_index(file);
    int64_t most = (int64_t)(file->file.size / MIN_DOCUMENT_BYTES); /* whatever lastIndex says */
    wanted = wanted < spacing ? 0 : wanted - spacing;
    wanted = wanted > most ? most : wanted;
    wanted = sequence < (uint64_t)wanted ? (int64_t)sequence : wanted;
    for (int64_t entry = wanted / spacing; entry > 0 && steps-- > 0; entry--) {
        uint64_t position = sound_entry(file, (uint64_t)entry);
        if (position > 0 && (!checked || entry_leads_to(at, (uint64_t)entry - 1, position, &steps))) {
            cursor_at(at, position, (uint64_t)(entry * spacing));
            return;
        }
        if (position > 0) {
            cursor_carefully(at, true); /* something between the two is not what it seems, or one of them is not */
        }
    }
    cursor_at(at, 0, 0);
}

/* Whether walking on leads to the next number that the file says, where it says; true also when it says none. */
static bool cursor_leads_on(cursor *at) {
    cycle_file *file = at->file;
    uint64_t position = at->position, sequence = at->sequence, entry = sequence / file->index_spacing + 1;
    uint64_t there = sound_entry(file, entry), number = entry * file->index_spacing;
    int64_t steps = INT64_MAX;
    if (there == 0) {
        there = (uint64_t)claimed_position(file);
        uint64_t documents = counted_documents(file);
        if (documents == 0 || documents - 1 < sequence || there > INT64_MAX) {
            return true;
        }
        number = documents - 1;
    }
    bool leads = there < position || cursor_reaches(at, number, there, &steps);
    cursor_at(at, position, sequence);
    return leads;
}

/* ---- behind a break */

/* How many entries the index can have. */
static uint64_t entries(cycle_file *file) {
    int64_t indexed = last_index(file);
    uint64_t most = file->file.size / MIN_DOCUMENT_BYTES, documents = indexed < 0 ? 0 : (uint64_t)indexed;
    return (documents < most ? documents : most) / file->index_spacing;
}

static bool entry_is_behind(cycle_file *file, uint64_t entry, uint64_t position) {
    int64_t there = index_entry(file, entry);
    int64_t next = there < (int64_t)position ? 0 : index_entry(file, entry + 1);
    return there >= (int64_t)position && (next == 0 || next > there);
}

/* Number of the document a cursor, which counts from 0, is at, by walking on to one whose number is known. */
static bool number_here(cursor *at, uint64_t entry, int64_t claimed, uint64_t *number) {
    cycle_file *file = at->file;
    uint64_t packed = (uint64_t)claimed_number(file), known;
    bool agree = packed >> 32 == ((uint64_t)claimed & UINT32_MAX);
    int64_t entry_position = entry < entries(file) ? index_entry(file, entry) : 0;
    for (; cursor_peek(at) == CURSOR_DATA; cursor_advance(at)) {
        if ((int64_t)at->position == entry_position) {
            known = entry * file->index_spacing;
        } else if (agree && (int64_t)at->position == claimed) {
            known = packed & UINT32_MAX;
        } else {
            continue;
        }
        *number = known - at->sequence;
        return known >= at->sequence;
    }
    return false;
}

/* Finds where documents go on behind a break at which a cursor stands; position 0 when they do not, or without known numbers. */
static void find_resync(cursor *broken) {
    cycle_file *file = broken->file;
    int64_t claimed = claimed_position(file);
    scan events = scan_of(&file->file, UINT64_MAX);
    cursor at;
    cursor_start(&at, file);
    at.unnumbered = true;
    cursor_carefully(&at, true);
    uint64_t entry = broken->sequence / file->index_spacing, from = broken->position + 4, found, number;
    broken->resynced = true;
    broken->broken_at = broken->position;
    broken->resync_position = 0;
    broken->resync_claimed = claimed;
    while (scan_next(&events, from, true, &found)) {
        for (uint64_t most = entries(file); entry < most && !entry_is_behind(file, entry, found);) {
            entry++; /* positions rise in an index; there may be holes in it, after a loss of power many */
            if (++broken->entries_looked_at > MOST_ENTRIES) {
                return;
            }
        }
        cursor_at(&at, found, 0);
        if (number_here(&at, entry, claimed, &number) && number >= broken->sequence) {
            broken->resync_position = found;
            broken->resync_sequence = number;
            return;
        }
        from = at.position > found + 4 ? at.position : found + 4; /* none before that leads farther */
    }
}

/* Moves to where documents go on behind a break; false when there is no such place (or unread), and then it stays. */
static bool cursor_resync(cursor *at) {
    if (!at->resynced || at->broken_at != at->position || at->resync_claimed != claimed_position(at->file)) {
        find_resync(at);
    }
    if (is_unread()) {
        at->resynced = false;
        return false;
    }
    if (at->resync_position == 0) {
        return false;
    }
    cursor_at(at, at->resync_position, at->resync_sequence);
    return true;
}

/* ---- to a number, and to the end */

static bool cursor_walk_to(cursor *at, uint64_t wanted) {
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA && at->sequence < wanted) {
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN) {
            return found == CURSOR_DATA;
        } else {
            uint64_t position = at->position, sequence = at->sequence;
            if (!cursor_resync(at) || at->sequence > wanted) {
                cursor_at(at, position, sequence);
                return false;
            }
        }
    }
}

/* Moves to a document by its number; true when it is there, false when the cursor stands at the end, or at a break. */
static bool cursor_to(cursor *at, uint64_t wanted, bool checked) {
    cursor_carefully(at, false);
    cursor_to_indexed(at, wanted, checked);
    if (checked && !at->careful && at->sequence < wanted) {
        cursor_carefully(at, !cursor_leads_on(at));
    }
    bool there = cursor_walk_to(at, wanted);
    cursor_carefully(at, false);
    return there;
}

/* Whether walking on from the index leads to that number there: one word that is wrong must not move all numbers. */
static bool is_counted(cursor *at, uint64_t position, uint64_t sequence) {
    int64_t steps = INT64_MAX;
    cursor_to_indexed(at, sequence, false);
    return cursor_reaches(at, sequence, position, &steps);
}

/* Moves behind the last document there is, past breaks. */
static void cursor_to_end(cursor *at) {
    cycle_file *file = at->file;
    int64_t position = claimed_position(file);
    uint64_t packed = (uint64_t)claimed_number(file), sequence = packed & UINT32_MAX;
    cursor_carefully(at, false);
    uint32_t header = position > 0 && (position & 3) == 0 ? header_at(file, (uint64_t)position) : 0;
    if (header != 0 && !(header & (METADATA | IN_PROGRESS)) && packed >> 32 == ((uint64_t)position & UINT32_MAX)
        && is_counted(at, (uint64_t)position, sequence)) {
        cursor_at(at, (uint64_t)position, sequence);
    } else {
        cursor_to_indexed(at, UINT64_MAX, true);
    }
    cursor_carefully(at, true);
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA) {
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN || !cursor_resync(at)) {
            break;
        }
    }
    cursor_carefully(at, false);
}
