/* ==== slots: who is a writer, and alive ==== */

/* ---- slots: sightlog.writers */

enum { SLOTS = 1024, FIRST_SLOT = 4096, SLOT_BYTES = 64, SLOT_FILE_BYTES = FIRST_SLOT + SLOTS * SLOT_BYTES, SLOT_CHECKED = 16 };
enum { SLOT_STARTED = 8, SLOT_HELD = 16, SLOT_BOOT = 24, SLOT_NAMESPACE = 32, SLOT_HOST = 40, HOST_BYTES = 24 };

/* One a file and process, since closing any descriptor of the file gives its locks back. Under held_mutex. */
typedef struct slots {
    struct slots *next;
    dev_t device;
    ino_t inode;
    unsigned forks; /* those of a parent are not ours */
    view file;
    unsigned owned;
    bool own[SLOTS];
} slots;

static slots *open_slots;

/* First 8 bytes of the boot's id as a number, the first byte the highest; 0 unknown. */
static int64_t boot_id(void) {
    char text[64], hex[17] = {0};
    read_text("/proc/sys/kernel/random/boot_id", text, sizeof text);
    int digits = 0;
    for (const char *at = text; *at && digits < 16; at++) {
        if (*at != '-') {
            hex[digits++] = *at;
        }
    }
    return digits == 16 ? (int64_t)strtoull(hex, NULL, 16) : 0;
}

static int64_t pid_namespace(void) {
    char link[64];
    ssize_t size = readlink("/proc/self/ns/pid", link, sizeof link - 1);
    link[size > 0 ? size : 0] = 0;
    char *bracket = strchr(link, '[');
    return bracket ? strtoll(bracket + 1, NULL, 10) : 0;
}

static uint8_t *slot_record(const slots *all, int slot) { return all->file.bytes + FIRST_SLOT + slot * SLOT_BYTES; }

/* Whether it is of this boot and PID namespace, so that its process id means something here. */
static bool slot_is_here(const slots *all, int slot) {
    const uint8_t *record = slot_record(all, slot);
    return load_i64(record + SLOT_BOOT) == boot_id() && load_i64(record + SLOT_NAMESPACE) == pid_namespace();
}

/* Whether the process in its record still runs, as far as can be seen from here: it may have lost its kernel lock. */
static bool slot_seems_alive(const slots *all, int slot) {
    const uint8_t *record = slot_record(all, slot);
    int32_t pid = load_i32(record);
    int64_t started;
    return pid != 0 && pid != getpid() && slot_is_here(all, slot) && process_lives((uint32_t)pid, &started)
           && load_i64(record + SLOT_STARTED) == started;
}

static uint64_t slot_offset(int slot) { return FIRST_SLOT + (uint64_t)slot * SLOT_BYTES; }

static bool slot_try_lock(slots *all, int slot) {
    return !all->own[slot] && lock_range(all->file.fd, slot_offset(slot), 1) == 0;
}

/* Under held_mutex. */
static slots *slots_find(const struct stat *status) {
    for (slots **at = &open_slots; *at;) {
        slots *known = *at;
        if (known->forks != forks) {
            *at = known->next; /* a parent's: left alone, as its handles are */
        } else if (known->device == status->st_dev && known->inode == status->st_ino) {
            return known;
        } else {
            at = &known->next;
        }
    }
    return NULL;
}

