/* ==== owner: whom files belong to, and files that processes share ==== */

/* ---- owners
 *
 * Every file that is made in a journal gets owner, group and permissions of metadata.cq4t, or is not made: see docs/format.md,
 * Owner, group, permissions. */

typedef struct owner {
    uid_t uid;
    gid_t gid;
    mode_t mode; /* of files */
    bool made;   /* whether the journal has its metadata.cq4t; else these are its directory's, and it is private */
} owner;

static mode_t folder_mode(mode_t mode) { return mode | (mode & 0444) >> 2; } /* who may read may search */

/* Without reading for those who may not write: of files whose kernel locks order writers. */
static mode_t locked_mode(mode_t mode) { return mode & ~((~mode & 0222) << 1); }

/* 0, or errno. */
static int owner_of(owner *found, const char *journal) {
    struct stat status;
    char *like = path_in(journal, "metadata.cq4t");
    int number = !like ? ENOMEM : stat(like, &status) == 0 ? 0 : errno;
    free(like);
    bool made = number == 0;
    if (number == ENOENT) {
        number = stat(journal, &status) == 0 ? 0 : errno;
    }
    if (number == 0) {
        *found = (owner){status.st_uid, status.st_gid, made ? status.st_mode & 0666 : 0600, made};
    }
    return number;
}

/* Whether the group may do more than everybody. */
static bool group_counts(const owner *of) { return (of->mode >> 3 & ~of->mode & 6) != 0; }

/* Whether those whom the journal belongs to can use a file that is like this. */
static bool suits(const owner *of, const struct stat *file) {
    bool same_group = file->st_gid == of->gid;
    return (same_group || !group_counts(of))
           && (file->st_uid == of->uid || (of->mode & 0006) == 0006 || (same_group && (of->mode & 0060) == 0060));
}

/* Gives a new file or folder to whom it belongs. 0, or errno: EPERM when those could not go on with it. */
static int give(int fd, const owner *to, mode_t mode) {
    struct stat now;
    if (fstat(fd, &now) != 0) {
        return errno;
    }
    if (now.st_gid != to->gid && fchown(fd, (uid_t)-1, to->gid) != 0) {
        /* not allowed: whether it suits all the same is looked at */
    }
    if ((now.st_mode & 07777) != mode && fchmod(fd, mode) != 0) {
        return errno;
    }
    if (now.st_uid != to->uid && fchown(fd, to->uid, (gid_t)-1) != 0) {
        /* likewise */
    }
    if (fstat(fd, &now) != 0) {
        return errno;
    }
    return to->made && !suits(to, &now) ? EPERM : 0;
}

/* Of the journal whose metadata.cq4t is open. 0, or errno. */
static int owner_by(owner *found, int metadata) {
    struct stat status;
    if (fstat(metadata, &status) != 0) {
        return errno;
    }
    *found = (owner){status.st_uid, status.st_gid, status.st_mode & 0666, true};
    return 0;
}

/* Makes an empty file, of a journal, in a folder that is open. A descriptor, or below 0, and errno; it is not there then. */
static int new_file_at(int folder, const char *name, const owner *to, mode_t mode) {
    int fd = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int number = fd < 0 ? errno : give(fd, to, mode);
    if (fd >= 0 && number) {
        close(fd);
        unlinkat(folder, name, 0);
    }
    errno = number;
    return number ? -1 : fd;
}

static int new_file(const char *path, const owner *to, mode_t mode) { return new_file_at(AT_FDCWD, path, to, mode); }

/* Likewise, with the permissions of the journal's files. */
static int new_file_in(const char *journal, const char *path, bool locked) {
    owner to;
    int number = owner_of(&to, journal);
    errno = number;
    return number ? -1 : new_file(path, &to, locked ? locked_mode(to.mode) : to.mode);
}

