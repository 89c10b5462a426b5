/* ==== os: what is asked of the system: mapped files, kernel locks, processes ==== */

/* ---- paths */

/* directory/name, to be freed; NULL when there is no memory. */
static char *path_in(const char *directory, const char *name) {
    size_t size = strlen(directory) + strlen(name) + 2;
    char *path = malloc(size);
    if (path) {
        snprintf(path, size, "%s/%s", directory, name);
    }
    return path;
}

/* ---- mapped files */

enum {
    GIVEN_AT_FIRST = 128 << 10, /* all of metadata.cq4t, and the header and first pages of a cycle's file */
    LONGEST_STRETCH = 256 << 10, /* what the kernel is asked for at once, when a file is read in order */
    NEAR = 64 << 10              /* how far ahead somebody looks next who goes on in order */
};

/* A file mapped whole, and again when it has grown and more of it is asked for. */
typedef struct view {
    char *path;
    int fd;
    bool writable;
    uint8_t *bytes; /* NULL while the file is empty */
    uint64_t size;
    uint64_t given_from, given_to; /* bytes that the kernel has read: loads from them are no faults */
} view;

static void view_close(view *file) {
    if (file->bytes) {
        munmap(file->bytes, file->size);
    }
    if (file->fd >= 0) {
        close(file->fd);
    }
    free(file->path);
    *file = (view){.fd = -1};
}

/* Maps what the file has grown by. Pointers into it that were given before are not valid any more. */
static int view_grow(view *file, sightlog_error *error) {
    struct stat status;
    if (fstat(file->fd, &status) != 0) {
        return fail_system(error, errno, "cannot read", file->path);
    }
    uint64_t size = (uint64_t)status.st_size;
    if (size <= file->size) {
        return SIGHTLOG_OK; /* cut behind an end mark: nobody looks there */
    }
    int access = PROT_READ | (file->writable ? PROT_WRITE : 0);
    void *bytes = file->bytes ? mremap(file->bytes, file->size, size, MREMAP_MAYMOVE)
                              : mmap(NULL, size, access, MAP_SHARED, file->fd, 0);
    if (bytes == MAP_FAILED) {
        return fail_system(error, errno, "cannot map", file->path);
    }
    file->bytes = bytes;
    file->size = size;
    return SIGHTLOG_OK;
}

/*
 * Has the kernel read a part of a file that is mapped. A load from a page that the device cannot give would be a fault (SIGBUS):
 * here it is an error. False, and unread, when there is one; false alone when the file was cut meanwhile.
 */
static bool view_give(view *file, uint64_t from, uint64_t to) {
    from &= ~(uint64_t)(PAGE - 1);
    if (from >= to || madvise(file->bytes + from, to - from, 22 /* MADV_POPULATE_READ, from Linux 5.14 on */) == 0) {
        return true;
    }
    for (uint64_t at = from; at < to; at += PAGE) { /* it says that it failed, but not why; or the kernel does not know it */
        uint8_t byte;
        ssize_t got = pread(file->fd, &byte, 1, (off_t)at);
        if (got < 0 && errno == EINTR) {
            at -= PAGE;
        } else if (got < 0) {
            fail_system(&unread, errno, "cannot read", file->path);
            return false;
        } else if (got == 0) {
            return false;
        }
    }
    return true;
}

/*
 * Opens and maps a regular file, not through a link. Takes the path over, also when it fails. SIGHTLOG_NONE when there is none.
 */
