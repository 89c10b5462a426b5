/* ==== publish: label sets into the catalogue ==== */

/* ---- label sets */

typedef struct text_buffer {
    uint8_t *at;
    size_t size, room;
    bool failed;
} text_buffer;

static void text_add(text_buffer *to, const char *text, size_t size) {
    to->failed = to->failed || !grow(&to->at, &to->room, to->size + size);
    if (!to->failed) {
        memcpy(to->at + to->size, text, size);
        to->size += size;
    }
}

/* key: "text", the quotes and backslashes in it escaped. */
static void text_line(text_buffer *to, const char *key, const char *text) {
    text_add(to, key, strlen(key));
    text_add(to, ": \"", 3);
    for (const char *at = text ? text : ""; *at; at++) {
        if (*at == '"' || *at == '\\') {
            text_add(to, "\\", 1);
        }
        text_add(to, at, 1);
    }
    text_add(to, "\"\n", 2);
}

static int check_label_text(sightlog_writer *writer, const char *name, const char *text) {
    size_t size = text ? strlen(text) : 0;
    if (text && (!is_utf8((const uint8_t *)text, size) || controls_in(text, size))) {
        return fail(&writer->error, SIGHTLOG_INVALID, "%s of a label set is not good UTF-8, or has control characters", name);
    }
    return SIGHTLOG_OK;
}

/* A number as text without the locale's decimal comma. */
static void text_number(text_buffer *to, const char *key, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.9g", value);
    for (char *at = text; *at; at++) {
        *at = *at == ',' ? '.' : *at;
    }
    text_line(to, key, text);
}

static int label_set_text(sightlog_writer *writer, const sightlog_label_set *set, text_buffer *to) {
    const char *const texts[][2] = {
        {"model", set->model}, {"sha256", set->sha256}, {"input", set->input}, {"classes", set->classes}};
    for (size_t i = 0; i < 4; i++) {
        int result = check_label_text(writer, texts[i][0], texts[i][1]);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    text_add(to, "format: sightlog label set 1\n", 29);
    for (size_t i = 0; i < 3; i++) {
        text_line(to, texts[i][0], texts[i][1]);
    }
    text_number(to, "threshold", set->threshold);
    text_number(to, "iou", set->iou);
    text_line(to, "classes", set->classes);
    for (size_t i = 0; i < set->count; i++) {
        int32_t id = set->ids ? set->ids[i] : (int32_t)i;
        char key[32];
        if (id < 0 || id > SIGHTLOG_MAX_CLASS_ID || !set->labels[i]) {
            return fail(&writer->error, SIGHTLOG_INVALID, "class id %" PRId32 " of a label set is not in 0..%d, or has no label", id,
                        SIGHTLOG_MAX_CLASS_ID);
        }
        int result = check_label_text(writer, "a label", set->labels[i]);
        if (result != SIGHTLOG_OK) {
            return result;
        }
        snprintf(key, sizeof key, "label.%" PRId32, id);
        text_line(to, key, set->labels[i]);
    }
    return to->failed ? no_memory(&writer->error)
           : to->size > 16 << 20
               ? fail(&writer->error, SIGHTLOG_TOO_LARGE, "a label set has at most 16 MiB, this has %zu bytes", to->size)
               : SIGHTLOG_OK;
}

/* Whether a file holds exactly these bytes: 0, ENOENT, another errno, or EBADMSG when it holds others. */
static int holds(const char *path, const uint8_t *content, size_t size) {
    int fd = open_regular(path, O_RDONLY);
    if (fd < 0) {
        return errno;
    }
    struct stat status;
    uint8_t *there = malloc(size ? size : 1);
    int number = there && fstat(fd, &status) == 0 ? 0 : ENOMEM;
    if (!number && (uint64_t)status.st_size != size) {
        number = EBADMSG;
    }
    number = number ? number : read_all(fd, there, size, 0);
    if (!number && memcmp(there, content, size) != 0) {
        number = EBADMSG;
    }
    free(there);
    close(fd);
    return number;
}

int sightlog_publish(sightlog_writer *writer, const sightlog_label_set *labels, uint8_t hash[8]) {
    text_buffer text = {0};
    char *folder = NULL, *path = NULL, *draft = NULL;
    int result = may_append(writer);
    result = result == SIGHTLOG_OK ? writer_check_same(writer) : result;
    result = result == SIGHTLOG_OK ? label_set_text(writer, labels, &text) : result;
    if (result == SIGHTLOG_OK) {
        uint8_t digest[32];
        char name[32];
        sha256(text.at, text.size, digest);
        static const uint8_t NONE[8];
        digest[0] = memcmp(digest, NONE, 8) == 0 ? 1 : digest[0]; /* all 0 means none */
        for (int i = 0; i < 8; i++) {
            snprintf(name + 2 * i, sizeof name - 2 * (size_t)i, "%02x", digest[i]);
        }
        memcpy(name + 16, ".yaml", 6);
        memcpy(hash, digest, 8);
        folder = path_in(writer->directory, "catalogue");
        path = folder ? path_in(folder, name) : NULL;
        draft = folder ? draft_path(folder) : NULL;
        int number = path && draft ? holds(path, text.at, text.size) : ENOMEM;
        if (number == ENOENT) {
            int fd = new_file_in(writer->directory, draft, false);
            number = fd < 0 ? errno : 0;
            number = number ? number : write_all(fd, text.at, text.size, 0);
            number = number ? number : link(draft, path) == 0 || errno == EEXIST ? 0 : errno;
            if (fd >= 0) {
                close(fd);
                unlink(draft);
            }
            number = number ? number : holds(path, text.at, text.size);
        }
        number = number ? number : sync_path(path); /* whoever made it */
        number = number ? number : sync_path(folder);
        result = number == EBADMSG ? fail(&writer->error, SIGHTLOG_DAMAGED, "%s is damaged: remove it, and publish again", path)
                 : number          ? cannot_append(writer, number, path ? path : writer->directory)
                                   : SIGHTLOG_OK;
    }
    free(draft);
    free(path);
    free(folder);
    free(text.at);
    return result;
}
