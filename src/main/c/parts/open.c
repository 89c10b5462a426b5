/* ==== open: opening a writer ==== */

/* ---- opening */

/* A file of stamps that was lost, or is older than the events after a loss of power, is set right. Under the lock. */
static int restore_last_stamp(sightlog_writer *writer) {
    sightlog_reader *reader;
    sightlog_event event;
    sightlog_reader_options last = {.start = {.from = SIGHTLOG_FROM_LAST, .events = 1}};
    int result = sightlog_reader_open(&reader, writer->directory, &last, &writer->error);
    if (result != SIGHTLOG_OK) {
        return is_system(result) ? result : SIGHTLOG_OK; /* damage behind us does not stop us; whoever reads there is told */
    }
    uint8_t *word = writer->signal.bytes + SIGNAL_LAST_APPENDED;
    result = sightlog_next(reader, &event);
    writer->error = is_system(result) ? reader->error : writer->error;
    if (result == SIGHTLOG_OK && event.appended_nanos > acquire_i64(word)) {
        release_i64(word, event.appended_nanos);
    }
    sightlog_reader_close(reader);
    return is_system(result) ? result : SIGHTLOG_OK;
}

/* The index of what is appended next to the newest cycle, 0 when there is none; SIGHTLOG_DAMAGED where that is. */
static int end_of_journal(sightlog_writer *writer, uint64_t *end, sightlog_error *error) {
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = SIGHTLOG_NONE;
    *end = 0;
    for (size_t i = found.count; i > 0 && result == SIGHTLOG_NONE; i--) {
        cycle_file file;
        result = cycle_open(&file, writer->directory, rolls_of(writer), found.all[i - 1], false, error);
        if (result == SIGHTLOG_OK) {
            cursor at;
            cursor_start(&at, &file);
            cursor_to_end(&at);
            result = cursor_peek(&at) == CURSOR_BROKEN ? SIGHTLOG_DAMAGED : SIGHTLOG_OK;
            result = is_unread() ? take_unread(error) : result;
            *end = first_of(file.cycle) | at.sequence;
            cycle_close(&file);
        }
    }
    free(found.all);
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

static bool stands_behind(const sightlog_consumer *consumer, uint64_t end) {
    return consumer->state != SIGHTLOG_AT_START && consumer->place <= INT32_MAX && consumer->index <= INT64_MAX
           && (consumer->index > end || (consumer->index == end && consumer->state == SIGHTLOG_BEHIND));
}

static void move_consumer_back(sightlog_writer *writer, const char *name, uint64_t end) {
    held *own;
    sightlog_error error = {0};
    sightlog_consumer now = {0};
    char text[1600];
    int result = hold(&own, writer->directory, name, &error);
    if (result == SIGHTLOG_OK) {
        result = check_same(&writer->same, writer->directory, &error);
        result = result == SIGHTLOG_OK ? consumer_of(own->file.bytes, SHARED_BYTES, own->file.path, &now, &error) : result;
        if (result == SIGHTLOG_OK && stands_behind(&now, end)) {
            own->resets++; /* the next events get the numbers of those that are gone */
            position_save(own, end == 0 ? SIGHTLOG_AT_START : SIGHTLOG_AT, end, 0);
        }
        release(own);
    }
    if (!writer->notice || (result == SIGHTLOG_OK && !stands_behind(&now, end))) {
        return;
    }
    if (result == SIGHTLOG_OK) {
        snprintf(text, sizeof text,
                 "consumer \"%s\" was at 0x%" PRIx64 ", past the end of %s: events that it has read are gone; it was moved back "
                 "to the end, 0x%" PRIx64,
                 name, now.index, writer->directory, end);
    } else {
        snprintf(text, sizeof text,
                 "consumer \"%s\" is past the end of %s, and would miss the next events: it cannot be moved: %s; then "
                 "sightlog consumers reset %s --to end --execute moves it",
                 name, writer->directory, error.text, name);
    }
    writer->notice(writer->notice_context, text);
}

/*
 * Consumers that stand behind the end: the events that they have read last are gone, after a loss of power or since somebody has
 * deleted files, and those that come next get the same numbers. They are moved to the end, or they would take those for read. Under
 * the lock.
 */
static int move_consumers_back(sightlog_writer *writer) {
    char *folder = path_in(writer->directory, "consumers"), text[1600];
    DIR *all = folder ? opendir(folder) : NULL;
    int number = all ? 0 : folder ? errno : ENOMEM, known = SIGHTLOG_NONE;
    uint64_t end = 0;
    for (struct dirent *entry; all && !is_system(known) && (entry = next_entry(all, &number));) {
        char name[80];
        sightlog_consumer consumer;
        sightlog_error error;
        size_t size = strlen(entry->d_name);
        if (size <= 9 || size - 9 >= sizeof name || strcmp(entry->d_name + size - 9, ".position") != 0) {
            continue;
        }
        memcpy(name, entry->d_name, size - 9);
        name[size - 9] = 0;
        if (!is_name(name)) {
            continue;
        }
        known = known == SIGHTLOG_OK ? known : end_of_journal(writer, &end, &writer->error);
        if (known != SIGHTLOG_OK) {
            continue;
        }
        int read = sightlog_consumer_read(writer->directory, name, &consumer, &error);
        if (read == SIGHTLOG_OK && stands_behind(&consumer, end)) {
            move_consumer_back(writer, name, end);
        } else if (is_system(read) && writer->notice) {
            snprintf(text, sizeof text, "whether consumer \"%s\" would miss what comes next cannot be seen: %s", name, error.text);
            writer->notice(writer->notice_context, text);
        }
    }
    if (number && number != ENOENT && number != ENOTDIR && writer->notice) {
        snprintf(text, sizeof text,
                 "cannot see whether a consumer is past the end, which would miss the next events: cannot list %s: %s",
                 folder ? folder : "consumers", strerror(number));
        writer->notice(writer->notice_context, text);
    }
    if (all) {
        closedir(all);
    }
    free(folder);
    return is_system(known) ? known : SIGHTLOG_OK;
}

/* Whether readers find what is appended next to the newest file, when it is the one that is appended to. Under the lock. */
static int check_end(sightlog_writer *writer) {
    cycles found;
    cycle_file file;
    int64_t now = stamp(writer, sightlog_now());
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    int32_t newest = result == SIGHTLOG_OK && found.count > 0 ? found.all[found.count - 1] : -1;
    free(found.all);
    if (result != SIGHTLOG_OK || newest < 0 || newest < now / 1000000 / rolls_of(writer)->millis) {
        return result;
    }
    result = cycle_open(&file, writer->directory, rolls_of(writer), newest, false, &writer->error);
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    cursor at;
    uint64_t end = 0;
    bool ended;
    cursor_start(&at, &file);
    cursor_to_end(&at);
    bool reached = cursor_peek(&at) != CURSOR_BROKEN;
    result = end_as_read(file.file.fd, file.file.path, &end, &ended, &writer->error);
    if (is_unread()) {
        result = take_unread(&writer->error);
    } else if (!is_system(result) && (!reached || (result == SIGHTLOG_OK && end != at.position))) {
        result = fail(&writer->error, SIGHTLOG_DAMAGED,
                      "%s is damaged at byte %" PRIu64 ": readers do not get to its end, and would not find what is appended there; "
                      "sightlog recover --into NEW saves what can be read",
                      file.file.path, at.position);
        writer->error.index = cursor_index(&at);
    }
    cycle_close(&file);
    return result;
}

static int prepare_journal(sightlog_writer *writer) {
    int64_t boot = boot_id(), other;
    uint8_t *checked = writer->all_slots->file.bytes + SLOT_CHECKED;
    int result = lock(writer);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = writer_check_same(writer); /* all that is open by now was opened by name */
    if (result != SIGHTLOG_OK) {
        unlock(writer, UNLOCKED, &other);
        return result;
    }
    if (boot == 0 || acquire_i64(checked) != boot) {
        result = after_reboot(writer);
        if (result == SIGHTLOG_OK) {
            release_i64(checked, boot);
        }
    }
    result = result == SIGHTLOG_OK ? complete_cycles(writer) : result;
    result = result == SIGHTLOG_OK ? restore_last_stamp(writer) : result;
    result = result == SIGHTLOG_OK ? check_end(writer) : result;
    result = result == SIGHTLOG_OK ? move_consumers_back(writer) : result;
    unlock(writer, UNLOCKED, &other);
    return result;
}

static uint64_t random_id(void) {
    uint64_t id = 0;
    while (getrandom(&id, sizeof id, 0) != sizeof id || id == 0) {
    }
    return id;
}

int sightlog_writer_open(sightlog_writer **opened, const char *directory, const sightlog_writer_options *options,
                         sightlog_error *error) {
    static const sightlog_writer_options DEFAULTS;
    const sightlog_writer_options *with = options ? options : &DEFAULTS;
    const roll *rolls = roll_named(with->roll ? with->roll : "hourly");
    sightlog_error ignored;
    error = error ? error : &ignored;
    prepare();
    *opened = NULL;
    if (!directory || !*directory) {
        return fail(error, SIGHTLOG_INVALID, "no directory was given");
    }
    if (!rolls) {
        return fail(error, SIGHTLOG_INVALID,
                    "unknown roll \"%s\": one of secondly, minutely, five-minutely, ten-minutely, half-hourly, hourly, six-hourly, "
                    "daily is needed",
                    with->roll);
    }
    if (with->mode & ~0777u || (with->mode && (with->mode & 0600) != 0600)) {
        return fail(error, SIGHTLOG_INVALID, "mode=%04o has no read and write for its owner, or more than permissions", with->mode);
    }
    sightlog_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        return no_memory(error);
    }
    writer->data.file.fd = writer->signal.fd = writer->current.file.fd = writer->same.folder = -1;
    writer->directory = absolute(directory);
    writer->forks = forks;
    writer->timeout_nanos = with->lock_timeout_nanos > 0 ? with->lock_timeout_nanos : INT64_C(10000000000);
    writer->notice = with->notice;
    writer->notice_context = with->notice_context;
    writer->every_event = with->every_event != 0;
    writer->producer = random_id();
    writer->last_appended = writer->last_synced = -1;
    writer->slot = -1;
    int result = writer->directory ? check_owner(writer->directory, writer->directory, "cannot append to journal", &writer->error)
                                   : no_memory(&writer->error);
    result = result != SIGHTLOG_OK ? result : open_or_make(writer, rolls, with->mode ? with->mode : 0600);
    if (result == SIGHTLOG_OK) {
        result = shared_open(&writer->signal, writer->directory, writer->directory, "sightlog.signal", SHARED_BYTES, false,
                             &writer->error);
        result = result == SIGHTLOG_OK ? signal_check(&writer->signal, true, &writer->error) : result;
    }
    if (result == SIGHTLOG_OK) {
        result = slot_take(&writer->all_slots, &writer->slot, writer->directory, metadata_word(&writer->data, KEY_WRITE_LOCK),
                           &writer->error);
    }
    if (result == SIGHTLOG_OK) {
        writer->word = (int64_t)((uint64_t)(writer->slot + 1) << 32 | (uint32_t)getpid());
        result = prepare_journal(writer);
    }
    if (result != SIGHTLOG_OK) {
        *error = writer->error;
        sightlog_writer_close(writer);
        return result;
    }
    *opened = writer;
    return SIGHTLOG_OK;
}

void sightlog_writer_close(sightlog_writer *writer) {
    if (!writer) {
        return;
    }
    bool ours = writer->forks == forks;
    if (ours && writer->every_event && !writer->failed) {
        sightlog_sync(writer);
    }
    if (ours && writer->slot >= 0) {
        slot_give_back(writer->all_slots, writer->slot);
    }
    view_close(&writer->current.file);
    view_close(&writer->signal);
    view_close(&writer->data.file);
    identity_close(&writer->same);
    free(writer->staging);
    free(writer->directory);
    free(writer);
}
