/* ==== consumers: where named consumers stand ==== */

/* ---- named consumers, in consumers/NAME.position */

enum {
    POSITION_CREATED = 8,
    POSITION_HOLDER = 16,
    POSITION_STARTED = 24,
    POSITION_SLOTS = 64,
    POSITION_SLOT_BYTES = 64,
    POSITION_CHECKED_BYTES = 40
};

typedef struct position {
    int32_t state;
    uint32_t place;
    uint64_t index;
    int64_t generation; /* 0 when it was never saved */
    int64_t moved_nanos;
    uint32_t resets; /* how often it was moved on purpose: carried on, and looked at by bridges alone */
} position;

/* One that this process holds. */
typedef struct held {
    struct held *next;
    dev_t device;
    ino_t inode;
    unsigned forks;
    view file;
    int lock; /* descriptor of its NAME.lock */
    int64_t generation;
    uint32_t resets;
} held;

static held *all_held; /* under held_mutex */

/* Its values when its checksum is right; copied first, since its holder may be writing. */
static bool position_slot(const uint8_t *at, position *found) {
    uint8_t slot[POSITION_CHECKED_BYTES];
    memcpy(slot, at, sizeof slot);
    *found = (position){load_i32(slot + 32), load_u32(slot + 4), load_u64(slot + 16), load_i64(slot + 8), load_i64(slot + 24),
                        load_u32(slot + 36)};
    return found->generation > 0 && crc32c(slot + 4, sizeof slot - 4) == load_u32(slot);
}

/* SIGHTLOG_DAMAGED when two slots were written and neither is good (one alone: a death in the first save), or says what is none. */
static int position_of(const uint8_t *at, const char *path, position *found, sightlog_error *error) {
    position first, second;
    bool one = position_slot(at + POSITION_SLOTS, &first);
    bool two = position_slot(at + POSITION_SLOTS + POSITION_SLOT_BYTES, &second);
    if (!one && !two && first.generation != 0 && second.generation != 0) {
        return fail(error, SIGHTLOG_DAMAGED, "%s is damaged: neither of its two positions has a good checksum; remove it to begin anew",
                    path);
    }
    *found = one && (!two || first.generation >= second.generation) ? first : two ? second : (position){0, 0, 0, 0, 0, 0};
    if (found->state < SIGHTLOG_AT_START || found->state > SIGHTLOG_AT || found->index > INT64_MAX) {
        return fail(error, SIGHTLOG_DAMAGED, "%s is damaged: state=%" PRId32 " index=%" PRId64 "; remove it to begin anew", path,
                    found->state, (int64_t)found->index);
    }
    return SIGHTLOG_OK;
}

static void position_save(held *own, int32_t state, uint64_t index, uint32_t place) {
    uint8_t slot[POSITION_CHECKED_BYTES] = {0};
    own->generation++;
    store_u32(slot + 4, place);
    store_i64(slot + 8, own->generation);
    store_u64(slot + 16, index);
    store_i64(slot + 24, sightlog_now());
    store_i32(slot + 32, state);
    store_u32(slot + 36, own->resets);
    store_u32(slot, crc32c(slot + 4, sizeof slot - 4));
    memcpy(own->file.bytes + POSITION_SLOTS + (own->generation & 1 ? 0 : POSITION_SLOT_BYTES), slot, sizeof slot);
}

static bool is_name(const char *name) {
    size_t size = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    return size >= 1 && size <= 64 && name[size] == 0 && *name != '.' && *name != '-';
}

static int bad_name(sightlog_error *error, const char *name) {
    return fail(error, SIGHTLOG_INVALID,
                "bad consumer name \"%.80s\": 1 to 64 letters, digits, '.', '_' or '-' are needed, not beginning with '.' or '-'", name);
}

static char *position_path(const char *directory, const char *name) {
    char file[96];
    snprintf(file, sizeof file, "consumers/%s.position", name);
    return path_in(directory, file);
}

/* When a process started, in ms since the epoch, as Java says it; 0 unknown. */
static int64_t started_millis(int64_t pid) {
    int64_t ticks, boot = 0, hertz = sysconf(_SC_CLK_TCK);
    process_state(pid, &ticks);
    FILE *file = fopen("/proc/stat", "re");
    char line[256];
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "btime ", 6) == 0) {
            boot = strtoll(line + 6, NULL, 10);
        }
    }
    if (file) {
        fclose(file);
    }
    return ticks > 0 && boot > 0 && hertz > 0 ? boot * 1000 + ticks * 1000 / hertz : 0;
}

