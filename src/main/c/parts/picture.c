/* ==== picture: the picture of an event, in a file of kept frames beside the journal ==== */

/* ---- files of kept frames
 *
 * Nothing that an event says is believed before it was compared with the file. Names are made of its numbers alone. */

enum { FRAMES_HEADER = 64, FRAMES_CRC = 44, FRAMES_VERSION = 1, PICTURE_HEADER = 16 };

static const char FRAMES_MAGIC[4] = {'S', 'L', 'K', 'F'};
static const char NO_FRAMES_FILE[] = "it is a link or no file, or a folder on the way is a link or no folder";

typedef struct frames_name {
    char journal[33], file[48]; /* frames/journal/file */
    char path[96];              /* in the journal's directory */
} frames_name;

static frames_name frames_name_of(const sightlog_kept_frame *kept) {
    frames_name name;
    for (size_t i = 0; i < 16; i++) {
        snprintf(name.journal + 2 * i, 3, "%02x", (unsigned)kept->journal[i]);
    }
    snprintf(name.file, sizeof name.file, "%016" PRIx64 "-%08" PRId64 ".frames", kept->producer, kept->file);
    snprintf(name.path, sizeof name.path, "frames/%s/%s", name.journal, name.file);
    return name;
}

/*
 * Opens a regular file for reading, each folder in the one above, and through no link. 0, or errno: ENOENT when it is not there, EINVAL
 * when it is no file, or is on no such way.
 */
static int frames_open(const sightlog_reader *reader, const frames_name *name, int *fd, uint64_t *size) {
    const char *const way[] = {"frames", name->journal, name->file};
    int top = reader->at.open ? reader->at.same.folder : -1; /* also where that journal was moved, and another one is in its place */
    int at = top >= 0 ? top : open(reader->directory, O_PATH | O_DIRECTORY | O_CLOEXEC), number = at < 0 ? errno : 0;
    for (size_t i = 0; i < 3 && number == 0; i++) {
        int flags = i < 2 ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY;
        int next = openat(at, way[i], flags | O_CLOEXEC | O_NOFOLLOW);
        number = next < 0 ? errno : 0;
        if (at != top) {
            close(at);
        }
        at = next;
    }
    struct stat status;
    if (number == 0 && fstat(at, &status) != 0) {
        number = errno;
    } else if (number == 0) {
        *size = (uint64_t)status.st_size;
        number = S_ISREG(status.st_mode) ? 0 : EINVAL;
    }
    if (number != 0 && at >= 0 && at != top) {
        close(at);
    }
    *fd = number == 0 ? at : -1;
    return number == ELOOP || number == ENOTDIR || number == ENXIO ? EINVAL : number;
}

