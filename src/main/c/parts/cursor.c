/* ==== cursor: a place in a cycle's file, and what the file says of itself ==== */

/* ---- documents
 *
 * Headers have no checksum, and one that is wrong would lead astray, or to an early end. So what is inside a document is
 * compared with its header: where they do not agree, what follows decides which of them is right. docs/format.md, "Breaks". */

enum {
    CURSOR_NOTHING, /* nothing is written here yet */
    CURSOR_DATA,    /* a document is here */
    CURSOR_ENDED,   /* the cycle has ended: the next event is in another file */
    CURSOR_BROKEN,  /* what is here leads nowhere, or the file says that there is more than can be found from here */
    CURSOR_UNREAD   /* what is here could not be read, and what it says is not known */
};

enum {
    AGAIN = -1,
    QUIET_LOOKS = 256, /* how often nothing is found before the file is asked again whether there should be something */
    LOOK_AHEAD = 1 << 16, /* how many documents that are no events may follow one another */
    MOST_STEPS = 1 << 22, /* of a search by the index, before it is given up: walking from the start finds the same */
    MOST_ENTRIES = 1 << 26 /* of an index that are looked at behind breaks of one file */
};

/* A place in a cycle's file, moving over its documents in order. */
typedef struct cursor {
    cycle_file *file;
    uint64_t position;      /* byte in the file at which the next header is */
    uint64_t sequence;      /* number of the document in its cycle, from 0 */
    const uint8_t *payload; /* of the document here, after CURSOR_DATA, until the file is grown */
    uint32_t length;
    uint64_t step; /* from its header to the next one */
    /* How often still. The words to ask are on a line that the writer stores to; who waits must not fetch it all the time. */
    uint32_t quiet_looks;
    uint32_t entries_looked_at;
    bool closely;     /* documents that say that they are events are looked at more closely */
    bool careful;     /* all of them are checked */
    bool believing;   /* lengths are believed, to see where that leads */
    bool doubted;     /* one was that may be more than one document, or one that has a number */
    bool unnumbered;  /* numbers count from the document that was begun at, whose number is not known */
    bool is_broken;   /* the following document must not be passed, and this is what the file said of its end then */
    uint64_t broken_document;
    uint32_t broken_header;
    int64_t broken_claimed;
    uint64_t led_to;    /* up to here documents that are no events lead to one that is, or to the end */
    int judged;         /* how the numbers of documents up to a byte agree with what the file says */
    uint64_t judged_to;
    bool resynced; /* the following are known */
    uint64_t broken_at, resync_position, resync_sequence;
    int64_t resync_claimed; /* what the file said of its last document when they were found out */
} cursor;

static void cursor_at(cursor *at, uint64_t position, uint64_t sequence) {
    at->position = position;
    at->sequence = sequence;
    at->quiet_looks = 0;
    at->led_to = at->judged_to = 0;
}

/* From now on, or not any more, every document is checked, so that none is passed that leads over others. */
static void cursor_carefully(cursor *at, bool from) {
    at->careful = from;
    at->closely = from || at->is_broken;
}

static void cursor_start(cursor *at, cycle_file *file) { *at = (cursor){.file = file}; }

static inline uint64_t cursor_index(const cursor *at) {
    return (uint64_t)(uint32_t)at->file->cycle << 32 | (at->sequence & UINT32_MAX);
}

static inline uint64_t step_over(uint32_t bytes) { return align4(4 + (uint64_t)bytes); }

/* Whether what is inside a document says that it is an event, or a batch, of this size, so that its header is right. */
static inline bool says(const uint8_t *at, uint32_t bytes) {
    return bytes >= BATCH_HEADER && load_u32(at + AT_MAGIC) == MAGIC_WORD && load_u32(at + AT_TOTAL_BYTES) == bytes;
}

static uint32_t header_at(cycle_file *file, uint64_t position) {
    const uint8_t *at = view_at(&file->file, position, 4);
    return at ? acquire_u32(at) : 0;
}

/* What is behind the name of a page of the index, NULL when it has none. One that has the name alone has a damaged header. */
static const uint8_t *page_name(const uint8_t *at, uint32_t bytes) {
    const uint8_t *index = wire_event(at, at + bytes, "index");
    return index ? index : wire_event(at, at + bytes, "index2index");
}