/* Whether the process that a position names still runs. */
static bool holder_lives(int64_t pid, int64_t since_millis) {
    int64_t ticks;
    if (pid <= 0 || pid > INT32_MAX || !process_lives(pid, &ticks)) {
        return false;
    }
    int64_t started = started_millis(pid);
    return started == 0 || since_millis == 0 || started == since_millis;
}

static held *find_held(const struct stat *status) {
    held *own = all_held;
    while (own && (own->device != status->st_dev || own->inode != status->st_ino || own->forks != forks)) {
        own = own->next;
    }
    return own;
}

/*
 * Closing any descriptor of a file gives back this process's locks of it, also those that somebody else in it has taken, as the
 * Python package does. So what others here have locked is read by their descriptor, and never opened. -1 when nobody has, or
 * that cannot be seen.
 */
static int open_here(const struct stat *status) {
    DIR *all = opendir("/proc/self/fd");
    int found = -1;
    for (struct dirent *entry; all && found < 0 && (entry = readdir(all));) {
        struct stat other;
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char *end;
        long fd = strtol(entry->d_name, &end, 10);
        if (end != entry->d_name && *end == 0 && fd != dirfd(all) && fstat((int)fd, &other) == 0
            && other.st_dev == status->st_dev && other.st_ino == status->st_ino
            && (fcntl((int)fd, F_OFD_GETLK, &lock) != 0 || (lock.l_type != F_UNLCK && lock.l_pid == getpid()))) {
            found = (int)fd; /* one that a parent has opened before a fork is no lock of ours */
        }
    }
    if (all) {
        closedir(all);
    }
    return found;
}

static int held_by(sightlog_error *error, const char *name, int64_t process) {
    return fail(error, SIGHTLOG_HELD, "consumer \"%s\" is running already, as process %" PRId64 ": stop that one, or use another name",
                name, process);
}

/* The folder of positions; made when it is not there. */
static int consumers_folder(const char *directory, const char *folder, sightlog_error *error) {
    struct stat status;
    int number = new_folder(directory, folder, 0600);
    if (number && number != ENOTDIR) {
        return fail_system(error, number, "cannot keep a consumer's position in", folder);
    }
    if (lstat(folder, &status) != 0) {
        return fail_system(error, errno, "cannot read", folder);
    }
    return S_ISDIR(status.st_mode) ? SIGHTLOG_OK : fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is a link, or no directory", folder);
}

/* Opens what is locked for a name, and makes it when it is not there: see docs/format.md, consumers/. A descriptor, or below 0, and errno. */
static int lock_open(const char *directory, const char *folder, const char *path) {
    for (int tries = 0;; tries++) {
        int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        struct stat status;
        if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
            close(fd);
            errno = EINVAL;
            return -1;
        }
        if (fd >= 0 && locked_mode(status.st_mode & 07777) != (status.st_mode & 07777)
            && fchmod(fd, locked_mode(status.st_mode & 07777)) != 0) {
            /* another user's, who may write it, too */
        }
        if (fd >= 0 || errno != ENOENT || tries > 0) {
            return fd;
        }
        int number = make_shared(folder, path, directory, 0, true);
        if (number) {
            errno = number;
            return -1;
        }
    }
}

/* Who has the lock that we could not have. */
static int lock_taken(held *own, const char *name, sightlog_error *error) {
    bool locked;
    int64_t pid = locked_by(own->lock, true, 0, 0, &locked), holder = load_i64(own->file.bytes + POSITION_HOLDER);
    if (pid > 0 && pid != holder) {
        char text[128];
        process_text(pid, text, sizeof text);
        return fail(error, SIGHTLOG_HELD, "consumer \"%s\" cannot run: %s has locked consumers/%s.lock: stop that one, or use another name",
                    name, text, name);
    }
    return held_by(error, name, holder);
}

/*
 * Locks the name, in a file that those who may only read cannot open; and then the position, for the sake of older versions, which
 * lock only that. A reader's lock there does not keep us out.
 */
