/* ==== labels: what class ids mean ==== */

/* ---- labels */

/* What class ids mean. Texts point into something that outlives the table. */
typedef struct label {
    int32_t id;
    uint32_t line; /* the last one of an id counts */
    sightlog_text text;
} label;

typedef struct label_table {
    sightlog_text model;
    label *all; /* ascending by id, each once, after labels_sort */
    size_t count, room;
} label_table;

/* False when there is no memory. */
static bool labels_add(label_table *table, int64_t id, sightlog_text text) {
    label *all = grown(table->all, table->count, &table->room, sizeof *all);
    if (!all) {
        return false;
    }
    table->all = all;
    table->all[table->count] = (label){(int32_t)id, (uint32_t)table->count, text};
    table->count++;
    return true;
}

static inline bool label_is_before(const label *a, const label *b) {
    return a->id != b->id ? a->id < b->id : a->line < b->line;
}

static void label_sink(label *all, size_t from, size_t count) {
    for (size_t child; (child = 2 * from + 1) < count; from = child) {
        child += child + 1 < count && label_is_before(&all[child], &all[child + 1]);
        if (!label_is_before(&all[from], &all[child])) {
            return;
        }
        label swapped = all[from];
        all[from] = all[child];
        all[child] = swapped;
    }
}

/* In place: qsort may allocate. Most are in order. */
static void labels_sort(label_table *table) {
    label *all = table->all;
    size_t count = table->count, kept = 0;
    bool sorted = true;
    for (size_t i = 1; i < count && sorted; i++) {
        sorted = label_is_before(&all[i - 1], &all[i]);
    }
    if (!sorted) {
        for (size_t i = count / 2; i-- > 0;) {
            label_sink(all, i, count);
        }
        for (size_t i = count; i-- > 1;) {
            label largest = all[0];
            all[0] = all[i];
            all[i] = largest;
            label_sink(all, 0, i);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || all[i + 1].id != all[i].id) {
            all[kept++] = all[i];
        }
    }
    table->count = kept;
}

static const label *labels_find(const label_table *table, int32_t id) {
    if (id >= 0 && (size_t)id < table->count && table->all[id].id == id) {
        return &table->all[id]; /* as most sets are: every id from 0 on */
    }
    size_t from = 0, to = table->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (table->all[middle].id == id) {
            return &table->all[middle];
        }
        if (table->all[middle].id < id) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return NULL;
}

static bool has_control(const uint8_t *from, const uint8_t *to) {
    for (const uint8_t *at = from; at < to; at++) {
        if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at + 1 < to && at[1] >= 0x80 && at[1] < 0xa0)) {
            return true;
        }
    }
    return false;
}

static sightlog_text text_of(const uint8_t *from, const uint8_t *to) {
    return (sightlog_text){(const char *)from, (size_t)(to - from)};
}

static bool is_class_id(int64_t id) { return id >= 0 && id <= SIGHTLOG_MAX_CLASS_ID; }

/* The labels an event carries itself: lines of id, tab, label. */
static int labels_own(label_table *table, const uint8_t *text, size_t size) {
    const uint8_t *end = text + size;
    int64_t id;
    table->count = 0;
    for (const uint8_t *line = text; size > 0 && line < end;) {
        const uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        const uint8_t *tab = memchr(line, '\t', (size_t)(stop - line));
        if (tab) {
            if (!decimal(line, tab, &id) || !is_class_id(id) || has_control(tab + 1, stop)) {
                return SIGHTLOG_DAMAGED;
            }
            if (!labels_add(table, id, text_of(tab + 1, stop))) {
                return SIGHTLOG_NO_MEMORY;
            }
        }
        line = stop + 1;
    }
    labels_sort(table);
    return SIGHTLOG_OK;
}

/* ---- the catalogue */

enum { MAX_LABEL_SET_BYTES = 16 << 20 };

typedef struct label_set {
    uint8_t hash[8];
    int state; /* SIGHTLOG_OK, SIGHTLOG_NONE when there is none, SIGHTLOG_DAMAGED */
    uint8_t *content;
    label_table labels;
} label_set;