static bool is_index_page(const cycle_file *file, const uint8_t *at, uint32_t bytes) {
    const uint8_t *after = page_name(at, bytes);
    const uint8_t *values = wire_array(file->file.bytes, after, at + bytes);
    int64_t more = (int64_t)bytes - 8 * (int64_t)file->index_count;
    return values ? values + 8 * (size_t)file->index_count == at + bytes
                  : after && more >= 16 && more <= 64; /* with damage in front of its values */
}

static inline bool claims_position(const cycle_file *file, uint64_t position) {
    return claimed_position(file) >= (int64_t)position;
}

/* How many documents there were, by two words on the last one that agree; else 0. */
static uint64_t counted_documents(cycle_file *file) {
    int64_t position = claimed_position(file);
    uint64_t packed = (uint64_t)claimed_number(file);
    return position != 0 && packed >> 32 == ((uint64_t)position & UINT32_MAX) ? (packed & UINT32_MAX) + 1 : 0;
}

/* How many documents there were at least, by all the file says of itself that can be. */
static uint64_t claimed_documents(cycle_file *file) {
    int64_t position = claimed_position(file);
    uint64_t documents = counted_documents(file);
    int64_t indexed = last_index(file);
    if (documents == 0 && indexed > 0 && indexed % file->index_spacing == 0) {
        documents = (uint64_t)indexed - file->index_spacing + 1;
    }
    int64_t most = position < INT64_C(1) << 48 ? position : INT64_C(1) << 48, size = (int64_t)file->file.size;
    return documents <= (uint64_t)(size > most ? size : most) / MIN_DOCUMENT_BYTES ? documents : 0;
}

/*
 * Whether the file says that there is a document where, or behind where, a cursor found none: by the position of its last
 * document or, when the two words that tell it do not agree, by the numbers.
 */
static bool claims_more(const cursor *at) {
    cycle_file *file = at->file;
    if (claims_position(file, at->position)) {
        return true;
    }
    uint64_t packed = (uint64_t)claimed_number(file);
    if (packed >> 32 == ((uint64_t)claimed_position(file) & UINT32_MAX)) {
        return false;
    }
    return (packed >> 32 >= (at->position & UINT32_MAX) && (packed & UINT32_MAX) >= at->sequence)
           || ((int64_t)((uint64_t)last_index(file) - file->index_spacing) >= (int64_t)at->sequence
               && claimed_documents(file) > at->sequence);
}

/*
 * Whether a document begins there beyond doubt, or the file ends there and says so itself: neither that there is more, nor that
 * its last document is one that would be passed over. The document in front of it begins at a byte, and cannot be the last when
 * it has no number.
 */
static bool is_plausible(cycle_file *file, uint64_t there, uint64_t from, bool unnumbered) {
    uint32_t header = header_at(file, there), bytes = header & LENGTH;
    if (header == 0 || header == END_OF_CYCLE) {
        return claimed_position(file) == 0 || !claims_position(file, unnumbered ? from : from + 1);
    }
    const uint8_t *inside = bytes == 0 || bytes > MAX_DOCUMENT_BYTES ? NULL : view_at(&file->file, there + 4, bytes);
    return inside && (says(inside, bytes) || is_index_page(file, inside, bytes));
}

/* Moves past the document that cursor_peek found. */
static inline void cursor_advance(cursor *at) {
    at->position += at->step;
    at->sequence++;
}

static int cursor_data(cursor *at, uint32_t bytes) {
    at->payload = view_at(&at->file->file, at->position + 4, bytes);
    at->length = bytes;
    at->step = step_over(bytes);
    return at->payload ? CURSOR_DATA : CURSOR_BROKEN;
}

/* The position the index has for its n-th entry; 0 when it has none that can be right. */
static uint64_t sound_entry(cycle_file *file, uint64_t n) {
    int64_t position = index_entry(file, n);
    uint32_t header = position <= 0 || position & 3 ? 0 : header_at(file, (uint64_t)position);
    if (header == 0 || header & (METADATA | IN_PROGRESS) || header < AT_TOTAL_BYTES + 4) {
        return 0;
    }
    const uint8_t *at = view_at(&file->file, (uint64_t)position + 4, AT_TOTAL_BYTES + 4);
    return at && is_magic(at + AT_MAGIC) && load_u32(at + AT_TOTAL_BYTES) == header ? (uint64_t)position : 0;
}
