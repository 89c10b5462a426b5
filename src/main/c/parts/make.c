/* ==== make: making a journal ==== */

/* ---- making a journal */

static const roll *roll_named(const char *name) {
    for (size_t i = 0; i < ROLL_COUNT; i++) {
        if (strcmp(ROLLS[i].text, name) == 0) {
            return &ROLLS[i];
        }
    }
    return NULL;
}

/* The bytes of a new metadata.cq4t, as Chronicle Queue makes them. At most 1,024. */
static size_t metadata_head(const roll *rolls, uint8_t *at) {
    bytes to = {at, 0};
    put_i32(&to, 0);
    put_name(&to, 0xb9, "header");
    put_name(&to, 0xb6, "STStore");
    put_code(&to, 0x82);
    size_t outer = to.size;
    put_i32(&to, 0);
    put_field(&to, "wireType");
    put_name(&to, 0xb6, "WireType");
    put_text(&to, "BINARY_LIGHT");
    put_field(&to, "metadata");
    put_name(&to, 0xb6, "SCQMeta");
    put_code(&to, 0x82);
    size_t meta = to.size;
    put_i32(&to, 0);
    put_field(&to, "roll");
    put_name(&to, 0xb6, "SCQSRoll");
    put_code(&to, 0x82);
    size_t inner = to.size;
    put_i32(&to, 0);
    put_field(&to, "length");
    if (rolls->millis <= UINT16_MAX) {
        put_number(&to, (uint32_t)rolls->millis);
    } else {
        put_code(&to, 0xa6);
        put_i32(&to, (int32_t)rolls->millis);
    }
    put_field(&to, "format");
    put_text(&to, rolls->pattern);
    put_field(&to, "epoch");
    put_number(&to, 0);
    store_i32(to.at + inner, (int32_t)(to.size - inner - 4));
    put_field(&to, "sourceId");
    put_number(&to, 0);
    store_i32(to.at + meta, (int32_t)(to.size - meta - 4));
    while (to.size & 3) {
        put_code(&to, 0x8f);
    }
    store_i32(to.at + outer, (int32_t)(to.size - outer - 4));
    store_u32(to.at, METADATA | (uint32_t)(to.size - 4));
    static const struct {
        const char *key;
        int64_t value;
    } table[] = {{"listing.highestCycle", INT32_MIN},
                 {"listing.lowestCycle", INT32_MAX},
                 {"listing.modCount", 0},
                 {"chronicle.write.lock", UNLOCKED},
                 {"chronicle.append.lock", UNLOCKED},
                 {"chronicle.lastIndexReplicated", -1},
                 {"chronicle.lastAcknowledgedIndexReplicated", -1},
                 {"chronicle.lastIndexMSynced", -1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t start = to.size;
        put_i32(&to, 0);
        put_name(&to, 0xb9, table[i].key);
        put_padding(&to);
        put_code(&to, 0xa7);
        put_i64(&to, table[i].value);
        store_u32(to.at + start, (uint32_t)(to.size - start - 4));
    }
    return to.size;
}

/* Those above a directory, as the umask has them. */
static void make_parents(const char *path) {
    char *above = strdup(path);
    for (char *at = above ? strchr(above + 1, '/') : NULL; at; at = strchr(at + 1, '/')) {
        *at = 0;
        mkdir(above, 0777); /* what cannot be made is told by who needs it */
        *at = '/';
    }
    free(above);
}

static void widen(const char *path, mode_t mode) {
    struct stat status;
    if (path && lstat(path, &status) == 0 && !S_ISLNK(status.st_mode) && (status.st_mode & mode) != mode
        && chmod(path, (status.st_mode & 07777) | mode) != 0) {
        /* another user's: sightlog doctor names it */
    }
}

/* Once the journal is made: what a consumer that came first has made for itself is for all whom the journal belongs to. */
static void widen_all(const char *directory, mode_t mode) {
    char *folder = path_in(directory, "consumers");
    DIR *all = folder ? opendir(folder) : NULL;
    bool any = false;
    for (struct dirent *entry; all && (entry = readdir(all));) {
        size_t size = strlen(entry->d_name);
        bool position = size > 9 && strcmp(entry->d_name + size - 9, ".position") == 0;
        bool lock = size > 5 && strcmp(entry->d_name + size - 5, ".lock") == 0;
        if (position || lock) {
            char *path = path_in(folder, entry->d_name);
            widen(path, lock ? locked_mode(mode) : mode);
            free(path);
            any = true;
        }
    }
    if (any) {
        widen(folder, folder_mode(mode));
        widen(directory, folder_mode(mode));
    }
    if (all) {
        closedir(all);
    }
    free(folder);
}

static int make_metadata(const char *directory, const roll *rolls, uint32_t mode, bool sync) {
    char *path = path_in(directory, "metadata.cq4t"), *draft = draft_path(directory);
    uint8_t *content = calloc(1, METADATA_BYTES);
    owner to;
    int number = path && draft && content ? owner_of(&to, directory) : ENOMEM;
    int fd = number ? -1 : new_file(draft, &to, mode);
    number = number || fd >= 0 ? number : errno;
    if (!number) {
        metadata_head(rolls, content);
        number = write_all(fd, content, METADATA_BYTES, 0);
        number = number || !sync ? number : fsync(fd) == 0 ? 0 : errno;
        number = number ? number : link(draft, path) == 0 || errno == EEXIST ? 0 : errno;
        number = number || !sync ? number : sync_path(directory);
        if (!number && sync) { /* the directory's own name */
            char *above = strdup(directory), *slash = above ? strrchr(above, '/') : NULL;
            if (slash && slash > above) {
                *slash = 0;
                number = sync_path(above);
            }
            free(above);
        }
    }
    if (fd >= 0) {
        close(fd);
        unlink(draft);
    }
    if (!number) {
        widen_all(directory, mode);
    }
    free(content);
    free(draft);
    free(path);
    return number;
}

/* Makes the directories, and metadata.cq4t, where they are not there; opens the latter. */
static int open_or_make(sightlog_writer *writer, const roll *rolls, uint32_t mode) {
    sightlog_error *error = &writer->error;
    const char *const names[] = {NULL, "catalogue", "consumers"};
    for (size_t i = 0; i < 3; i++) {
        char *path = names[i] ? path_in(writer->directory, names[i]) : strdup(writer->directory);
        struct stat status;
        make_parents(path ? path : "/");
        int number = path ? new_folder(writer->directory, path, mode) : ENOMEM;
        bool link = names[i] && !number && lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
        int result = number == ENOTDIR
                         ? fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not a journal: something on the way is a file, and no directory",
                                path ? path : writer->directory)
                     : number ? fail_system(error, number, "cannot append to journal", writer->directory)
                     : link ? fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is a link: put the directory itself there", path)
                            : SIGHTLOG_OK;
        free(path);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    int64_t start = clock_nanos(CLOCK_MONOTONIC);
    while (true) {
        int result = metadata_open(&writer->data, writer->directory, true, error);
        int written = result == SIGHTLOG_NONE ? has_cycle_file(writer->directory, error) : SIGHTLOG_NONE;
        if (written < SIGHTLOG_OK) {
            return written;
        }
        if (written == SIGHTLOG_OK) {
            result = metadata_open(&writer->data, writer->directory, true, error); /* completed, and the file made, since? */
            if (result == SIGHTLOG_NONE) {
                return fail(error, SIGHTLOG_NOT_A_JOURNAL,
                            "%s has cycles, and its metadata.cq4t is missing or not complete: put it back, or move the cycles away",
                            writer->directory);
            }
        }
        if (result != SIGHTLOG_NONE) {
            return result == SIGHTLOG_OK ? identity_open(&writer->same, writer->directory, &writer->data, error) : result;
        }
        char *path = path_in(writer->directory, "metadata.cq4t");
        int number = !path                      ? ENOMEM
                     : access(path, F_OK) == 0 ? 0
                     : errno != ENOENT         ? errno
                                               : make_metadata(writer->directory, rolls, mode, writer->every_event);
        free(path);
        if (number) {
            return fail_system(error, number, "cannot make metadata.cq4t in", writer->directory);
        }
        if (clock_nanos(CLOCK_MONOTONIC) - start > writer->timeout_nanos) {
            return fail(error, SIGHTLOG_NOT_A_JOURNAL,
                        "metadata.cq4t in %s is not complete, and nobody completes it: its maker, a plain Chronicle Queue, has died; "
                        "remove it when there are no events yet",
                        writer->directory);
        }
        sleep_nanos(1000000);
    }
}