/* So many bytes: 0, or errno; ENODATA when the file ends before. */
static int read_at(int fd, uint8_t *into, size_t size, uint64_t offset) {
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(fd, into + done, size - done, (off_t)(offset + done));
        if (got == 0) {
            return ENODATA;
        }
        if (got < 0 && errno != EINTR) {
            return errno;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

/* SIGHTLOG_OK when a header is that of the file in which a picture should be. Until when the file stays does not matter. */
static int check_frames_header(const uint8_t *at, const sightlog_kept_frame *kept, char *why) {
    if (memcmp(at, FRAMES_MAGIC, 4) != 0) {
        return wrong(why, SIGHTLOG_DAMAGED, "it does not begin as a file of kept frames");
    }
    if (load_u32(at + 4) > FRAMES_VERSION && load_u32(at + FRAMES_CRC) == crc32c(at, FRAMES_CRC)) {
        return wrong(why, SIGHTLOG_NEWER, "it is of version %u, this library reads version %d; use a newer one", load_u32(at + 4),
                     FRAMES_VERSION);
    }
    bool same = load_u32(at + 4) == FRAMES_VERSION && memcmp(at + 8, kept->journal, 16) == 0 && load_u64(at + 24) == kept->producer && load_i64(at + 32) == kept->file;
    return same ? SIGHTLOG_OK : wrong(why, SIGHTLOG_DAMAGED, "its header is that of another file, or damaged");
}

/* Whether a file of this size has what the numbers of an event say. */
static int check_picture_end(const sightlog_kept_frame *kept, uint64_t size, char *why) {
    uint64_t offset = (uint64_t)kept->offset, bytes = (uint64_t)kept->bytes; /* neither is negative */
    if (offset > size || bytes > size - offset) {
        return wrong(why, SIGHTLOG_NOT_HERE, "it ends at byte %" PRIu64 ", before this picture does", size);
    }
    return SIGHTLOG_OK;
}

/* Whether they can be those of a picture. */
static int check_picture_place(const sightlog_kept_frame *kept, char *why) {
    uint64_t offset = (uint64_t)kept->offset, bytes = (uint64_t)kept->bytes;
    if (offset < FRAMES_HEADER + PICTURE_HEADER || offset % 8 != 0) {
        return wrong(why, SIGHTLOG_DAMAGED, "no picture can begin at byte %" PRIu64, offset);
    }
    return bytes <= SIGHTLOG_MAX_PICTURE_BYTES ? SIGHTLOG_OK
                                               : wrong(why, SIGHTLOG_DAMAGED, "no picture has %" PRIu64 " bytes", bytes);
}

/* ---- a picture */

static bool picture_grow(sightlog_reader *reader, size_t size) {
    if (size > reader->picture_room) {
        free(reader->picture); /* what was in it is not valid any more */
        reader->picture = malloc(size);
        reader->picture_room = reader->picture ? size : 0;
    }
    return reader->picture_room >= size;
}

/* Reads it out of its file. SIGHTLOG_NOT_HERE: nothing is in its place. Positive: errno. */
static int picture_read(sightlog_reader *reader, const sightlog_kept_frame *kept, int fd, uint64_t size, char *why) {
    uint8_t header[FRAMES_HEADER], record[PICTURE_HEADER];
    int number, result;
    result = check_picture_end(kept, size, why);
    if (result == SIGHTLOG_OK && size < FRAMES_HEADER) {
        result = wrong(why, SIGHTLOG_DAMAGED, "it has no header: it was cut to %" PRIu64 " bytes", size);
    }
    if (result != SIGHTLOG_OK) {
        return result;
    }
    number = read_at(fd, header, sizeof header, 0);
    result = number == 0 ? check_frames_header(header, kept, why) : result;
    result = number == 0 && result == SIGHTLOG_OK ? check_picture_place(kept, why) : result;
    if (number == 0 && result != SIGHTLOG_OK) {
        return result;
    }
    number = number == 0 ? read_at(fd, record, sizeof record, (uint64_t)kept->offset - PICTURE_HEADER) : number;
    if (number == 0 && is_zero(record, sizeof record)) {
        return wrong(why, SIGHTLOG_NOT_HERE, "no picture is at byte %" PRId64, kept->offset);
    }
    if (number == 0 && (load_i32(record) != kept->bytes || load_u32(record + 4) != kept->crc32c)) {
        return wrong(why, SIGHTLOG_DAMAGED, "another picture is at byte %" PRId64, kept->offset);
    }
    if (number == 0 && !picture_grow(reader, (size_t)kept->bytes)) {
        return ENOMEM;
    }
    number = number == 0 ? read_at(fd, reader->picture, (size_t)kept->bytes, (uint64_t)kept->offset) : number;
    if (number != 0) {
        return number == ENODATA ? wrong(why, SIGHTLOG_NOT_HERE, "it was cut while it was read") : number;
    }
    return crc32c(reader->picture, (size_t)kept->bytes) == kept->crc32c
               ? SIGHTLOG_OK
               : wrong(why, SIGHTLOG_DAMAGED, "the picture at byte %" PRId64 " is damaged: its checksum is wrong", kept->offset);
}

/*
 * What it means that nothing is in a picture's place: SIGHTLOG_DAMAGED beside its own journal, SIGHTLOG_NOT_HERE beside another one, where
 * only those are that were sound, and that events pointed at; or that it could not be asked which this is.
 */
static int picture_missing(const sightlog_reader *reader, const sightlog_kept_frame *kept, sightlog_error *error) {
    uint8_t id[16];
    int result = sightlog_journal_id(reader->directory, id, error);
    return is_system(result)                                                ? result
           : result == SIGHTLOG_OK && memcmp(id, kept->journal, 16) != 0 ? SIGHTLOG_NOT_HERE
           : result == SIGHTLOG_NONE                                        ? SIGHTLOG_NOT_HERE
                                                                            : SIGHTLOG_DAMAGED;
}

int sightlog_event_picture(sightlog_reader *reader, const sightlog_event *event, sightlog_text *picture) {
    sightlog_error *error = &reader->error;
    sightlog_kept_frame kept;
    char why[WHY_BYTES], at[32], *path;
    uint64_t size = 0;
    int fd, result = sightlog_event_kept_frame(event, &kept);
    *picture = (sightlog_text){"", 0};
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE
                   ? result
                   : of_event(reader, event,
                              fail(error, result, "event %s of %s cannot be read: what it says of a kept frame, in section 9, cannot be",
                                   place_text(at, event->index, event->place), reader->directory));
    }
    frames_name name = frames_name_of(&kept);
    path = path_in(reader->directory, name.path);
    if (!path) {
        return of_event(reader, event, no_memory(error));
    }
    int number = frames_open(reader, &name, &fd, &size);
    result = number == 0 ? picture_read(reader, &kept, fd, size, why) : number;
    if (fd >= 0) {
        close(fd);
    }
    if (result == SIGHTLOG_NOT_HERE) {
        result = picture_missing(reader, &kept, error);
        if (is_system(result)) {
            free(path);
            return of_event(reader, event, result);
        }
    }
    if (result == ENOENT) {
        fail(error, SIGHTLOG_NOT_HERE, "the picture of event %s is not here: there is no %s", place_text(at, event->index, event->place),
             path);
    } else if (result > 0 && result != EINVAL) {
        fail_system(error, result, "cannot read", path);
    } else if (result != SIGHTLOG_OK) {
        fail(error, result > 0 ? SIGHTLOG_DAMAGED : result, "the picture of event %s cannot be read: %s: %s",
             place_text(at, event->index, event->place), path, result > 0 ? NO_FRAMES_FILE : why);
    } else {
        *picture = (sightlog_text){(const char *)reader->picture, (size_t)kept.bytes};
    }
    free(path);
    return result == SIGHTLOG_OK ? result : of_event(reader, event, error->code);
}
