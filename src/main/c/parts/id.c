/* ==== id: by what others refer to a journal ==== */

/* ---- the id of a journal, in sightlog.id */

static int digit_of(char hex) {
    return hex >= '0' && hex <= '9' ? hex - '0' : hex >= 'a' && hex <= 'f' ? hex - 'a' + 10 : -1;
}

int sightlog_journal_id(const char *directory, uint8_t id[16], sightlog_error *error) {
    sightlog_error ignored;
    error = error ? error : &ignored;
    memset(id, 0, 16);
    char *path = path_in(directory, "sightlog.id");
    if (!path) {
        return no_memory(error);
    }
    uint8_t *text, taken[16], any = 0;
    size_t size;
    uint64_t all;
    int result = read_end(path, 33, &text, &size, &all, error);
    if (result == SIGHTLOG_OK) {
        bool good = all == 33 && size == 33 && text[32] == '\n';
        for (size_t i = 0; good && i < 16; i++) {
            int high = digit_of((char)text[2 * i]), low = digit_of((char)text[2 * i + 1]);
            good = high >= 0 && low >= 0;
            taken[i] = (uint8_t)((unsigned)high << 4 | (unsigned)low);
            any |= taken[i];
        }
        if (good && any) {
            memcpy(id, taken, 16);
        } else {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s is damaged: 32 hex digits, lower-case and not all 0, and a line feed are needed; put back that of a copy of "
                          "this journal, or remove it",
                          path);
        }
    }
    free(text);
    free(path);
    return result;
}