static int view_open(view *file, char *path, bool writable, sightlog_error *error) {
    *file = (view){.path = path, .fd = -1, .writable = writable};
    if (!path) {
        return no_memory(error);
    }
    int result = SIGHTLOG_OK;
    struct stat status;
    file->fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file->fd < 0) {
        int number = errno;
        result = number == ENOENT || number == ENOTDIR ? SIGHTLOG_NONE
                 : number == ELOOP
                     ? fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is a link: put the file itself there", path)
                     : fail_system(error, number, writable ? "cannot write" : "cannot read", path);
    } else if (fstat(file->fd, &status) != 0) {
        result = fail_system(error, errno, "cannot read", path);
    } else if (!S_ISREG(status.st_mode)) {
        result = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is no file", path);
    } else {
        result = view_grow(file, error);
    }
    uint64_t begin = file->size < GIVEN_AT_FIRST ? file->size : GIVEN_AT_FIRST;
    while (result == SIGHTLOG_OK && !view_give(file, 0, begin)) {
        if (is_unread()) {
            result = take_unread(error);
        } else if (fstat(file->fd, &status) != 0 || (uint64_t)status.st_size >= begin) {
            result = fail_system(error, ENODATA, "cannot read", path);
        } else {
            begin = (uint64_t)status.st_size; /* a writer cut it in between: its cycle has ended */
        }
    }
    file->given_to = begin;
    if (result != SIGHTLOG_OK) {
        view_close(file);
    }
    return result;
}

/*
 * Maps what the file has now, also when that is less: behind its end a mapping gives a fault. Pointers into what stays of a file
 * that was cut are still valid, those into a header always.
 */
static void view_fit(view *file) {
    struct stat status;
    sightlog_error ignored;
    if (fstat(file->fd, &status) != 0) {
        return;
    }
    uint64_t size = (uint64_t)status.st_size;
    if (size > file->size) {
        view_grow(file, &ignored);
    } else if (size >= 2 * PAGE && size < file->size && mremap(file->bytes, file->size, size, 0) != MAP_FAILED) {
        file->size = size;
        file->given_to = file->given_to < size ? file->given_to : size;
    }
}

/*
 * Moves what the kernel has given, or makes it longer: twice as long each time where a file is read in order, and no longer than
 * asked for where it is searched. NULL as view_at.
 */
static uint8_t *view_stretch(view *file, uint64_t offset, uint64_t bytes) {
    struct stat status;
    if (fstat(file->fd, &status) != 0) {
        fail_system(&unread, errno, "cannot read", file->path);
        return NULL;
    }
    uint64_t size = (uint64_t)status.st_size;
    if (offset > size || bytes > size - offset
        || (offset + bytes > file->size && view_grow(file, &unread) != SIGHTLOG_OK)) {
        return NULL;
    }
    size = size < file->size ? size : file->size;
    uint64_t end = offset + bytes, needed = (end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    bool onwards = file->given_to > 0 && offset >= file->given_from && offset <= file->given_to + NEAR;
    uint64_t first = onwards ? file->given_to : offset & ~(uint64_t)(PAGE - 1);
    uint64_t step = onwards ? file->given_to - file->given_from : 0, last = first + (step < LONGEST_STRETCH ? step : LONGEST_STRETCH);
    needed = needed < size ? needed : size;
    last = last < size ? last : size;
    if (last > needed && view_give(file, first, last)) {
        needed = last;
    } else {
        unread.code = SIGHTLOG_OK; /* what cannot be read lies farther on */
        if (!view_give(file, first, needed)) {
            return NULL;
        }
    }
    file->given_from = onwards ? file->given_from : first;
    file->given_to = needed;
    return file->bytes + offset;
}

/* Where so many bytes lie, mapped and read; NULL when the file does not have them, or, unread, when they cannot be had now. */
static inline uint8_t *view_at(view *file, uint64_t offset, uint64_t bytes) {
    if (offset < file->given_from || offset > file->given_to || bytes > file->given_to - offset) {
        return view_stretch(file, offset, bytes);
    }
    return file->bytes + offset;
}

/*
 * Whether four bytes of the file, at a multiple of 4, are other ones than in its mapping, and stay so: an overlay file system gives
 * a file that is written to for the first time a copy of its own, and leaves those that mapped it before with the old one.
 */
static bool view_is_stale(const view *file, uint64_t offset) {
    bool different = offset <= file->size && file->size - offset >= 4;
    for (int looks = 0; looks < 3 && different; looks++) {
        uint32_t before = acquire_u32(file->bytes + offset), read;
        different = pread(file->fd, &read, 4, (off_t)offset) == 4 && read != before && acquire_u32(file->bytes + offset) == before;
    }
    return different;
}

/* A name nobody else uses, in a directory; to be freed. */
static char *draft_path(const char *directory) {
    uint64_t random[2];
    if (getrandom(random, sizeof random, 0) != sizeof random) {
        random[0] = (uint64_t)clock_nanos(CLOCK_MONOTONIC);
        random[1] = (uint64_t)getpid() << 32 ^ (uintptr_t)&random;
    }
    char name[64];
    snprintf(name, sizeof name, ".draft-%016" PRIx64 "%016" PRIx64, random[0], random[1]);
    return path_in(directory, name);
}

/* ---- kernel locks
 *
 * A process loses its record locks of a file when it closes any descriptor of it. So what this process has locked is noted here,
 * under a mutex, and nothing here opens and closes such a file meanwhile. */

/* 0, or errno. EAGAIN or EACCES: another process has it. */
static int lock_range(int fd, uint64_t from, uint64_t bytes) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)from, .l_len = (off_t)bytes};
    return fcntl(fd, F_SETLK, &lock) == 0 ? 0 : errno;
}