static int lock_name(held *own, const char *name, const char *path, sightlog_error *error) {
    int number = lock_range(own->lock, 0, 0);
    if (number == EAGAIN || number == EACCES) {
        return lock_taken(own, name, error);
    }
    if (number != 0) {
        return fail_system(error, number, "cannot lock", path);
    }
    number = lock_range(own->file.fd, 0, 0);
    if (number == EAGAIN || number == EACCES) {
        number = lock_shared(own->file.fd);
    }
    return number == EAGAIN || number == EACCES ? held_by(error, name, load_i64(own->file.bytes + POSITION_HOLDER))
           : number ? fail_system(error, number, "cannot lock", own->file.path)
                    : SIGHTLOG_OK;
}

/* Its header, and who holds it, once the lock is ours. */
static int position_begin(held *own, sightlog_error *error) {
    uint8_t *at = own->file.bytes;
    position now;
    if (load_u32(at) == 0) {
        store_i64(at + POSITION_CREATED, sightlog_now());
        store_u32(at + 4, 1);
        memcpy(at, "SLCP", 4);
    } else if (memcmp(at, "SLCP", 4) != 0 || load_u32(at + 4) != 1) {
        return fail(error, SIGHTLOG_NOT_A_JOURNAL,
                    "%s is not a consumer's position this library knows (version %u); remove it to begin anew", own->file.path,
                    load_u32(at + 4));
    }
    int result = position_of(at, own->file.path, &now, error);
    if (result == SIGHTLOG_OK) {
        own->generation = now.generation;
        own->resets = now.resets;
        store_i64(at + POSITION_HOLDER, getpid());
        store_i64(at + POSITION_STARTED, started_millis(getpid()));
    }
    return result;
}

/* Under held_mutex. */
static int hold_file(held *own, const char *directory, const char *folder, const char *name, sightlog_error *error) {
    struct stat status;
    char file[96], lock[96];
    snprintf(file, sizeof file, "%s.position", name);
    snprintf(lock, sizeof lock, "%s.lock", name);
    char *path = path_in(folder, file), *lock_path = path_in(folder, lock);
    bool there = path && lstat(path, &status) == 0, ours = there && (find_held(&status) || open_here(&status) >= 0);
    ours = ours || (lock_path && lstat(lock_path, &status) == 0 && open_here(&status) >= 0);
    free(path);
    int result = ours         ? held_by(error, name, getpid())
                 : !lock_path ? no_memory(error)
                 : there      ? SIGHTLOG_OK
                              : check_owner(directory, folder, "cannot keep a consumer's position in", error);
    result = result == SIGHTLOG_OK ? shared_open(&own->file, directory, folder, file, SHARED_BYTES, false, error) : result;
    if (result != SIGHTLOG_OK) {
        free(lock_path);
        return result;
    }
    own->lock = lock_open(directory, folder, lock_path);
    result = own->lock < 0 ? fail_system(error, errno, "cannot lock", lock_path) : lock_name(own, name, lock_path, error);
    free(lock_path);
    result = result == SIGHTLOG_OK ? position_begin(own, error) : result;
    if (result == SIGHTLOG_OK && fstat(own->file.fd, &status) != 0) {
        result = fail_system(error, errno, "cannot read", own->file.path);
    }
    if (result != SIGHTLOG_OK) {
        view_close(&own->file);
        if (own->lock >= 0) {
            close(own->lock);
        }
        return result;
    }
    own->device = status.st_dev;
    own->inode = status.st_ino;
    own->forks = forks;
    own->next = all_held;
    all_held = own;
    return SIGHTLOG_OK;
}

/* Takes a consumer's position, until it is released or this process ends. One of a new name begins at the start. */
static int hold(held **own, const char *directory, const char *name, sightlog_error *error) {
    if (!is_name(name)) {
        return bad_name(error, name);
    }
    char *folder = path_in(directory, "consumers");
    *own = calloc(1, sizeof **own);
    int result = folder && *own ? consumers_folder(directory, folder, error) : no_memory(error);
    if (result == SIGHTLOG_OK) {
        pthread_mutex_lock(&held_mutex);
        result = hold_file(*own, directory, folder, name, error);
        pthread_mutex_unlock(&held_mutex);
    }
    free(folder);
    if (result != SIGHTLOG_OK) {
        free(*own);
        *own = NULL;
    }
    return result;
}