/* Under held_mutex. */
static int slots_open(slots **found, const char *directory, sightlog_error *error) {
    char *path = path_in(directory, "sightlog.writers");
    struct stat status;
    *found = path && lstat(path, &status) == 0 ? slots_find(&status) : NULL;
    free(path);
    if (*found) {
        return SIGHTLOG_OK;
    }
    slots *opened = calloc(1, sizeof *opened);
    if (!opened) {
        return no_memory(error);
    }
    int result = shared_open(&opened->file, directory, directory, "sightlog.writers", SLOT_FILE_BYTES, true, error);
    if (result == SIGHTLOG_OK) {
        uint8_t *at = opened->file.bytes;
        if (load_u32(at) == 0) {
            store_u32(at + 8, SLOTS);
            store_u32(at + 4, 1);
            memcpy(at, "SLWR", 4);
        }
        if (memcmp(at, "SLWR", 4) != 0 || load_u32(at + 4) != 1 || load_u32(at + 8) != SLOTS) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not what this library knows; a newer Sightlog may have made it",
                          opened->file.path);
        } else if (fstat(opened->file.fd, &status) != 0) {
            result = fail_system(error, errno, "cannot read", opened->file.path);
        }
        if (result != SIGHTLOG_OK) {
            view_close(&opened->file);
        }
    }
    if (result != SIGHTLOG_OK) {
        free(opened);
        return result;
    }
    mode_t mode = status.st_mode & 07777;
    if (locked_mode(mode) != mode && fchmod(opened->file.fd, locked_mode(mode)) != 0) {
        /* made by an older version, and another user's: who opens it as that one does this */
    }
    opened->device = status.st_dev;
    opened->inode = status.st_ino;
    opened->forks = forks;
    opened->next = open_slots;
    open_slots = *found = opened;
    return SIGHTLOG_OK;
}

/* Under held_mutex. */
static void slots_close_unused(slots *all) {
    if (all->owned > 0) {
        return;
    }
    for (slots **at = &open_slots; *at; at = &(*at)->next) {
        if (*at == all) {
            *at = all->next;
            break;
        }
    }
    view_close(&all->file);
    free(all);
}

/* -1 when it has none; more than there are when the word is free. */
static int word_slot(int64_t word) { return (int)((int64_t)((uint64_t)word >> 32) - 1); }

static void slot_write(uint8_t *record) {
    int64_t started;
    process_state(getpid(), &started);
    store_i64(record + SLOT_STARTED, started);
    store_i64(record + SLOT_HELD, 0);
    store_i64(record + SLOT_BOOT, boot_id());
    store_i64(record + SLOT_NAMESPACE, pid_namespace());
    char host[256];
    read_text("/proc/sys/kernel/hostname", host, sizeof host);
    host[strcspn(host, "\n")] = 0;
    char cut[HOST_BYTES] = {0};
    memcpy(cut, host, strnlen(host, HOST_BYTES));
    memcpy(record + SLOT_HOST, cut, HOST_BYTES);
    store_i32(record, getpid());
}

/* Why there is no slot; said before one is looked for. */
static int no_slot(const slots *all, const char *directory, sightlog_error *error) {
    bool locked;
    int64_t pid = locked_by(all->file.fd, true, FIRST_SLOT, 1, &locked);
    if (locked && pid != load_i32(slot_record(all, 0))) {
        char text[128];
        process_text(pid, text, sizeof text);
        return fail(error, SIGHTLOG_LOCKED, "cannot append to %s: %s, which is no writer of it, has locked sightlog.writers: end that process",
                    directory, text);
    }
    return fail(error, SIGHTLOG_LOCKED, "all %d slots for writers of %s are taken: close writers, or share one", SLOTS, directory);
}

/* A free slot. One that the lock word names is not free, though its owner is dead: whoever follows it must be able to tell. */
static int slot_take(slots **all, int *slot, const char *directory, const uint8_t *lock_word, sightlog_error *error) {
    pthread_mutex_lock(&held_mutex);
    int result = slots_open(all, directory, error);
    if (result == SIGHTLOG_OK) {
        result = no_slot(*all, directory, error);
        for (int i = 0; i < SLOTS && result != SIGHTLOG_OK; i++) {
            if (!slot_try_lock(*all, i)) {
                continue;
            }
            if (slot_seems_alive(*all, i) || word_slot(acquire_i64(lock_word)) == i) {
                unlock_range((*all)->file.fd, slot_offset(i), 1);
                continue;
            }
            (*all)->own[i] = true;
            (*all)->owned++;
            slot_write(slot_record(*all, i));
            *slot = i;
            result = SIGHTLOG_OK;
        }
        slots_close_unused(*all);
    }
    pthread_mutex_unlock(&held_mutex);
    return result;
}

static void slot_give_back(slots *all, int slot) {
    pthread_mutex_lock(&held_mutex);
    memset(slot_record(all, slot), 0, SLOT_BYTES);
    unlock_range(all->file.fd, slot_offset(slot), 1);
    all->own[slot] = false;
    all->owned--;
    slots_close_unused(all);
    pthread_mutex_unlock(&held_mutex);
}