/* For reading: what only another's lock for writing keeps from us. */
static int lock_shared(int fd) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_SETLK, &lock) == 0 ? 0 : errno;
}

/* Process that keeps a lock from us, for writing when for_writing; 0 when there is none, or it cannot be seen from here. */
static int64_t locked_by(int fd, bool for_writing, uint64_t from, uint64_t bytes, bool *locked) {
    struct flock lock = {.l_type = for_writing ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET, .l_start = (off_t)from, .l_len = (off_t)bytes};
    *locked = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    return *locked && lock.l_pid > 0 ? lock.l_pid : 0;
}

static void unlock_range(int fd, uint64_t from, uint64_t bytes) {
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = (off_t)from, .l_len = (off_t)bytes};
    fcntl(fd, F_SETLK, &lock);
}

/* ---- what the machine says about processes */

/* A small file of /proc, terminated; empty when it cannot be read. */
static void read_text(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? 0 : read(fd, text, size - 1);
    text[got > 0 ? got : 0] = 0;
    if (fd >= 0) {
        close(fd);
    }
}

/* Of /proc/PID/stat: its state, 0 when it is not there, and when it started in ticks since boot, 0 unknown. */
static char process_state(int64_t pid, int64_t *started) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
    read_text(path, text, sizeof text);
    *started = 0;
    char *at = strrchr(text, ')'); /* the name before may hold anything */
    if (!at || at[1] != ' ') {
        return access(path, F_OK) == 0 ? '?' : 0;
    }
    char state = at[2];
    at += 2;
    for (int field = 3; field < 22 && at; field++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    *started = at ? strtoll(at, NULL, 10) : 0;
    return state;
}

static bool process_lives(int64_t pid, int64_t *started) {
    char state = process_state(pid, started);
    return state != 0 && state != 'Z' && state != 'X';
}

/* What a process calls itself, and in which state it is, for people: "process 12 (python3)". */
static void process_text(int64_t pid, char *text, size_t size) {
    char path[64], name[64] = "";
    snprintf(path, sizeof path, "/proc/%" PRId64 "/comm", pid);
    read_text(path, name, sizeof name);
    for (char *at = name; *at; at++) {
        *at = *at == '\n' ? 0 : *at < ' ' || *at == 127 ? '?' : *at;
        if (!*at) {
            break;
        }
    }
    if (pid > 0) {
        snprintf(text, size, "process %" PRId64 "%s%s%s", pid, *name ? " (" : "", name, *name ? ")" : "");
    } else {
        snprintf(text, size, "a process that cannot be seen from here");
    }
}