/* Makes a folder where there is none: that of a journal, or one in it. mode: of the files of a journal that is not made yet. 0, or errno. */
static int new_folder(const char *journal, const char *path, mode_t mode) {
    owner to;
    struct stat status;
    if (mkdir(path, 0700) != 0) {
        return errno != EEXIST ? errno : stat(path, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    int number = fd < 0 || fstat(fd, &status) != 0 ? errno : owner_of(&to, journal);
    if (!number) {
        /* its group is handed on where that of the directory is, or where it is not that of who made it */
        mode_t files = to.made ? to.mode : mode;
        mode_t hands_on = status.st_gid == to.gid ? status.st_mode & S_ISGID : files & 0060 ? S_ISGID : 0;
        number = give(fd, &to, folder_mode(files) | hands_on);
    }
    if (fd >= 0) {
        close(fd);
    }
    if (number) {
        rmdir(path);
    }
    return number;
}

static bool is_member(gid_t group) {
    gid_t few[64], *all = few;
    int count = getgroups(0, NULL);
    if (count > (int)(sizeof few / sizeof *few)) {
        all = calloc((size_t)count, sizeof *all);
    }
    count = all ? getgroups(count, all) : 0;
    bool found = getegid() == group;
    for (int i = 0; i < count && !found; i++) {
        found = all[i] == group;
    }
    if (all != few) {
        free(all);
    }
    return found;
}

static void user_name(uid_t uid, char *name, size_t size) {
    struct passwd entry, *found = NULL;
    char room[4096];
    if (getpwuid_r(uid, &entry, room, sizeof room, &found) == 0 && found) {
        snprintf(name, size, "%s", found->pw_name);
    } else {
        snprintf(name, size, "%u", uid);
    }
}

static void group_name(gid_t gid, char *name, size_t size) {
    struct group entry, *found = NULL;
    char room[4096];
    if (getgrgid_r(gid, &entry, room, sizeof room, &found) == 0 && found) {
        snprintf(name, size, "%s", found->gr_name);
    } else {
        snprintf(name, size, "%u", gid);
    }
}

/* Whether this process can make files that those can use whom the journal belongs to, before anything is written. */
static int check_owner(const char *journal, const char *folder, const char *what, sightlog_error *error) {
    owner to;
    if (owner_of(&to, journal) != 0 || !to.made || (geteuid() == to.uid && (is_member(to.gid) || !group_counts(&to)))) {
        return SIGHTLOG_OK; /* what cannot be looked at is told by who needs it */
    }
    struct stat status;
    char *probe = draft_path(stat(folder, &status) == 0 ? folder : journal);
    int fd = probe ? new_file(probe, &to, to.mode) : -1, number = probe ? errno : ENOMEM;
    if (fd >= 0) {
        close(fd);
        unlink(probe);
        number = 0;
    }
    free(probe);
    if (number != EPERM && number != EACCES) {
        return number ? fail_system(error, number, what, journal) : SIGHTLOG_OK;
    }
    char user[64], group[64], own[64];
    bool by_group = (to.mode & 0060) == 0060;
    user_name(to.uid, user, sizeof user);
    group_name(to.gid, group, sizeof group);
    user_name(geteuid(), own, sizeof own);
    int code = fail(error, SIGHTLOG_PERMISSION,
                    "%s %s: %sit belongs to user %s, group %s (mode %04o)%s%s%s: run as %s%s%s", what, journal,
                    number == EACCES ? "permission denied; " : "", user, group, (unsigned)to.mode,
                    number == EPERM ? ", and they could not use what user " : "", number == EPERM ? own : "",
                    number == EPERM ? " writes here" : "", user, by_group ? ", or as a member of group " : "", by_group ? group : "");
    error->system_error = number;
    return code;
}

/* ---- files that processes share by mapping */

enum { SHARED_BYTES = 4096 };

/*
 * Whether a file of that size goes beyond what this process may write. The kernel would send SIGXFSZ, which ends a program that has
 * made no other arrangement; that is not for a library to make.
 */
static bool over_limit(uint64_t size) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur;
}

/* 0, or errno; EFBIG before anything is written. */
static int write_all(int fd, const void *bytes, size_t size, uint64_t offset) {
    const uint8_t *at = bytes;
    if (over_limit(offset + size)) {
        return EFBIG;
    }
    while (size > 0) {
        ssize_t written = pwrite(fd, at, size, (off_t)offset);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return written < 0 ? errno : EIO;
        }
        at += written;
        size -= (size_t)written;
        offset += (uint64_t)written;
    }
    return 0;
}

/*
 * Makes a file of zeros, written out in full, under another name and links it into place, unless there is one already. locked:
 * who may only read does not get at it. 0, or errno.
 */
static int make_shared(const char *folder, const char *path, const char *journal, uint64_t bytes, bool locked) {
    char *draft = draft_path(folder);
    uint8_t *zeros = calloc(1, bytes ? bytes : 1);
    int number = draft && zeros ? 0 : ENOMEM;
    int fd = number ? -1 : new_file_in(journal, draft, locked);
    if (!number && fd < 0) {
        number = errno;
    }
    if (!number) {
        number = write_all(fd, zeros, bytes, 0);
    }
    if (!number && link(draft, path) != 0 && errno != EEXIST) {
        number = errno;
    }
    if (fd >= 0) {
        close(fd);
        unlink(draft);
    }
    free(zeros);
    free(draft);
    return number;
}

/* Opens such a file for writing, and makes it when it is not there. folder is that of the file, journal the journal's. */
static int shared_open(view *file, const char *journal, const char *folder, const char *name, uint64_t bytes, bool locked,
                       sightlog_error *error) {
    for (int tries = 0;; tries++) {
        char *path = path_in(folder, name);
        int result = view_open(file, path, true, error);
        if (result == SIGHTLOG_OK && file->size < bytes) { /* after a crash of the machine */
            static const uint8_t zeros[PAGE];
            for (uint64_t at = file->size; at < bytes && result == SIGHTLOG_OK; at += PAGE) {
                uint64_t size = bytes - at < PAGE ? bytes - at : PAGE;
                int number = write_all(file->fd, zeros, size, at);
                result = number ? fail_system(error, number, "cannot write", file->path) : SIGHTLOG_OK;
            }
            result = result == SIGHTLOG_OK ? view_grow(file, error) : result;
            if (result != SIGHTLOG_OK) {
                view_close(file);
            }
        }
        if (result != SIGHTLOG_NONE || tries > 0) {
            return result == SIGHTLOG_NONE ? fail_system(error, ENOENT, "cannot write", folder) : result;
        }
        path = path_in(folder, name);
        int number = path ? make_shared(folder, path, journal, bytes, locked) : ENOMEM;
        result = number ? fail_system(error, number, "cannot write", path ? path : name) : SIGHTLOG_OK;
        free(path);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
}