static void release(held *own) {
    pthread_mutex_lock(&held_mutex);
    for (held **at = &all_held; *at; at = &(*at)->next) {
        if (*at == own) {
            *at = own->next;
            break;
        }
    }
    if (own->forks == forks) { /* else it is the parent's */
        store_i64(own->file.bytes + POSITION_STARTED, 0);
        store_i64(own->file.bytes + POSITION_HOLDER, 0);
        unlock_range(own->file.fd, 0, 0);
    }
    view_close(&own->file);
    close(own->lock); /* last: whoever gets it finds no lock on the position */
    pthread_mutex_unlock(&held_mutex);
    free(own);
}

/* That its name still leads to the file that is held: what is saved in another one is not there for who comes next. */
static int check_held(const held *own, sightlog_error *error) {
    struct stat now;
    const char *path = own->file.path;
    bool there = stat(path, &now) == 0;
    if (there ? now.st_dev == own->device && now.st_ino == own->inode : errno != ENOENT && errno != ENOTDIR) {
        return there ? SIGHTLOG_OK : fail_system(error, errno, "cannot see whether this is the position that was opened:", path);
    }
    return fail(error, SIGHTLOG_REPLACED,
                "the position in %s was replaced, moved or removed since it was opened (it is %s now): open it again", path,
                there ? "another file" : "not there");
}

static int consumer_of(const uint8_t *at, size_t size, const char *path, sightlog_consumer *consumer, sightlog_error *error) {
    position now;
    if (load_u32(at) == 0 && load_u64(at + POSITION_SLOTS + 8) == 0) {
        return SIGHTLOG_NONE; /* just made */
    }
    if (size < POSITION_SLOTS + 2 * POSITION_SLOT_BYTES || memcmp(at, "SLCP", 4) != 0 || load_u32(at + 4) != 1) {
        return fail(error, SIGHTLOG_NOT_A_JOURNAL,
                    "%s is not a consumer's position this library knows (%zu bytes, version %u); remove it to begin anew", path, size,
                    load_u32(at + 4));
    }
    int result = position_of(at, path, &now, error);
    if (result == SIGHTLOG_OK) {
        consumer->state = now.state;
        consumer->place = now.place;
        consumer->index = now.index;
        consumer->moved_nanos = now.moved_nanos;
        consumer->created_nanos = load_i64(at + POSITION_CREATED);
    }
    return result;
}

/* Under held_mutex: of a file this process holds, no descriptor may be closed. */
static int consumer_look(const char *path, sightlog_consumer *consumer, sightlog_error *error) {
    uint8_t content[SHARED_BYTES] = {0};
    struct stat status;
    int fd = -1, number = lstat(path, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    held *own = number == 0 ? find_held(&status) : NULL;
    if (own) {
        consumer->holder = getpid();
        return consumer_of(own->file.bytes, SHARED_BYTES, path, consumer, error);
    }
    int theirs = number == 0 ? open_here(&status) : -1;
    if (number == 0 && theirs < 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        number = fd < 0 ? errno : 0;
    }
    if (number != 0) {
        return number == ENOENT || number == ENOTDIR ? SIGHTLOG_NONE : fail_system(error, number, "cannot read", path);
    }
    ssize_t got = pread(theirs < 0 ? fd : theirs, content, sizeof content, 0);
    number = errno;
    bool locked = theirs >= 0;
    int64_t by = theirs >= 0 ? getpid() : locked_by(fd, false, 0, 0, &locked);
    if (theirs < 0) {
        close(fd);
    }
    if (got < 0) {
        return fail_system(error, number, "cannot read", path);
    }
    int64_t holder = load_i64(content + POSITION_HOLDER);
    locked = locked || holder_lives(holder, load_i64(content + POSITION_STARTED));
    consumer->holder = !locked ? 0 : holder > 0 ? holder : by;
    return consumer_of(content, (size_t)got, path, consumer, error);
}

int sightlog_consumer_read(const char *directory, const char *name, sightlog_consumer *consumer, sightlog_error *error) {
    sightlog_error ignored;
    error = error ? error : &ignored;
    prepare();
    memset(consumer, 0, sizeof *consumer);
    if (!is_name(name)) {
        return bad_name(error, name);
    }
    char *path = position_path(directory, name);
    if (!path) {
        return no_memory(error);
    }
    pthread_mutex_lock(&held_mutex);
    int result = consumer_look(path, consumer, error);
    pthread_mutex_unlock(&held_mutex);
    free(path);
    return result;
}