/* Those that were asked for, in a table by hash. */
typedef struct catalogue {
    label_set **all;
    size_t count, room; /* a power of 2 */
} catalogue;

static void label_set_free(label_set *set) {
    free(set->labels.all);
    free(set->content);
    free(set);
}

static bool hex_digits(const uint8_t *at, int digits, uint32_t *value) {
    *value = 0;
    for (int i = 0; i < digits; i++) {
        uint8_t c = at[i], low = c | 0x20;
        if (!((c >= '0' && c <= '9') || (low >= 'a' && low <= 'f'))) {
            return false;
        }
        *value = *value << 4 | (uint32_t)(c <= '9' ? c - '0' : low - 'a' + 10);
    }
    return true;
}

static uint8_t *put_utf8(uint8_t *to, uint32_t c) {
    if (c < 0x80) {
        *to++ = (uint8_t)c;
        return to;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t FIRST[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (uint8_t)(FIRST[more] | c >> 6 * more);
    while (more-- > 0) {
        *to++ = (uint8_t)(0x80 | (c >> 6 * more & 0x3f));
    }
    return to;
}

/* A value of a label set's line [from, *to), where it lies: what is between quotes is unescaped there. False: not understood. */
static bool unquote(uint8_t **from, uint8_t **to) {
    uint8_t *at = *from, *end = *to - 1;
    if (at == *to || *at != '"') {
        return true;
    }
    if (end == at || *end != '"') {
        return false;
    }
    uint8_t *out = *from;
    uint32_t high = 0; /* first half of a pair of UTF-16 */
    for (at++; at < end;) {
        uint32_t unit = 0x110000; /* none */
        if (*at == '\\') {
            uint8_t escape = at[1];
            int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 0;
            at += 2;
            if (digits > 0) {
                if (end - at < digits || !hex_digits(at, digits, &unit)) {
                    return false;
                }
                at += digits;
            } else if (escape == 'n' || escape == 't' || escape == '"' || escape == '\\') {
                unit = escape == 'n' ? '\n' : escape == 't' ? '\t' : escape;
            } else {
                return false;
            }
        }
        bool is_low = unit >= 0xdc00 && unit < 0xe000;
        if (high && is_low) {
            out = put_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            high = 0;
            continue;
        }
        if (high) {
            *out++ = '?';
        }
        high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
        if (unit == 0x110000) {
            *out++ = *at++;
        } else if (!high) {
            out = put_utf8(out, is_low ? '?' : unit);
        }
    }
    if (high) {
        *out++ = '?';
    }
    *to = out;
    return true;
}

static bool is_text(const uint8_t *from, const uint8_t *to, const char *text) {
    size_t size = strlen(text);
    return (size_t)(to - from) == size && memcmp(from, text, size) == 0;
}

/* Points into the content, which it changes. */
static int label_set_parse(label_set *set, size_t size) {
    bool known = false;
    int64_t id;
    for (uint8_t *line = set->content, *end = line + size; line < end;) {
        uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        uint8_t *next = stop + 1, *colon = memmem(line, (size_t)(stop - line), ": ", 2);
        uint8_t *key = colon ? colon : stop, *value = colon ? colon + 2 : stop;
        if (line == stop || *line == '#') {
            line = next;
            continue;
        }
        if (!unquote(&value, &stop)) {
            return SIGHTLOG_DAMAGED;
        }
        bool is_label = key - line >= 6 && memcmp(line, "label.", 6) == 0;
        bool shown = is_label || is_text(line, key, "model") || is_text(line, key, "input") || is_text(line, key, "classes")
                     || is_text(line, key, "sha256");
        if ((shown && has_control(value, stop)) || (is_label && (!decimal(line + 6, key, &id) || !is_class_id(id)))) {
            return SIGHTLOG_DAMAGED;
        }
        if (is_label && !labels_add(&set->labels, id, text_of(value, stop))) {
            return SIGHTLOG_NO_MEMORY;
        }
        if (is_text(line, key, "model")) {
            set->labels.model = text_of(value, stop);
        } else if (is_text(line, key, "format")) {
            known = is_text(value, stop, "sightlog label set 1");
        }
        line = next;
    }
    labels_sort(&set->labels);
    return known ? SIGHTLOG_OK : SIGHTLOG_DAMAGED;
}

/* First 8 bytes of a SHA-256, never all 0. */
static void short_hash(const void *bytes, size_t size, uint8_t hash[8]) {
    uint8_t all[32];
    sha256(bytes, size, all);
    memcpy(hash, all, 8);
    if (load_u64(hash) == 0) {
        hash[0] = 1;
    }
}

/* catalogue/<hash>.yaml, to be freed. */
static char *label_set_path(const char *directory, const uint8_t hash[8]) {
    char name[40];
    snprintf(name, sizeof name, "catalogue/%016" PRIx64 ".yaml", __builtin_bswap64(load_u64(hash)));
    return path_in(directory, name);
}

/* Its state, unless it could not be read: then a negative code, and the error. */
static int label_set_read(label_set *set, const char *directory, sightlog_error *error) {
    size_t size = 0;
    uint64_t all = 0;
    uint8_t hash[8];
    char *path = label_set_path(directory, set->hash);
    struct stat status;
    int result = path ? SIGHTLOG_OK : no_memory(error);
    if (path && lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        result = SIGHTLOG_DAMAGED; /* a link, or no file */
    } else if (path) {
        result = read_end(path, MAX_LABEL_SET_BYTES, &set->content, &size, &all, error);
    }
    free(path);
    if (result == SIGHTLOG_OK) {
        short_hash(set->content, size, hash);
        result = all > MAX_LABEL_SET_BYTES || memcmp(hash, set->hash, 8) != 0 ? SIGHTLOG_DAMAGED : label_set_parse(set, size);
    }
    set->state = result;
    if (result == SIGHTLOG_NO_MEMORY) {
        return no_memory(error);
    }
    return result == SIGHTLOG_DAMAGED ? SIGHTLOG_OK : result < 0 ? result : SIGHTLOG_OK;
}

static label_set **catalogue_slot(const catalogue *of, const uint8_t hash[8]) {
    size_t at = (size_t)(load_u64(hash) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (of->room - 1);
    while (of->all[at] && memcmp(of->all[at]->hash, hash, 8) != 0) {
        at = (at + 1) & (of->room - 1);
    }
    return &of->all[at];
}

static bool catalogue_grow(catalogue *of) {
    catalogue more = {NULL, of->count, of->room ? 2 * of->room : 16};
    more.all = calloc(more.room, sizeof *more.all);
    if (!more.all) {
        return false;
    }
    for (size_t i = 0; i < of->room; i++) {
        if (of->all[i]) {
            *catalogue_slot(&more, of->all[i]->hash) = of->all[i];
        }
    }
    free(of->all);
    *of = more;
    return true;
}

/* A label set, whatever its state, read once. */
static int catalogue_find(catalogue *of, const char *directory, const uint8_t hash[8], const label_set **found,
                          sightlog_error *error) {
    if (2 * of->count >= of->room && !catalogue_grow(of)) {
        return no_memory(error);
    }
    label_set **slot = catalogue_slot(of, hash);
    if (!*slot) {
        label_set *set = calloc(1, sizeof *set);
        if (!set) {
            return no_memory(error);
        }
        memcpy(set->hash, hash, 8);
        int result = label_set_read(set, directory, error);
        if (result != SIGHTLOG_OK) {
            label_set_free(set);
            return result;
        }
        *slot = set;
        of->count++;
    }
    *found = *slot;
    return SIGHTLOG_OK;
}

static void catalogue_free(catalogue *of) {
    for (size_t i = 0; i < of->room; i++) {
        if (of->all[i]) {
            label_set_free(of->all[i]);
        }
    }
    free(of->all);
}
