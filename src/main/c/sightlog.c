/*
 * The library behind sightlog.h. docs/format.md says what lies where, and in which order it is written; names here are its names.
 *
 *     base       errors, checksums, mapped files, Chronicle's wire, rolls, metadata.cq4t, the header of a cycle's file
 *     reading    documents, breaks, batches, events, labels, named consumers
 *     appending  slots and the write lock, blocks before use, new cycles, index, drafts, batches, catalogue
 *
 * Everything read out of a file is bounded before it is followed: a journal from elsewhere is data. All of it is one file so that
 * it can be compiled into a program by naming it.
 */
#define _GNU_SOURCE
#include "sightlog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ || __SIZEOF_POINTER__ != 8
#error "Sightlog's files are little-endian, and mapped whole: a little-endian machine with 64-bit addresses is needed"
#endif

/* ==== base ==== */

#define METADATA 0x40000000u
#define IN_PROGRESS 0x80000000u
#define LENGTH 0x3fffffffu
#define END_OF_CYCLE 0xc0000000u
#define UNLOCKED INT64_MIN

enum { EVENT_HEADER = 112, BATCH_HEADER = 24, DETECTION = 32, SECTION = 12, BATCH_KIND = 4, EVENT_VERSION = 1, FILLER_VERSION = 0 };
enum { PAGE = 4096, MAX_HEADER_BYTES = 4096, MAX_INDEX_COUNT = 1 << 15, MAX_INDEX_SPACING = 1 << 20 };
enum { MAX_DOCUMENT_BYTES = SIGHTLOG_MAX_EVENT_BYTES + 4096, MAX_TABLE_BYTES = 1 << 20, MIN_DOCUMENT_BYTES = 8 };

/* Offsets in an event. */
enum {
    AT_CRC = 0,
    AT_MAGIC = 4,
    AT_VERSION = 8,
    AT_KIND = 9,
    AT_HEADER_BYTES = 10,
    AT_TOTAL_BYTES = 12,
    AT_PRODUCER = 16,
    AT_SEQUENCE = 24,
    AT_APPENDED_NANOS = 32,
    AT_CAPTURED_NANOS = 40,
    AT_POSITION_NANOS = 48,
    AT_FRAME = 56,
    AT_LABEL_SET = 64,
    AT_DIGEST = 72,
    AT_WIDTH = 80,
    AT_HEIGHT = 84,
    AT_DECODE_NANOS = 88,
    AT_INFER_NANOS = 96,
    AT_DETECTION_COUNT = 104,
    AT_DETECTION_BYTES = 108,
    AT_SECTION_COUNT = 110,
    /* and of a batch */
    AT_COUNT = 16,
    AT_EVENTS_CRC = 20
};

static const char MAGIC[4] = {'S', 'L', 'O', 'G'};
#define MAGIC_WORD 0x474f4c53u

/* ---- errors */

const char *sightlog_code_text(int code) {
    switch (code) {
    case SIGHTLOG_OK: return "done";
    case SIGHTLOG_NONE: return "nothing now";
    case SIGHTLOG_DAMAGED: return "damaged";
    case SIGHTLOG_NEWER: return "written by a newer Sightlog";
    case SIGHTLOG_NOT_A_JOURNAL: return "not a journal";
    case SIGHTLOG_IO: return "a system call failed";
    case SIGHTLOG_FULL: return "no room";
    case SIGHTLOG_PERMISSION: return "not allowed";
    case SIGHTLOG_LOCKED: return "locked by another writer";
    case SIGHTLOG_LOCK_LOST: return "the write lock was lost";
    case SIGHTLOG_HELD: return "the consumer is running already";
    case SIGHTLOG_INVALID: return "a value that cannot be";
    case SIGHTLOG_TOO_LARGE: return "too large";
    case SIGHTLOG_NO_MEMORY: return "no memory";
    case SIGHTLOG_NO_EVENT: return "no event there";
    case SIGHTLOG_DEVICE_FAILED: return "not on the device";
    case SIGHTLOG_GIVEN_UP: return "the device had failed before";
    case SIGHTLOG_REPLACED: return "replaced, moved or removed";
    default: return "unknown code";
    }
}

/* How many bytes, of UTF-8 and terminated, are a character that controls a terminal, turns the order of letters or hides. */
static int unshown(const unsigned char *at) {
    if (at[0] < 0x20 || at[0] == 0x7f) {
        return at[0] != 0;
    }
    if ((at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0) || (at[0] == 0xd8 && at[1] == 0x9c)) {
        return 2; /* C1, U+061C */
    }
    if (at[0] == 0xe2 && at[1] == 0x80) {
        return (at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae) ? 3 : 0;
    }
    if ((at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa0 && at[2] < 0xb0) || (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf)) {
        return 3; /* U+2060 .. U+206F, U+FEFF */
    }
    return at[0] == 0xf3 && at[1] == 0xa0 && at[2] && at[3] ? 4 : 0; /* tags */
}

/* Fills an error, and gives its code back. What it points to is kept in its place when it is not known here. */
static int fail(sightlog_error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int fail(sightlog_error *error, int code, const char *format, ...) {
    error->code = code;
    error->system_error = 0;
    error->index = 0;
    error->place = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    for (unsigned char *at = (unsigned char *)error->text; *at; at++) {
        for (int bytes = unshown(at); bytes > 0; bytes--, at += bytes > 0) {
            *at = '?'; /* one line that commands no terminal, whatever a file's name holds */
        }
    }
    return code;
}

static int system_code(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT: return SIGHTLOG_FULL;
    case EACCES:
    case EPERM:
    case EROFS: return SIGHTLOG_PERMISSION;
    case ENOMEM: return SIGHTLOG_NO_MEMORY;
    default: return SIGHTLOG_IO;
    }
}

/* What a system call said, of a file. */
static int fail_system(sightlog_error *error, int number, const char *what, const char *path) {
    char reason[128];
    const char *text = strerror_r(number, reason, sizeof reason);
    int code = fail(error, system_code(number), "%s %s: %s", what, path, text);
    error->system_error = number;
    return code;
}

static int no_memory(sightlog_error *error) { return fail(error, SIGHTLOG_NO_MEMORY, "out of memory"); }

/* Whether a code is of the system: it says nothing about what is in a file. */
static bool is_system(int code) { return code == SIGHTLOG_IO || code == SIGHTLOG_PERMISSION || code == SIGHTLOG_NO_MEMORY; }

/*
 * What the system could not map or read since it was taken last, in this thread. What then seems to be the end, a hole or damage
 * is none: whoever looked at bytes takes this before believing what they say.
 */
static _Thread_local sightlog_error unread;

static bool is_unread(void) { return unread.code != SIGHTLOG_OK; }

static int take_unread(sightlog_error *error) {
    *error = unread;
    unread.code = SIGHTLOG_OK;
    return error->code;
}

/* As errno. */
static int take_unread_number(void) {
    unread.code = SIGHTLOG_OK;
    return unread.system_error ? unread.system_error : ENOMEM;
}

/* ---- bytes in memory */

#define LOADS(name, type)                              \
    static inline type name(const void *at) {          \
        type value;                                    \
        memcpy(&value, at, sizeof value);              \
        return value;                                  \
    }
LOADS(load_u16, uint16_t)
LOADS(load_u32, uint32_t)
LOADS(load_i32, int32_t)
LOADS(load_u64, uint64_t)
LOADS(load_i64, int64_t)
LOADS(load_f32, float)

#define STORES(name, type) \
    static inline void name(void *at, type value) { memcpy(at, &value, sizeof value); }
STORES(store_u16, uint16_t)
STORES(store_u32, uint32_t)
STORES(store_i32, int32_t)
STORES(store_u64, uint64_t)
STORES(store_i64, int64_t)
STORES(store_f32, float)

/* Words that processes share; aligned to their size. */
static inline uint32_t acquire_u32(const uint8_t *at) {
    return __atomic_load_n((const uint32_t *)(const void *)at, __ATOMIC_ACQUIRE);
}
static inline int64_t acquire_i64(const uint8_t *at) {
    return __atomic_load_n((const int64_t *)(const void *)at, __ATOMIC_ACQUIRE);
}
static inline void release_i64(uint8_t *at, int64_t value) {
    __atomic_store_n((int64_t *)(void *)at, value, __ATOMIC_RELEASE);
}
static inline bool swap_u32(uint8_t *at, uint32_t expected, uint32_t next) {
    return __atomic_compare_exchange_n((uint32_t *)(void *)at, &expected, next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
static inline bool swap_i64(uint8_t *at, int64_t expected, int64_t next) {
    return __atomic_compare_exchange_n((int64_t *)(void *)at, &expected, next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline uint64_t align4(uint64_t n) { return (n + 3) & ~(uint64_t)3; }

static inline bool is_magic(const uint8_t *at) { return memcmp(at, MAGIC, 4) == 0; }

static bool is_zero(const uint8_t *at, size_t size) { return size == 0 || (*at == 0 && memcmp(at, at + 1, size - 1) == 0); }

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
}

/* ---- time */

static int64_t clock_nanos(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t sightlog_now(void) { return clock_nanos(CLOCK_REALTIME); }

static void sleep_nanos(int64_t nanos) {
    struct timespec time = {nanos / 1000000000, nanos % 1000000000};
    nanosleep(&time, NULL);
}

/* ---- CRC-32C */

static uint32_t crc_tables[8][256];
static uint32_t (*crc_of)(uint32_t, const uint8_t *, size_t);

static uint32_t crc_by_table(uint32_t crc, const uint8_t *at, size_t size) {
    for (; size >= 8; at += 8, size -= 8) {
        uint32_t low = load_u32(at) ^ crc, high = load_u32(at + 4);
        crc = crc_tables[7][low & 0xff] ^ crc_tables[6][low >> 8 & 0xff] ^ crc_tables[5][low >> 16 & 0xff]
              ^ crc_tables[4][low >> 24] ^ crc_tables[3][high & 0xff] ^ crc_tables[2][high >> 8 & 0xff]
              ^ crc_tables[1][high >> 16 & 0xff] ^ crc_tables[0][high >> 24];
    }
    for (; size; at++, size--) {
        crc = crc_tables[0][(crc ^ *at) & 0xff] ^ crc >> 8;
    }
    return crc;
}

#if defined(__x86_64__)
/* An instruction takes three times as long as until the next one can begin, so three runs of this many bytes go side by side. */
enum { CRC_RUN = 128 };
static uint32_t crc_shifts[4][256]; /* by byte: what a checksum becomes when so many zeros follow */

static inline uint32_t crc_shift(uint32_t crc) {
    return crc_shifts[0][crc & 0xff] ^ crc_shifts[1][crc >> 8 & 0xff] ^ crc_shifts[2][crc >> 16 & 0xff] ^ crc_shifts[3][crc >> 24];
}

static void crc_make_shifts(void) {
    static const uint8_t zeros[CRC_RUN];
    uint32_t of_bit[32];
    for (int bit = 0; bit < 32; bit++) {
        of_bit[bit] = crc_by_table(1u << bit, zeros, CRC_RUN);
    }
    for (int n = 0; n < 4 * 256; n++) {
        for (int bit = 0; bit < 8; bit++) {
            crc_shifts[n >> 8][n & 0xff] ^= n >> bit & 1 ? of_bit[8 * (n >> 8) + bit] : 0;
        }
    }
}

__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t so_far, const uint8_t *at, size_t size) {
    uint64_t crc = so_far;
    for (; size >= 3 * CRC_RUN; at += 3 * CRC_RUN, size -= 3 * CRC_RUN) {
        uint64_t second = 0, third = 0;
        for (size_t i = 0; i < CRC_RUN; i += 8) {
            crc = __builtin_ia32_crc32di(crc, load_u64(at + i));
            second = __builtin_ia32_crc32di(second, load_u64(at + CRC_RUN + i));
            third = __builtin_ia32_crc32di(third, load_u64(at + 2 * CRC_RUN + i));
        }
        crc = crc_shift(crc_shift((uint32_t)crc) ^ (uint32_t)second) ^ third;
    }
    for (; size >= 8; at += 8, size -= 8) {
        crc = __builtin_ia32_crc32di(crc, load_u64(at));
    }
    uint32_t rest = (uint32_t)crc;
    for (; size; at++, size--) {
        rest = __builtin_ia32_crc32qi(rest, *at);
    }
    return rest;
}
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    for (; size >= 8; at += 8, size -= 8) {
        crc = __crc32cd(crc, load_u64(at));
    }
    for (; size; at++, size--) {
        crc = __crc32cb(crc, *at);
    }
    return crc;
}
#endif

static void crc_choose(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t value = n;
        for (int bit = 0; bit < 8; bit++) {
            value = value >> 1 ^ (value & 1 ? 0x82f63b78u : 0);
        }
        crc_tables[0][n] = value;
    }
    for (int table = 1; table < 8; table++) {
        for (uint32_t n = 0; n < 256; n++) {
            uint32_t before = crc_tables[table - 1][n];
            crc_tables[table][n] = crc_tables[0][before & 0xff] ^ before >> 8;
        }
    }
    crc_of = crc_by_table;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) {
        crc_make_shifts();
        crc_of = crc_by_instruction;
    }
#elif defined(__ARM_FEATURE_CRC32)
    crc_of = crc_by_instruction;
#endif
}

/* ---- once a process */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static unsigned forks; /* how often this process was forked from one that had the library: handles of before are not ours */

/* Over what this process has locked: see kernel locks. */
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;

static void before_fork(void) { pthread_mutex_lock(&held_mutex); }
static void after_fork(void) { pthread_mutex_unlock(&held_mutex); }
static void forked(void) {
    forks++;
    pthread_mutex_unlock(&held_mutex);
}

static void prepare_once(void) {
    crc_choose();
    pthread_atfork(before_fork, after_fork, forked);
}

static void prepare(void) { pthread_once(&once, prepare_once); }

/* Of a handle's start on, prepare() was called. */
static inline uint32_t crc32c(const uint8_t *at, size_t size) { return ~crc_of(0xffffffffu, at, size); }

uint32_t sightlog_crc32c(uint32_t so_far, const void *bytes, size_t size) {
    prepare();
    return ~crc_of(~so_far, bytes, size);
}

/* ---- SHA-256, which names label sets */

static void sha256_block(uint32_t state[8], const uint8_t *at) {
    static const uint32_t K[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
#define TURN(x, n) ((x) >> (n) | (x) << (32 - (n)))
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        w[i] = __builtin_bswap32(load_u32(at + 4 * i));
    }
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (TURN(a, 7) ^ TURN(a, 18) ^ a >> 3) + w[i - 7] + (TURN(b, 17) ^ TURN(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t one = s[7] + (TURN(e, 6) ^ TURN(e, 11) ^ TURN(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i];
        uint32_t two = (TURN(a, 2) ^ TURN(a, 13) ^ TURN(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += one;
        s[0] = one + two;
    }
#undef TURN
    for (int i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}

static void sha256(const void *bytes, size_t size, uint8_t hash[32]) {
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const uint8_t *at = bytes;
    size_t left = size;
    for (; left >= 64; at += 64, left -= 64) {
        sha256_block(state, at);
    }
    uint8_t last[128] = {0};
    size_t blocks = left < 56 ? 64 : 128;
    if (left > 0) {
        memcpy(last, at, left);
    }
    last[left] = 0x80;
    store_u64(last + blocks - 8, __builtin_bswap64(8 * (uint64_t)size));
    for (size_t i = 0; i < blocks; i += 64) {
        sha256_block(state, last + i);
    }
    for (int i = 0; i < 8; i++) {
        store_u32(hash + 4 * i, __builtin_bswap32(state[i]));
    }
}

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
    if (result == SIGHTLOG_OK && !view_give(file, 0, begin)) {
        result = is_unread() ? take_unread(error) : fail_system(error, ENODATA, "cannot read", path);
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

/* ---- Chronicle's wire: the few codes its headers use, in a range [from, to) of a mapped file */

/* What is behind a field's name, NULL when there is no such field. */
static const uint8_t *wire_field(const uint8_t *from, const uint8_t *to, const char *name) {
    size_t size = strlen(name);
    for (const uint8_t *at = from; at + 1 + size <= to; at++) {
        if (*at == 0xc0 + size && memcmp(at + 1, name, size) == 0) {
            return at + 1 + size;
        }
    }
    return NULL;
}

/* What is behind an event name at the start of the range, NULL when it is another one. */
static const uint8_t *wire_event(const uint8_t *from, const uint8_t *to, const char *name) {
    size_t size = strlen(name);
    return (size_t)(to - from) >= 2 + size && from[0] == 0xb9 && from[1] == size && memcmp(from + 2, name, size) == 0
               ? from + 2 + size
               : NULL;
}

/* An integer of any width; false when none is there. */
static bool wire_number(const uint8_t *at, const uint8_t *to, int64_t *value) {
    if (!at || at >= to) {
        return false;
    }
    static const uint8_t WIDTHS[] = {1, 2, 4, 1, 2, 4, 8};
    int code = *at;
    if (code < 0x80) {
        *value = code;
        return true;
    }
    if (code < 0xa1 || code > 0xa7 || at + 1 + WIDTHS[code - 0xa1] > to) {
        return false;
    }
    switch (code) {
    case 0xa1: *value = at[1]; break;
    case 0xa2: *value = load_u16(at + 1); break;
    case 0xa3: *value = load_u32(at + 1); break;
    case 0xa4: *value = (int8_t)at[1]; break;
    case 0xa5: *value = (int16_t)load_u16(at + 1); break;
    case 0xa6: *value = load_i32(at + 1); break;
    default: *value = load_i64(at + 1); break;
    }
    return true;
}

/* A bound value behind padding, 8-aligned in its file (which begins at base); NULL when none is there. */
static const uint8_t *wire_bound(const uint8_t *base, const uint8_t *at, const uint8_t *to, uint8_t code, size_t bytes) {
    while (at && at < to && (*at == 0x8f || *at == 0x8e)) {
        if (*at == 0x8f) {
            at++;
            continue;
        }
        int32_t skip = to - at >= 5 ? load_i32(at + 1) : -1;
        if (skip < 0 || skip > to - at - 5) {
            return NULL;
        }
        at += 5 + skip;
    }
    return at && (size_t)(to - at) >= 1 + bytes && to > at && *at == code && ((at + 1 - base) & 7) == 0 ? at + 1 : NULL;
}

static const uint8_t *wire_long(const uint8_t *base, const uint8_t *at, const uint8_t *to) {
    return wire_bound(base, at, to, 0xa7, 8);
}

/* The values of a bound array; its capacity and used count are the two longs before. */
static const uint8_t *wire_array(const uint8_t *base, const uint8_t *at, const uint8_t *to) {
    const uint8_t *array = wire_bound(base, at, to, 0x8d, 16);
    return array ? array + 16 : NULL;
}

/* ---- how a journal rolls */

typedef struct roll {
    const char *text;    /* as options name it */
    int64_t millis;      /* length of a cycle */
    const char *pattern; /* as metadata.cq4t has it */
    const char *name;    /* as strptime and strftime take it */
    uint32_t index_count, index_spacing;
} roll;

static const roll ROLLS[] = {
    {"secondly", 1000, "yyyyMMdd-HHmmss'T'", "%Y%m%d-%H%M%ST.cq4", 32768, 4},
    {"minutely", 60000, "yyyyMMdd-HHmm", "%Y%m%d-%H%M.cq4", 2048, 16},
    {"five-minutely", 300000, "yyyyMMdd-HHmm'V'", "%Y%m%d-%H%MV.cq4", 2048, 256},
    {"ten-minutely", 600000, "yyyyMMdd-HHmm'X'", "%Y%m%d-%H%MX.cq4", 2048, 256},
    {"half-hourly", 1800000, "yyyyMMdd-HHmm'H'", "%Y%m%d-%H%MH.cq4", 2048, 256},
    {"hourly", 3600000, "yyyyMMdd-HH'F'", "%Y%m%d-%HF.cq4", 4096, 256},
    {"six-hourly", 21600000, "yyyyMMdd-HH'VI'", "%Y%m%d-%HVI.cq4", 4096, 256},
    {"daily", 86400000, "yyyyMMdd'F'", "%Y%m%dF.cq4", 4096, 256},
};
enum { ROLL_COUNT = sizeof ROLLS / sizeof *ROLLS, CYCLE_NAME_BYTES = 48 };

static void cycle_name(const roll *rolls, int32_t cycle, char name[CYCLE_NAME_BYTES]) {
    time_t seconds = (time_t)(cycle * rolls->millis / 1000);
    struct tm start;
    gmtime_r(&seconds, &start);
    strftime(name, CYCLE_NAME_BYTES, rolls->name, &start);
}

/* False when it is no name of a cycle's file. */
static bool cycle_of(const roll *rolls, const char *name, int32_t *cycle) {
    struct tm start = {0};
    char again[CYCLE_NAME_BYTES];
    const char *end = strptime(name, rolls->name, &start);
    if (!end || *end) {
        return false;
    }
    int64_t number = (int64_t)timegm(&start) * 1000 / rolls->millis;
    if (number < 0 || number > INT32_MAX) {
        return false;
    }
    *cycle = (int32_t)number;
    cycle_name(rolls, *cycle, again);
    return strcmp(again, name) == 0;
}

static char *cycle_path(const char *directory, const roll *rolls, int32_t cycle) {
    char name[CYCLE_NAME_BYTES];
    cycle_name(rolls, cycle, name);
    return path_in(directory, name);
}

typedef struct cycles {
    int32_t *all; /* ascending; to be freed */
    size_t count;
} cycles;

static int by_number(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* The array, with room for one more; NULL, and the array as it was, when there is no memory. */
static void *grown(void *all, size_t count, size_t *room, size_t each) {
    if (count < *room) {
        return all;
    }
    size_t larger = *room ? 2 * *room : 16;
    void *more = realloc(all, larger * each);
    *room = more ? larger : *room;
    return more;
}

/* The next one of a directory; NULL at its end, and when it cannot be read on: errno, or 0. */
static struct dirent *next_entry(DIR *folder, int *number) {
    errno = 0;
    struct dirent *entry = readdir(folder);
    *number = entry ? 0 : errno;
    return entry;
}

/* The cycles that have a file. */
static int list_cycles(const char *directory, const roll *rolls, cycles *found, sightlog_error *error) {
    *found = (cycles){NULL, 0};
    DIR *folder = opendir(directory);
    if (!folder) {
        return fail_system(error, errno, "cannot list", directory);
    }
    size_t room = 0;
    int32_t cycle;
    int number;
    for (struct dirent *entry; (entry = next_entry(folder, &number));) {
        if (!cycle_of(rolls, entry->d_name, &cycle)) {
            continue;
        }
        int32_t *all = grown(found->all, found->count, &room, sizeof *all);
        if (!all) {
            free(found->all);
            closedir(folder);
            *found = (cycles){NULL, 0};
            return no_memory(error);
        }
        found->all = all;
        found->all[found->count++] = cycle;
    }
    closedir(folder);
    if (number) {
        free(found->all);
        *found = (cycles){NULL, 0};
        return fail_system(error, number, "cannot list", directory);
    }
    if (found->count > 1) {
        qsort(found->all, found->count, sizeof *found->all, by_number);
    }
    return SIGHTLOG_OK;
}

/* ---- metadata.cq4t */

enum { KEY_HIGHEST_CYCLE, KEY_LOWEST_CYCLE, KEY_MOD_COUNT, KEY_WRITE_LOCK, KEY_APPEND_LOCK, KEY_COUNT };
static const char *const KEYS[KEY_COUNT] = {"listing.highestCycle", "listing.lowestCycle", "listing.modCount",
                                            "chronicle.write.lock", "chronicle.append.lock"};

typedef struct metadata {
    view file;
    const roll *rolls;
    uint64_t words[KEY_COUNT]; /* where in the file the words are, 8-aligned */
} metadata;

static int not_a_journal(sightlog_error *error, const view *file, const char *why) {
    return fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not a journal this library can read: %s", file->path, why);
}

static const roll *roll_of(const uint8_t *from, const uint8_t *to) {
    int64_t millis = 0;
    const uint8_t *text = wire_field(from, to, "format");
    wire_number(wire_field(from, to, "length"), to, &millis);
    size_t size = text && text < to && *text >= 0xe0 ? *text - 0xe0u : 0;
    if (!text || (size_t)(to - text) < 1 + size) {
        return NULL;
    }
    for (size_t i = 0; i < ROLL_COUNT; i++) {
        if (ROLLS[i].millis == millis && strlen(ROLLS[i].pattern) == size && memcmp(text + 1, ROLLS[i].pattern, size) == 0) {
            return &ROLLS[i];
        }
    }
    return NULL;
}

static int metadata_parse(metadata *data, sightlog_error *error) {
    view *file = &data->file;
    uint64_t size = file->size < MAX_TABLE_BYTES ? file->size : MAX_TABLE_BYTES;
    uint32_t header = size < 8 ? 0 : acquire_u32(file->bytes);
    uint32_t length = header & LENGTH;
    if (header == 0 || header & IN_PROGRESS) {
        return SIGHTLOG_NONE;
    }
    if (!(header & METADATA) || length > MAX_HEADER_BYTES || 4 + (uint64_t)length > size) {
        return not_a_journal(error, file, "its first document is damaged");
    }
    const uint8_t *from = file->bytes + 4, *to = from + length;
    int64_t epoch = -1;
    data->rolls = roll_of(from, to);
    if (!data->rolls) {
        return not_a_journal(error, file, "it rolls in a way that is not known here, or does not say how");
    }
    if (!wire_number(wire_field(from, to, "epoch"), to, &epoch) || epoch != 0) {
        return not_a_journal(error, file, "its cycles do not count from 1970");
    }
    unsigned found = 0;
    for (uint64_t at = align4(4 + (uint64_t)length); at + 4 <= size;) {
        header = acquire_u32(file->bytes + at);
        length = header & LENGTH;
        if (header == 0 || header & IN_PROGRESS) {
            break;
        }
        if (length > MAX_HEADER_BYTES || at + 4 + length > size) {
            return not_a_journal(error, file, "its table is damaged");
        }
        from = file->bytes + at + 4;
        to = from + length;
        for (unsigned key = 0; key < KEY_COUNT; key++) {
            const uint8_t *value = wire_event(from, to, KEYS[key]);
            const uint8_t *word = value ? wire_long(file->bytes, value, to) : NULL;
            if (value && !word) {
                return not_a_journal(error, file, "a word of its table is damaged");
            }
            if (word) {
                data->words[key] = (uint64_t)(word - file->bytes);
                found |= 1u << key;
            }
        }
        at = align4(at + 4 + length);
    }
    return found == (1u << KEY_COUNT) - 1 ? SIGHTLOG_OK : SIGHTLOG_NONE;
}

/* SIGHTLOG_NONE while the journal is not there, or not complete yet. */
static int metadata_open(metadata *data, const char *directory, bool writable, sightlog_error *error) {
    *data = (metadata){.file.fd = -1};
    int result = view_open(&data->file, path_in(directory, "metadata.cq4t"), writable, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = metadata_parse(data, error);
    if (result == SIGHTLOG_NONE) {
        struct stat now;
        if (fstat(data->file.fd, &now) == 0 && (uint64_t)now.st_size > data->file.size) {
            result = view_grow(&data->file, error) == SIGHTLOG_OK ? metadata_parse(data, error) : SIGHTLOG_NONE;
        }
    }
    if (result != SIGHTLOG_OK) {
        view_close(&data->file);
    }
    return result;
}

static inline uint8_t *metadata_word(const metadata *data, int key) { return data->file.bytes + data->words[key]; }

/* ---- which journal is open
 *
 * The directory and metadata.cq4t by device and inode, so that whoever opens, makes or deletes a file by name can see that the path
 * still leads to that journal, and not to another one that has taken its place. */

typedef struct identity {
    int folder; /* the directory, kept open, so that its inode is not given to another one; -1: none is known */
    dev_t device, metadata_device;
    ino_t inode, metadata_inode;
} identity;

static int replaced(sightlog_error *error, const char *directory, const char *what) {
    return fail(error, SIGHTLOG_REPLACED,
                "the journal at %s was replaced, moved or removed since it was opened (%s now): open it again", directory, what);
}

/* SIGHTLOG_REPLACED when the path leads to something else, or to nothing; SIGHTLOG_IO when that cannot be told. */
static int check_same(const identity *own, const char *directory, sightlog_error *error) {
    struct stat now;
    if (own->folder < 0) {
        return SIGHTLOG_OK;
    }
    if (stat(directory, &now) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? replaced(error, directory, "no directory is there")
                                                   : fail_system(error, errno, "cannot see whether this is the journal that was opened:",
                                                                 directory);
    }
    if (now.st_dev != own->device || now.st_ino != own->inode) {
        return replaced(error, directory, "something else is there");
    }
    if (fstatat(own->folder, "metadata.cq4t", &now, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? replaced(error, directory, "there is no metadata.cq4t")
                               : fail_system(error, errno, "cannot see whether metadata.cq4t is the one that was opened in", directory);
    }
    if (now.st_dev != own->metadata_device || now.st_ino != own->metadata_inode) {
        return replaced(error, directory, "its metadata.cq4t is another file");
    }
    return SIGHTLOG_OK;
}

static void identity_close(identity *own) {
    if (own->folder >= 0) {
        close(own->folder);
        own->folder = -1;
    }
}

/* Of the journal whose metadata.cq4t is open; SIGHTLOG_REPLACED when another one has taken its place already. */
static int identity_open(identity *own, const char *directory, const metadata *data, sightlog_error *error) {
    struct stat folder, file;
    own->folder = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (own->folder < 0) {
        return errno == ENOENT || errno == ENOTDIR ? replaced(error, directory, "no directory is there")
                                                   : fail_system(error, errno, "cannot open", directory);
    }
    int result = SIGHTLOG_OK;
    if (fstat(own->folder, &folder) != 0 || fstat(data->file.fd, &file) != 0) {
        result = fail_system(error, errno, "cannot read", directory);
    } else {
        own->device = folder.st_dev;
        own->inode = folder.st_ino;
        own->metadata_device = file.st_dev;
        own->metadata_inode = file.st_ino;
        result = check_same(own, directory, error);
    }
    if (result != SIGHTLOG_OK) {
        identity_close(own);
    }
    return result;
}

static int64_t highest_cycle(const metadata *data) { return acquire_i64(metadata_word(data, KEY_HIGHEST_CYCLE)); }

/* ---- the header of a cycle's file */

typedef struct cycle_file {
    view file;
    int32_t cycle;
    uint32_t index_count, index_spacing;
    uint64_t write_position; /* where its two values are */
    uint64_t index2index;    /* where the word is that says where the page of pages is */
    uint64_t last_index;     /* where the word is */
    struct {                 /* for documents that are not sound: see may_pass */
        bool begun, clean, has_false_end;
        uint64_t size, clean_end, false_end;
        int64_t budget, steps;
        uint32_t false_header;
    } jumps;
} cycle_file;

static void cycle_close(cycle_file *file) { view_close(&file->file); }

static int damaged_header(sightlog_error *error, const cycle_file *file, const char *why) {
    int code = fail(error, SIGHTLOG_DAMAGED, "%s cannot be read as a cycle of the journal: %s", file->file.path, why);
    error->index = (uint64_t)(uint32_t)file->cycle << 32;
    return code;
}

static bool power_of_2(const uint8_t *at, const uint8_t *to, uint32_t most, uint32_t *value) {
    int64_t number;
    if (!wire_number(at, to, &number) || number < 1 || number > most || (number & (number - 1)) != 0) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

/* SIGHTLOG_NONE while it is not there, or its header is not complete; SIGHTLOG_DAMAGED when its header is something else. */
static int cycle_open(cycle_file *file, const char *directory, const roll *rolls, int32_t cycle, bool writable,
                      sightlog_error *error) {
    *file = (cycle_file){.file.fd = -1, .cycle = cycle};
    int result = view_open(&file->file, cycle_path(directory, rolls, cycle), writable, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    const uint8_t *base = file->file.bytes;
    uint32_t header = file->file.size < 4 ? 0 : acquire_u32(base);
    uint32_t length = header & LENGTH;
    if (header == 0 || header & IN_PROGRESS) {
        cycle_close(file);
        return SIGHTLOG_NONE;
    }
    if (!(header & METADATA) || length > MAX_HEADER_BYTES || 4 + (uint64_t)length > file->file.size) {
        result = damaged_header(error, file, "its first document is no header");
    } else {
        const uint8_t *from = base + 4, *to = from + length;
        const uint8_t *position = wire_array(base, wire_field(from, to, "writePosition"), to);
        const uint8_t *pages = wire_long(base, wire_field(from, to, "index2Index"), to);
        const uint8_t *last = wire_long(base, wire_field(from, to, "lastIndex"), to);
        int64_t format = 0;
        if (!position || to - position < 16 || !pages || !last
            || !power_of_2(wire_field(from, to, "indexCount"), to, MAX_INDEX_COUNT, &file->index_count)
            || !power_of_2(wire_field(from, to, "indexSpacing"), to, MAX_INDEX_SPACING, &file->index_spacing)) {
            result = damaged_header(error, file, "a field of its header is missing or damaged");
        } else if (!wire_number(wire_field(from, to, "dataFormat"), to, &format) || format != 1) {
            result = damaged_header(error, file, "its data format is not 1");
        } else {
            file->write_position = (uint64_t)(position - base);
            file->index2index = (uint64_t)(pages - base);
            file->last_index = (uint64_t)(last - base);
        }
    }
    if (result != SIGHTLOG_OK) {
        cycle_close(file);
    }
    return result;
}

/* What the file says of itself; writers set it after the document is published, so that it may lag and is never ahead. */

/* Where a recent last document is. */
static inline int64_t claimed_position(const cycle_file *file) { return acquire_i64(file->file.bytes + file->write_position); }

/* That position, its lower 32 bits, in the upper half, and the document's number. */
static inline int64_t claimed_number(const cycle_file *file) {
    return acquire_i64(file->file.bytes + file->write_position + 8);
}

/* The next number to be indexed. */
static inline int64_t last_index(const cycle_file *file) { return acquire_i64(file->file.bytes + file->last_index); }

/* Where the values of an index page are in the file, 0 when there is no such page there. */
static uint64_t page_values(cycle_file *file, int64_t document, const char *name) {
    uint64_t bytes = 64 + 8 * (uint64_t)file->index_count;
    const uint8_t *at = document <= 0 || document & 3 ? NULL : view_at(&file->file, (uint64_t)document, bytes);
    const uint8_t *after = at ? wire_event(at + 4, at + bytes, name) : NULL;
    const uint8_t *values = after ? wire_array(file->file.bytes, after, at + bytes) : NULL;
    return values && (uint64_t)(values - at) + 8 * (uint64_t)file->index_count <= bytes ? (uint64_t)(values - file->file.bytes)
                                                                                       : 0;
}

/* What a page has in a slot, 0 when it has no such slot in use. */
static int64_t page_slot(cycle_file *file, int64_t document, const char *name, uint64_t slot) {
    uint64_t values = slot >= file->index_count ? 0 : page_values(file, document, name);
    if (!values || (int64_t)slot >= acquire_i64(file->file.bytes + values - 8)) {
        return 0;
    }
    return acquire_i64(file->file.bytes + values + 8 * slot);
}

/* What the index has for its n-th entry, document n * spacing; unchecked, 0 when it has none. */
static int64_t index_entry(cycle_file *file, uint64_t n) {
    int64_t pages = acquire_i64(file->file.bytes + file->index2index);
    int64_t page = page_slot(file, pages, "index2index", n / file->index_count);
    return page ? page_slot(file, page, "index", n % file->index_count) : 0;
}

/* ---- the wait word, in sightlog.signal */

enum { SIGNAL_LAST_APPENDED = 8, SIGNAL_DURABLE = 16, SIGNAL_WAKES = 64, SIGNAL_SLEEPERS = 128 };

static int signal_check(view *file, bool may_begin, sightlog_error *error) {
    if (load_u32(file->bytes) == 0 && may_begin) {
        store_u32(file->bytes + 4, 1);
        memcpy(file->bytes, "SLSG", 4);
    }
    if (memcmp(file->bytes, "SLSG", 4) != 0 || load_u32(file->bytes + 4) != 1) {
        int code = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not what this library knows; a newer Sightlog may have made it",
                        file->path);
        view_close(file);
        return code;
    }
    return SIGHTLOG_OK;
}

static void futex_wait(uint8_t *word, uint32_t expected, int64_t nanos) {
    struct timespec time = {nanos / 1000000000, nanos % 1000000000};
    syscall(SYS_futex, word, FUTEX_WAIT, expected, &time, NULL, 0);
}

/* After an append: wakes whoever sleeps. Costs a load while nobody does. */
static inline void wake_sleepers(const view *signal) {
    atomic_thread_fence(memory_order_seq_cst); /* the append before the look at sleepers */
    uint8_t *sleepers = signal->bytes + SIGNAL_SLEEPERS;
    if (acquire_u32(sleepers) != 0 && __atomic_exchange_n((uint32_t *)(void *)sleepers, 0, __ATOMIC_SEQ_CST) != 0) {
        uint8_t *wakes = signal->bytes + SIGNAL_WAKES;
        __atomic_add_fetch((uint32_t *)(void *)wakes, 1, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, wakes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
}

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

/* ==== reading ==== */

/* ---- one event's bytes, and a batch's
 *
 * What is wrong is written into `why`, which may be NULL when nobody will read it. */

enum { WHY_BYTES = 256 };

static int wrong(char *why, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int wrong(char *why, int code, const char *format, ...) {
    if (why) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why, WHY_BYTES, format, arguments);
        va_end(arguments);
    }
    return code;
}

/* Where the parts of an event are, read once. */
typedef struct parts {
    uint32_t header_bytes, detection_count, detection_bytes, section_count;
    uint64_t table; /* offset of the section table */
} parts;

static int newer_or(const uint8_t *at, uint32_t size, char *why) {
    unsigned version = at[AT_VERSION];
    if (version > EVENT_VERSION && load_u32(at + AT_TOTAL_BYTES) == size) {
        return wrong(why, SIGHTLOG_NEWER, "its version is %u, this library reads version %d; use a newer one", version, EVENT_VERSION);
    }
    return SIGHTLOG_DAMAGED;
}

static int check_parts(const uint8_t *at, uint32_t size, parts *found, char *why) {
    *found = (parts){load_u16(at + AT_HEADER_BYTES), load_u32(at + AT_DETECTION_COUNT), load_u16(at + AT_DETECTION_BYTES),
                     load_u16(at + AT_SECTION_COUNT), 0};
    if (found->header_bytes < EVENT_HEADER || found->detection_bytes < DETECTION
        || found->detection_count > SIGHTLOG_MAX_DETECTIONS || found->section_count > SIGHTLOG_MAX_SECTIONS) {
        return wrong(why, SIGHTLOG_DAMAGED, "headerBytes=%u detectionBytes=%u detectionCount=%u sectionCount=%u",
                     found->header_bytes, found->detection_bytes, found->detection_count, found->section_count);
    }
    found->table = found->header_bytes + (uint64_t)found->detection_count * found->detection_bytes;
    uint64_t end = found->table + (uint64_t)found->section_count * SECTION;
    if (end > size) {
        return wrong(why, SIGHTLOG_DAMAGED, "detections and sections need %" PRIu64 " bytes, it has %u", end, size);
    }
    for (uint32_t i = 0; i < found->section_count; i++) {
        const uint8_t *entry = at + found->table + (uint64_t)i * SECTION;
        uint64_t offset = load_u32(entry + 4), bytes = load_u32(entry + 8);
        if (offset < end || offset + bytes > size) {
            return wrong(why, SIGHTLOG_DAMAGED, "section %u is at %" PRIu64 " with %" PRIu64 " bytes, outside %" PRIu64 "..%u", i,
                         offset, bytes, end, size);
        }
    }
    return SIGHTLOG_OK;
}

/* Whether an event can be looked at: magic, version, sizes and, when asked to, checksum. */
static int check_event(const uint8_t *at, uint32_t size, bool checksum, parts *found, char *why) {
    if (size < 8 || !is_magic(at + AT_MAGIC)) {
        return wrong(why, SIGHTLOG_DAMAGED, "not a Sightlog event, or its first bytes are damaged (%u bytes)", size);
    }
    if (size < EVENT_HEADER) {
        return wrong(why, SIGHTLOG_DAMAGED, "an event has at least %d bytes, this has %u", EVENT_HEADER, size);
    }
    uint32_t total = load_u32(at + AT_TOTAL_BYTES);
    int code;
    if (total != size) {
        code = newer_or(at, size, why);
        return code == SIGHTLOG_NEWER ? code : wrong(why, code, "it says it has %u bytes, and there are %u", total, size);
    }
    uint32_t stored = load_u32(at + AT_CRC), computed = checksum ? crc32c(at + 4, size - 4) : stored;
    if (stored != computed) {
        code = newer_or(at, size, why);
        return code == SIGHTLOG_NEWER ? code : wrong(why, code, "checksum is %08x, its bytes give %08x", stored, computed);
    }
    if (at[AT_VERSION] != EVENT_VERSION) {
        return wrong(why, SIGHTLOG_NEWER, "its version is %u, this library reads version %d; use a newer one", at[AT_VERSION],
                     EVENT_VERSION);
    }
    if (at[AT_KIND] == BATCH_KIND) {
        return wrong(why, SIGHTLOG_DAMAGED, "a batch stands where one event should");
    }
    if (at[AT_KIND] < SIGHTLOG_FRAME || at[AT_KIND] > SIGHTLOG_MESSAGE) {
        return wrong(why, SIGHTLOG_NEWER, "its kind is %d, known are 1..4; a newer Sightlog may have written it",
                     (int8_t)at[AT_KIND]);
    }
    return check_parts(at, size, found, why);
}

/* Of this version; what a later one means by a batch is for check_event to refuse. */
static inline bool is_batch(const uint8_t *at, uint32_t size) {
    return size >= BATCH_HEADER && is_magic(at + AT_MAGIC) && at[AT_VERSION] == EVENT_VERSION && at[AT_KIND] == BATCH_KIND;
}

static inline uint32_t batch_offset(const uint8_t *at, uint32_t place) { return load_u32(at + BATCH_HEADER + 4 * (size_t)place); }

/* Whether the header of a batch, and its offsets, are good. */
static bool check_batch(const uint8_t *at, uint32_t size, bool checksum, char *why) {
    uint32_t total = load_u32(at + AT_TOTAL_BYTES), count = load_u32(at + AT_COUNT);
    if (load_u16(at + AT_HEADER_BYTES) != BATCH_HEADER) {
        return wrong(why, false, "the header of a batch has %d bytes, this has another size", BATCH_HEADER);
    }
    if (total != size) {
        return wrong(why, false, "the batch says it has %u bytes, and there are %u", total, size);
    }
    if (count < 1 || count > SIGHTLOG_MAX_BATCH_EVENTS || BATCH_HEADER + 4 * count > size) {
        return wrong(why, false, "count=%u in a batch of %u bytes", count, size);
    }
    uint32_t end = BATCH_HEADER + 4 * count;
    if (checksum && crc32c(at + 4, end - 4) != load_u32(at)) {
        return wrong(why, false, "the checksum of the batch's header is wrong");
    }
    for (uint32_t i = 0, last = end; i < count; i++) {
        uint32_t offset = batch_offset(at, i);
        if (offset < last || offset & 3 || offset > size || size - offset < EVENT_HEADER) {
            return wrong(why, false, "event %u of the batch is at byte %u of %u", i, offset, size);
        }
        last = offset + EVENT_HEADER;
    }
    return true;
}

/* Whether the bytes of all its events are as they were written; of a batch whose header is good. */
static bool is_batch_sound(const uint8_t *at, uint32_t size) {
    uint32_t events = BATCH_HEADER + 4 * load_u32(at + AT_COUNT);
    return crc32c(at + events, size - events) == load_u32(at + AT_EVENTS_CRC);
}

/* ---- fillers: they hold the numbers of excerpts that were lost with a loss of power
 *
 * Of version 0, which no event is. With a kind that events have one keeps the event that lay there, whole but for that byte, whose
 * number is not known. */

static inline bool is_filler(const uint8_t *at, uint32_t size) {
    return size >= BATCH_HEADER && is_magic(at + AT_MAGIC) && at[AT_VERSION] == FILLER_VERSION;
}

/* What is said of some that follow one another. */
static void filler_text(char *text, size_t size, uint64_t first, uint64_t count) {
    if (count == 1) {
        snprintf(text, size, "excerpt 0x%" PRIx64 " was lost with a loss of power", first);
    } else {
        snprintf(text, size, "%" PRIu64 " excerpts from 0x%" PRIx64 " on were lost with a loss of power", count, first);
    }
}

/* ---- sound events in bytes whose structure is lost */

enum { SCAN_PIECE = 1 << 20, SCAN_MOST_CHECKED = 8, SCAN_LOOK = AT_TOTAL_BYTES + 8 };

/* What it costs is bounded, also where the bytes were made to cost much: so many bytes are read for checksums, and holes are
   not read. */
typedef struct scan {
    view *file;
    uint64_t size;
    int64_t budget;
    bool no_memory; /* something that may have been found could not be looked at */
    uint64_t until; /* byte before which the headers begin */
} scan;

static scan scan_of(view *file, uint64_t most) {
    view_fit(file);
    uint64_t size = file->size < most ? file->size : most;
    int64_t budget = SCAN_MOST_CHECKED * (int64_t)(size < UINT64_C(1) << 56 ? size : UINT64_C(1) << 56) + (64 << 20);
    return (scan){file, size, budget, false, UINT64_MAX};
}

static bool is_whole(const uint8_t *at, uint32_t total) {
    parts ignored;
    return at[AT_KIND] == BATCH_KIND ? is_batch(at, total) && check_batch(at, total, true, NULL)
                                     : check_event(at, total, true, &ignored, NULL) == SIGHTLOG_OK;
}

static bool is_scanned_sound(scan *of, const uint8_t *at, uint32_t total, bool with_header) {
    of->budget -= total;
    if (with_header || !is_filler(at, total) || at[AT_KIND] < SIGHTLOG_FRAME || at[AT_KIND] > BATCH_KIND) {
        return is_whole(at, total);
    }
    uint8_t *kept = malloc(total); /* as it was */
    bool whole = false;
    of->no_memory |= !kept;
    if (kept) {
        memcpy(kept, at, total);
        kept[AT_VERSION] = EVENT_VERSION;
        whole = is_whole(kept, total);
    }
    free(kept);
    return whole;
}

/*
 * Finds the next header with a sound event or batch behind it, from a multiple of 4 on. The header is right, too, or may hold
 * anything when that is not asked for, and what fillers keep is found as well. False, and unread, where it could not look on.
 */
static bool scan_next(scan *of, uint64_t from, bool with_header, uint64_t *found) {
    uint64_t next_look = 0; /* for holes */
    uint64_t size = of->size < of->file->size ? of->size : of->file->size; /* what is mapped may have become less */
    for (uint64_t at = from; at < of->until && at + SCAN_LOOK <= size && of->budget > 0; at += 4) {
        if (at >= next_look) {
            off_t data = lseek(of->file->fd, (off_t)at, SEEK_DATA);
            if (data < 0 && errno == ENXIO) {
                return false;
            }
            if (data > (off_t)at + PAGE) {
                at = ((uint64_t)data - SCAN_LOOK) & ~(uint64_t)3;
            }
            next_look = at + SCAN_PIECE;
            if (at >= of->until) {
                return false;
            }
            uint64_t left = at < size ? size - at : 0, look = left < SCAN_PIECE + SCAN_LOOK ? left : SCAN_PIECE + SCAN_LOOK;
            uint64_t wanted = of->until - at;
            look = wanted < look && wanted > SCAN_LOOK ? wanted : look;
            if (left < SCAN_LOOK || !view_at(of->file, at, look)) {
                return false;
            }
        }
        const uint8_t *header = of->file->bytes + at;
        if (load_u32(header + 4 + AT_MAGIC) != MAGIC_WORD) {
            continue;
        }
        uint32_t total = load_u32(header + 4 + AT_TOTAL_BYTES);
        if (total >= BATCH_HEADER && total <= SIGHTLOG_MAX_EVENT_BYTES && (total & 3) == 0 && total <= size - at - 4
            && (!with_header || acquire_u32(header) == total) && view_at(of->file, at, 4 + (uint64_t)total)
            && is_scanned_sound(of, header + 4, total, with_header)) {
            *found = at;
            return true;
        }
        if (is_unread()) {
            return false;
        }
    }
    return false;
}

/* ---- events as they are handed out */

static void fill_event(sightlog_event *event, const uint8_t *at, uint32_t size, const parts *has) {
    *event = (sightlog_event){.kind = at[AT_KIND],
                              .bytes = at,
                              .total_bytes = size,
                              .producer = load_u64(at + AT_PRODUCER),
                              .sequence = load_i64(at + AT_SEQUENCE),
                              .appended_nanos = load_i64(at + AT_APPENDED_NANOS),
                              .captured_nanos = load_i64(at + AT_CAPTURED_NANOS),
                              .position_nanos = load_i64(at + AT_POSITION_NANOS),
                              .frame = load_i64(at + AT_FRAME),
                              .decode_nanos = load_i64(at + AT_DECODE_NANOS),
                              .infer_nanos = load_i64(at + AT_INFER_NANOS),
                              .width = load_i32(at + AT_WIDTH),
                              .height = load_i32(at + AT_HEIGHT),
                              .detection_count = has->detection_count,
                              .detection_bytes = has->detection_bytes,
                              .section_count = has->section_count,
                              .detections = at + has->header_bytes,
                              .sections = at + has->table};
    memcpy(event->label_set, at + AT_LABEL_SET, 8);
    memcpy(event->digest, at + AT_DIGEST, 8);
}

void sightlog_event_detection(const sightlog_event *event, uint32_t i, sightlog_detection *detection) {
    if (i >= event->detection_count) {
        memset(detection, 0, sizeof *detection);
        return;
    }
    const uint8_t *at = event->detections + (size_t)i * event->detection_bytes;
    *detection = (sightlog_detection){load_i32(at),      load_f32(at + 4),  load_f32(at + 8), load_f32(at + 12),
                                      load_f32(at + 16), load_f32(at + 20), load_i64(at + 24)};
}

void sightlog_event_section_at(const sightlog_event *event, uint32_t i, uint32_t *type, sightlog_text *content) {
    if (i >= event->section_count) {
        *type = 0;
        *content = (sightlog_text){"", 0};
        return;
    }
    const uint8_t *entry = event->sections + (size_t)i * SECTION;
    *type = load_u32(entry);
    *content = (sightlog_text){(const char *)event->bytes + load_u32(entry + 4), load_u32(entry + 8)};
}

int sightlog_event_section(const sightlog_event *event, uint32_t type, sightlog_text *content) {
    for (uint32_t i = 0; i < event->section_count; i++) {
        if (load_u32(event->sections + (size_t)i * SECTION) == type) {
            sightlog_event_section_at(event, i, &type, content);
            return SIGHTLOG_OK;
        }
    }
    *content = (sightlog_text){"", 0};
    return SIGHTLOG_NONE;
}

static bool take_kept_frame(sightlog_text section, sightlog_kept_frame *kept) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 64) {
        return false;
    }
    *kept = (sightlog_kept_frame){.producer = load_u64(at + 16),
                                  .file = load_i64(at + 24),
                                  .offset = load_i64(at + 32),
                                  .bytes = load_i32(at + 40),
                                  .crc32c = load_u32(at + 44),
                                  .format = load_u16(at + 48),
                                  .width = load_i32(at + 52),
                                  .height = load_i32(at + 56)};
    memcpy(kept->journal, at, 16);
    return !is_zero(at, 16) && kept->producer != 0 && kept->file >= 0 && kept->offset >= 0 && kept->bytes > 0 && kept->format > 0
           && kept->width >= 0 && kept->height >= 0;
}

static bool take_live(sightlog_text section, sightlog_live *live) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 32) {
        return false;
    }
    *live = (sightlog_live){load_i64(at), load_i64(at + 8), load_i64(at + 16), load_i64(at + 24)};
    return live->dropped >= 0 && live->age_nanos >= 0 && live->reconnects >= 0 && live->outage_nanos >= 0;
}

static bool take_origin(sightlog_text section, sightlog_origin *origin) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 48) {
        return false;
    }
    *origin = (sightlog_origin){.kind = load_u16(at),
                                .path_count = load_u16(at + 2),
                                .partition = load_i32(at + 4),
                                .offset = load_i64(at + 8),
                                .producer = load_u64(at + 16),
                                .sequence = load_i64(at + 24),
                                .appended_nanos = load_i64(at + 32),
                                .path = at + 48};
    size_t text = 48 + (size_t)origin->path_count * 16;
    sightlog_text *texts[] = {&origin->broker, &origin->topic, &origin->topic_id, &origin->message_id};
    const size_t most[] = {255, 65535, 255, 255};
    bool good = origin->kind > 0 && origin->path_count <= SIGHTLOG_MAX_PATH && origin->partition >= -1 && origin->offset >= -1
                && origin->sequence >= 0 && (origin->producer != 0 || origin->sequence == 0);
    for (size_t i = 0; i < 4; i++) {
        size_t size = load_u16(at + 40 + 2 * i);
        good = good && size <= most[i] && text + size <= section.size;
        *texts[i] = good ? (sightlog_text){section.bytes + text, size} : (sightlog_text){"", 0};
        text += size;
    }
    for (size_t i = 0; good && i < origin->path_count; i++) {
        good = !is_zero(origin->path + 16 * i, 16);
    }
    return good;
}

static bool take_answers(sightlog_text section, sightlog_answers *answers) {
    const uint8_t *at = (const uint8_t *)section.bytes;
    if (section.size < 48) {
        return false;
    }
    *answers = (sightlog_answers){
        .producer = load_u64(at + 16), .sequence = load_i64(at + 24), .index = load_u64(at + 32), .place = load_u32(at + 40)};
    memcpy(answers->journal, at, 16);
    return answers->producer != 0 && answers->sequence >= 0 && answers->index <= INT64_MAX && answers->place <= INT32_MAX;
}

int sightlog_event_kept_frame(const sightlog_event *event, sightlog_kept_frame *kept) {
    sightlog_text section;
    memset(kept, 0, sizeof *kept);
    int result = sightlog_event_section(event, SIGHTLOG_KEPT_FRAME_SECTION, &section);
    return result != SIGHTLOG_OK || take_kept_frame(section, kept) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_live(const sightlog_event *event, sightlog_live *live) {
    sightlog_text section;
    memset(live, 0, sizeof *live);
    int result = sightlog_event_section(event, SIGHTLOG_LIVE_SECTION, &section);
    return result != SIGHTLOG_OK || take_live(section, live) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_origin(const sightlog_event *event, sightlog_origin *origin) {
    sightlog_text section;
    memset(origin, 0, sizeof *origin);
    int result = sightlog_event_section(event, SIGHTLOG_ORIGIN_SECTION, &section);
    return result != SIGHTLOG_OK || take_origin(section, origin) ? result : SIGHTLOG_DAMAGED;
}

int sightlog_event_answers(const sightlog_event *event, sightlog_answers *answers) {
    sightlog_text section;
    memset(answers, 0, sizeof *answers);
    int result = sightlog_event_section(event, SIGHTLOG_ANSWERS_SECTION, &section);
    return result != SIGHTLOG_OK || take_answers(section, answers) ? result : SIGHTLOG_DAMAGED;
}

/* ---- documents
 *
 * Headers have no checksum, and one that is wrong would lead astray, or to an early end. So what is inside a document is
 * compared with its header: where they do not agree, what follows decides which of them is right. docs/format.md, "Breaks". */

enum {
    CURSOR_NOTHING, /* nothing is written here yet */
    CURSOR_DATA,    /* a document is here */
    CURSOR_ENDED,   /* the cycle has ended: the next event is in another file */
    CURSOR_BROKEN,  /* what is here leads nowhere, or the file says that there is more than can be found from here */
    CURSOR_UNREAD   /* what is here could not be read, and what it says is not known */
};

enum {
    AGAIN = -1,
    QUIET_LOOKS = 256, /* how often nothing is found before the file is asked again whether there should be something */
    LOOK_AHEAD = 1 << 16, /* how many documents that are no events may follow one another */
    MOST_STEPS = 1 << 22, /* of a search by the index, before it is given up: walking from the start finds the same */
    MOST_ENTRIES = 1 << 26 /* of an index that are looked at behind breaks of one file */
};

/* A place in a cycle's file, moving over its documents in order. */
typedef struct cursor {
    cycle_file *file;
    uint64_t position;      /* byte in the file at which the next header is */
    uint64_t sequence;      /* number of the document in its cycle, from 0 */
    const uint8_t *payload; /* of the document here, after CURSOR_DATA, until the file is grown */
    uint32_t length;
    uint64_t step; /* from its header to the next one */
    /* How often still. The words to ask are on a line that the writer stores to; who waits must not fetch it all the time. */
    uint32_t quiet_looks;
    uint32_t entries_looked_at;
    bool closely;     /* documents that say that they are events are looked at more closely */
    bool careful;     /* all of them are checked */
    bool believing;   /* lengths are believed, to see where that leads */
    bool unnumbered;  /* numbers count from the document that was begun at, whose number is not known */
    bool is_broken;   /* the following document must not be passed, and this is what the file said of its end then */
    uint64_t broken_document;
    uint32_t broken_header;
    int64_t broken_claimed;
    uint64_t led_to;    /* up to here documents that are no events lead to one that is, or to the end */
    int judged;         /* how the numbers of documents up to a byte agree with what the file says */
    uint64_t judged_to;
    bool resynced; /* the following are known */
    uint64_t broken_at, resync_position, resync_sequence;
    int64_t resync_claimed; /* what the file said of its last document when they were found out */
} cursor;

static void cursor_at(cursor *at, uint64_t position, uint64_t sequence) {
    at->position = position;
    at->sequence = sequence;
    at->quiet_looks = 0;
    at->led_to = at->judged_to = 0;
}

/* From now on, or not any more, every document is checked, so that none is passed that leads over others. */
static void cursor_carefully(cursor *at, bool from) {
    at->careful = from;
    at->closely = from || at->is_broken;
}

static void cursor_start(cursor *at, cycle_file *file) { *at = (cursor){.file = file}; }

static inline uint64_t cursor_index(const cursor *at) {
    return (uint64_t)(uint32_t)at->file->cycle << 32 | (at->sequence & UINT32_MAX);
}

static inline uint64_t step_over(uint32_t bytes) { return align4(4 + (uint64_t)bytes); }

/* Whether what is inside a document says that it is an event, or a batch, of this size, so that its header is right. */
static inline bool says(const uint8_t *at, uint32_t bytes) {
    return bytes >= BATCH_HEADER && load_u32(at + AT_MAGIC) == MAGIC_WORD && load_u32(at + AT_TOTAL_BYTES) == bytes;
}

static uint32_t header_at(cycle_file *file, uint64_t position) {
    const uint8_t *at = view_at(&file->file, position, 4);
    return at ? acquire_u32(at) : 0;
}

/* What is behind the name of a page of the index, NULL when it has none. One that has the name alone has a damaged header. */
static const uint8_t *page_name(const uint8_t *at, uint32_t bytes) {
    const uint8_t *index = wire_event(at, at + bytes, "index");
    return index ? index : wire_event(at, at + bytes, "index2index");
}

static bool is_index_page(const cycle_file *file, const uint8_t *at, uint32_t bytes) {
    const uint8_t *after = page_name(at, bytes);
    const uint8_t *values = wire_array(file->file.bytes, after, at + bytes);
    int64_t more = (int64_t)bytes - 8 * (int64_t)file->index_count;
    return values ? values + 8 * (size_t)file->index_count == at + bytes
                  : after && more >= 16 && more <= 64; /* with damage in front of its values */
}

static inline bool claims_position(const cycle_file *file, uint64_t position) {
    return claimed_position(file) >= (int64_t)position;
}

/* How many documents there were, by two words on the last one that agree; else 0. */
static uint64_t counted_documents(cycle_file *file) {
    int64_t position = claimed_position(file);
    uint64_t packed = (uint64_t)claimed_number(file);
    return position != 0 && packed >> 32 == ((uint64_t)position & UINT32_MAX) ? (packed & UINT32_MAX) + 1 : 0;
}

/* How many documents there were at least, by all the file says of itself that can be. */
static uint64_t claimed_documents(cycle_file *file) {
    int64_t position = claimed_position(file);
    uint64_t documents = counted_documents(file);
    int64_t indexed = last_index(file);
    if (documents == 0 && indexed > 0 && indexed % file->index_spacing == 0) {
        documents = (uint64_t)indexed - file->index_spacing + 1;
    }
    int64_t most = position < INT64_C(1) << 48 ? position : INT64_C(1) << 48, size = (int64_t)file->file.size;
    return documents <= (uint64_t)(size > most ? size : most) / MIN_DOCUMENT_BYTES ? documents : 0;
}

/*
 * Whether the file says that there is a document where, or behind where, a cursor found none: by the position of its last
 * document or, when the two words that tell it do not agree, by the numbers.
 */
static bool claims_more(const cursor *at) {
    cycle_file *file = at->file;
    if (claims_position(file, at->position)) {
        return true;
    }
    uint64_t packed = (uint64_t)claimed_number(file);
    if (packed >> 32 == ((uint64_t)claimed_position(file) & UINT32_MAX)) {
        return false;
    }
    return (packed >> 32 >= (at->position & UINT32_MAX) && (packed & UINT32_MAX) >= at->sequence)
           || ((int64_t)((uint64_t)last_index(file) - file->index_spacing) >= (int64_t)at->sequence
               && claimed_documents(file) > at->sequence);
}

/*
 * Whether a document begins there beyond doubt, or the file ends there and says so itself: neither that there is more, nor that
 * its last document is one that would be passed over. The document in front of it begins at a byte, and cannot be the last when
 * it has no number.
 */
static bool is_plausible(cycle_file *file, uint64_t there, uint64_t from, bool unnumbered) {
    uint32_t header = header_at(file, there), bytes = header & LENGTH;
    if (header == 0 || header == END_OF_CYCLE) {
        return claimed_position(file) == 0 || !claims_position(file, unnumbered ? from : from + 1);
    }
    const uint8_t *inside = bytes == 0 || bytes > MAX_DOCUMENT_BYTES ? NULL : view_at(&file->file, there + 4, bytes);
    return inside && (says(inside, bytes) || is_index_page(file, inside, bytes));
}

/* Moves past the document that cursor_peek found. */
static inline void cursor_advance(cursor *at) {
    at->position += at->step;
    at->sequence++;
}

static int cursor_data(cursor *at, uint32_t bytes) {
    at->payload = view_at(&at->file->file, at->position + 4, bytes);
    at->length = bytes;
    at->step = step_over(bytes);
    return at->payload ? CURSOR_DATA : CURSOR_BROKEN;
}

/* The position the index has for its n-th entry; 0 when it has none that can be right. */
static uint64_t sound_entry(cycle_file *file, uint64_t n) {
    int64_t position = index_entry(file, n);
    uint32_t header = position <= 0 || position & 3 ? 0 : header_at(file, (uint64_t)position);
    if (header == 0 || header & (METADATA | IN_PROGRESS) || header < AT_TOTAL_BYTES + 4) {
        return 0;
    }
    const uint8_t *at = view_at(&file->file, (uint64_t)position + 4, AT_TOTAL_BYTES + 4);
    return at && is_magic(at + AT_MAGIC) && load_u32(at + AT_TOTAL_BYTES) == header ? (uint64_t)position : 0;
}

/* ---- documents that are not sound
 *
 * Nothing vouches for their lengths, so what they lead over is searched for sound events, and so is what follows an end. */

enum {
    MOST_JUMP_STEPS = 1 << 22, /* how many documents are walked over, for one file, to see whether numbers agree */
    LOOKED_BEHIND = 64 << 10,  /* as much is looked at behind an end, or more where something lies */
    MARK_BYTES = 8             /* of the mark at a cycle's end, with the word that Chronicle writes behind it */
};

/* A search whose cost counts for all of a file. */
static scan jumps_begin(cycle_file *file) {
    scan of = scan_of(&file->file, UINT64_MAX);
    if (!file->jumps.begun) {
        file->jumps.begun = true;
        file->jumps.steps = MOST_JUMP_STEPS;
        file->jumps.budget = of.budget;
        file->jumps.size = of.size;
    } else if (of.size > file->jumps.size) {
        file->jumps.budget += SCAN_MOST_CHECKED * (int64_t)(of.size - file->jumps.size);
        file->jumps.size = of.size;
    }
    of.budget = file->jumps.budget;
    return of;
}

/* Whether a sound event or batch of that size lies there. */
static bool is_sound_at(cycle_file *file, uint64_t payload, uint32_t size) {
    scan of = jumps_begin(file);
    const uint8_t *at = of.budget > 0 ? view_at(&file->file, payload, size) : NULL;
    bool sound = at && is_scanned_sound(&of, at, size, true);
    file->jumps.budget = of.budget;
    return sound;
}

/* Whether a document with a sound event in it begins between two bytes. */
static bool is_event_between(cycle_file *file, uint64_t from, uint64_t to) {
    uint64_t found;
    scan of = jumps_begin(file);
    of.until = to;
    bool is = scan_next(&of, from, true, &found);
    file->jumps.budget = of.budget;
    return is;
}

enum { UNKNOWN_NUMBERS, AGREES, DISAGREES };

static int cursor_peek(cursor *at);

static int walk_to_number(cycle_file *file, uint64_t from, uint64_t sequence, uint64_t to, uint64_t number, uint64_t *reached) {
    if (to < from) {
        return DISAGREES; /* it would lie in the document in front */
    }
    cursor probe;
    int judged = UNKNOWN_NUMBERS;
    cursor_start(&probe, file);
    probe.believing = true;
    cursor_at(&probe, from, sequence);
    while (judged == UNKNOWN_NUMBERS && file->jumps.steps > 0 && cursor_peek(&probe) == CURSOR_DATA) {
        if (probe.sequence >= number || probe.position >= to) {
            judged = probe.sequence == number && probe.position == to ? AGREES : DISAGREES;
        } else {
            cursor_advance(&probe);
            file->jumps.steps--;
        }
    }
    *reached = probe.position > *reached ? probe.position : *reached;
    return judged;
}

/* One that agrees is enough: another may be damaged itself. */
static int either(int one, int other) { return one == AGREES || other == UNKNOWN_NUMBERS ? one : other; }

/*
 * Compares counting with what the file says: walks from a byte, at which the document of that number begins, to the next ones whose
 * numbers it knows. *judged_to: up to which byte that holds, for documents that lead there.
 */
static int judge_numbers(cycle_file *file, uint64_t before, uint64_t from, uint64_t sequence, uint64_t *judged_to) {
    uint64_t spacing = file->index_spacing, next = (sequence + spacing - 1) / spacing;
    int entries = 0, judged = UNKNOWN_NUMBERS;
    next = next == 0 ? 1 : next;
    *judged_to = from;
    for (uint64_t entry = next; entry < next + 2 && judged != AGREES; entry++) {
        uint64_t position = sound_entry(file, entry);
        if (position != 0) {
            entries++;
            judged = either(judged, walk_to_number(file, from, sequence, position, entry * spacing, judged_to));
        }
    }
    uint64_t documents = counted_documents(file), last = (uint64_t)claimed_position(file);
    if (documents == sequence && last == before) {
        return AGREES; /* the last one */
    }
    if (judged != AGREES && entries < 2 && documents > sequence) {
        judged = either(judged, walk_to_number(file, from, sequence, last, documents - 1, judged_to));
    }
    return judged;
}

static bool holds_event(cursor *at, uint32_t bytes) {
    return is_event_between(at->file, at->position + 4, at->position + step_over(bytes));
}

static int cursor_judge(cursor *at, uint32_t bytes, int counts) {
    if (at->position >= at->judged_to) {
        uint64_t end = at->position + step_over(bytes);
        at->judged = judge_numbers(at->file, at->position, end, at->sequence + (uint64_t)counts, &at->judged_to);
    }
    return at->judged;
}

/* Over a page of the index, or the header of the file: only when no sound event lies in it, or the numbers say so. */
static bool may_pass_page(cursor *at, uint32_t bytes) {
    return at->believing || !holds_event(at, bytes) || (!at->unnumbered && cursor_judge(at, bytes, 0) == AGREES);
}

/*
 * Over another document that is not sound, which has a number or not: only when no document with a sound event begins in it and what
 * follows has the number that the file says, or when such a number shows that it is what it seems.
 */
static bool may_pass(cursor *at, uint32_t bytes, int counts) {
    if (at->believing) {
        return true;
    }
    bool holds = holds_event(at, bytes);
    if (at->unnumbered) {
        return !holds;
    }
    int judged = cursor_judge(at, bytes, counts);
    return judged == AGREES || (!holds && judged == UNKNOWN_NUMBERS);
}

static bool is_known_broken(const cursor *at, uint32_t header) {
    return at->is_broken && at->position == at->broken_document && header == at->broken_header
           && claimed_position(at->file) == at->broken_claimed;
}

static int cursor_broken(cursor *at, uint32_t header) {
    at->is_broken = at->closely = true;
    at->broken_document = at->position;
    at->broken_header = header;
    at->broken_claimed = claimed_position(at->file);
    return CURSOR_BROKEN;
}

/* What says that it is an event: it may be passed when it is a sound one, or holds none, or the numbers say so. */
static int cursor_closer(cursor *at, uint32_t header) {
    if (is_known_broken(at, header)) {
        return CURSOR_BROKEN;
    }
    bool passes = !at->careful || is_sound_at(at->file, at->position + 4, at->length) || may_pass(at, at->length, 1);
    return passes ? cursor_data(at, at->length) /* the mapping may have moved */ : cursor_broken(at, header);
}

/* Back to the document that was left last, which is not sound; false when it may be passed, and then it stays. */
static bool cursor_back(cursor *at) {
    uint64_t after = at->position;
    at->position -= at->step;
    at->sequence--;
    bool may = may_pass(at, at->length, 1);
    if (is_unread()) {
        cursor_at(at, at->position, at->sequence);
        return true;
    }
    if (may) {
        at->position = after;
        at->sequence++;
        return false;
    }
    cursor_broken(at, header_at(at->file, at->position));
    return true;
}

/*
 * Whether a document with a sound event in it begins behind an end, read and not mapped, since a file may be cut there: up to a piece
 * that holds nothing but 0. What lies in the event that is being written there is not published.
 */
static bool is_event_behind(cycle_file *file, uint64_t position, uint32_t header, uint32_t own) {
    size_t most = SIGHTLOG_MAX_EVENT_BYTES + (1 << 20), room = LOOKED_BEHIND, size = 0, from = MARK_BYTES;
    uint8_t *bytes = NULL;
    bool more = true;
    while (more) {
        uint8_t *grown_to = realloc(bytes, room);
        if (!grown_to) {
            break;
        }
        bytes = grown_to;
        ssize_t got = 1;
        while (size < room && got > 0) {
            got = pread(file->file.fd, bytes + size, room - size, (off_t)(position + size));
            if (got < 0 && errno != EINTR) {
                fail_system(&unread, errno, "cannot read", file->file.path);
            }
            got = got < 0 && errno == EINTR ? 1 : got < 0 ? 0 : (size += (size_t)got, got);
        }
        more = size == room && room < most && !is_zero(bytes + from, size - from);
        from = size;
        room = 2 * room < most ? 2 * room : most;
    }
    bool found = false;
    if (size > MARK_BYTES && load_u32(bytes) == header /* or there is more meanwhile */ && !is_zero(bytes + MARK_BYTES, size - MARK_BYTES)) {
        scan of = {.budget = SCAN_MOST_CHECKED * (int64_t)size + (64 << 20)};
        for (size_t at = 4 + (size_t)own; at + SCAN_LOOK <= size && of.budget > 0 && !found; at += 4) {
            uint32_t total = load_u32(bytes + at + 4 + AT_TOTAL_BYTES);
            found = is_magic(bytes + at + 4 + AT_MAGIC) && total >= BATCH_HEADER && total <= SIGHTLOG_MAX_EVENT_BYTES
                    && (total & 3) == 0 && total <= size - at - 4 && load_u32(bytes + at) == total
                    && is_scanned_sound(&of, bytes + at + 4, total, true);
        }
    }
    free(bytes);
    return found;
}

/* Whether published events lie behind what looks like an end. Looked for once, and not at later ends again. */
static bool is_false_end(cursor *at, uint32_t header, uint32_t own) {
    cycle_file *file = at->file;
    if (file->jumps.has_false_end && at->position == file->jumps.false_end && header == file->jumps.false_header) {
        return true;
    }
    if (file->jumps.clean && at->position >= file->jumps.clean_end) {
        return false; /* of a file that grows the end goes on */
    }
    bool behind = is_event_behind(file, at->position, header, own);
    if (is_unread()) {
        return false;
    }
    if (!behind) {
        file->jumps.clean = true;
        file->jumps.clean_end = at->position;
        return false;
    }
    file->jumps.has_false_end = true;
    file->jumps.false_end = at->position;
    file->jumps.false_header = header;
    return true;
}

/* ---- what is at a place */

/* Whether documents that are no events, and hold none, lead to one that is, or to the end. */
static bool leads_on(cursor *at, uint64_t from) {
    cycle_file *file = at->file;
    if (at->position < at->led_to) {
        return true;
    }
    uint64_t there = from, before = at->position;
    for (int i = 0; i < LOOK_AHEAD; i++) {
        if (is_plausible(file, there, before, false)) {
            at->led_to = there;
            return true;
        }
        uint32_t header = header_at(file, there);
        if (header == 0 || header > MAX_DOCUMENT_BYTES || !view_at(&file->file, there + 4, header)) {
            return false;
        }
        if (!at->believing && is_event_between(file, there + 4, there + step_over(header))) {
            return false;
        }
        before = there;
        there += step_over(header);
    }
    return false;
}

/* What an event here says of its own size; 0 when there is none, or it cannot be. */
static uint32_t own_bytes(cursor *at) {
    const uint8_t *event = view_at(&at->file->file, at->position + 4, EVENT_HEADER);
    if (!event || !is_magic(event + AT_MAGIC)) {
        return 0;
    }
    uint32_t own = load_u32(event + AT_TOTAL_BYTES);
    return own >= BATCH_HEADER && own <= SIGHTLOG_MAX_EVENT_BYTES && (own & 3) == 0 ? own : 0;
}

/*
 * No document here, as it seems. What the file says of itself is written after the document: when it says more, and the header
 * is still as it was, then something is missing.
 */
static int cursor_end(cursor *at, uint32_t header) {
    if (header == 0 && at->quiet_looks > 0) {
        at->quiet_looks--;
        return CURSOR_NOTHING;
    }
    if (claims_more(at) || (!at->believing && is_false_end(at, header, own_bytes(at)))) {
        return header_at(at->file, at->position) == header ? CURSOR_BROKEN : AGAIN;
    }
    at->quiet_looks = header == 0 ? QUIET_LOOKS : 0;
    return header == END_OF_CYCLE ? CURSOR_ENDED : CURSOR_NOTHING;
}

static bool cursor_follows(cursor *at, uint32_t bytes, bool no_number) {
    return bytes != 0 && view_at(&at->file->file, at->position + 4, bytes)
           && is_plausible(at->file, at->position + step_over(bytes), at->position, no_number);
}

/* Over one that has no number. */
static int cursor_pass(cursor *at, uint32_t bytes) {
    at->position += step_over(bytes);
    return AGAIN;
}

/* What is laid over a gap in a hole that needs no filler. */
static bool is_gap(cursor *at, uint32_t bytes) {
    const uint8_t *inside = bytes < BATCH_HEADER ? NULL : view_at(&at->file->file, at->position + 4, bytes);
    return inside && load_u64(inside) == 0 && load_u64(inside + 8) == 0 && load_u64(inside + 16) == 0;
}

/*
 * The length of a sound event that leads to a document, whatever the header says. Else the shorter one of what the header and the
 * event say, when a document follows there: the longer one could skip some. At last that of a sound event.
 */
static int by_what_follows(cursor *at, uint32_t header_bytes, bool metadata) {
    uint32_t own = own_bytes(at);
    bool sound = own != 0 && !at->believing && is_sound_at(at->file, at->position + 4, own);
    if (sound && cursor_follows(at, own, false)) {
        return cursor_data(at, own);
    }
    uint32_t shorter = own == 0 || (header_bytes != 0 && header_bytes < own) ? header_bytes : own;
    uint32_t longer = own > header_bytes ? own : header_bytes;
    bool no_number = metadata && own == 0;
    uint32_t bytes = cursor_follows(at, shorter, no_number) ? shorter : cursor_follows(at, longer, no_number) ? longer : 0;
    if (no_number) {
        bool may = bytes != 0 && (!at->unnumbered || is_gap(at, bytes)) && may_pass(at, bytes, 0);
        return may ? cursor_pass(at, bytes) : CURSOR_BROKEN;
    }
    if (bytes == 0 && header_bytes != 0 && leads_on(at, at->position + step_over(header_bytes))) {
        bytes = header_bytes;
    }
    if (bytes != 0 && !at->unnumbered && may_pass(at, bytes, 1)) {
        return cursor_data(at, bytes);
    }
    return sound ? cursor_data(at, own) : CURSOR_BROKEN;
}

static int cursor_document(cursor *at, uint32_t header) {
    cycle_file *file = at->file;
    uint32_t bytes = header & LENGTH;
    view_fit(&file->file); /* what is looked at now may lie anywhere */
    const uint8_t *inside = bytes == 0 || bytes > MAX_DOCUMENT_BYTES ? NULL : view_at(&file->file, at->position + 4, bytes);
    if (inside && says(inside, bytes)) {
        int found = cursor_data(at, bytes); /* an event, whatever the flags of its header say */
        return at->closely && found == CURSOR_DATA ? cursor_closer(at, header) : found;
    }
    if (inside && (at->position == 0 ? is_plausible(file, step_over(bytes), 0, true) : is_index_page(file, inside, bytes))) {
        return may_pass_page(at, bytes) ? cursor_pass(at, bytes) : CURSOR_BROKEN;
    }
    if (inside && (at->position == 0 || page_name(inside, bytes))) {
        return CURSOR_BROKEN; /* a page of another size: what its header leads to may lie behind events */
    }
    return by_what_follows(at, inside ? bytes : 0, header & METADATA);
}

/* Any other header: an index page, somebody else's document, one that is being written, or damage. */
static int cursor_doubtful(cursor *at, uint32_t header) {
    if (header & IN_PROGRESS && !claims_more(at)) {
        return cursor_end(at, header);
    }
    if (is_known_broken(at, header)) {
        return CURSOR_BROKEN;
    }
    int found = cursor_document(at, header);
    return found == CURSOR_BROKEN ? cursor_broken(at, header) : found;
}

/* Looks at what is here, past index pages. */
static int cursor_peek(cursor *at) {
    while (true) {
        uint64_t position = at->position;
        int found = AGAIN;
        uint32_t header = header_at(at->file, position);
        if (header > 0 && header <= MAX_DOCUMENT_BYTES) {
            const uint8_t *payload = view_at(&at->file->file, at->position + 4, header);
            if (payload && says(payload, header)) {
                at->payload = payload;
                at->length = header;
                at->step = step_over(header);
                if (!at->closely) {
                    return CURSOR_DATA;
                }
                found = cursor_closer(at, header);
            }
        }
        if (found == AGAIN) {
            found = header == 0 || header == END_OF_CYCLE ? cursor_end(at, header) : cursor_doubtful(at, header);
        }
        if (is_unread()) { /* what was concluded says nothing */
            cursor_at(at, position, at->sequence);
            at->is_broken = at->is_broken && at->broken_document != position;
            cursor_carefully(at, at->careful);
            return CURSOR_UNREAD;
        }
        if (found != AGAIN) {
            return found;
        }
    }
}

/* Walks on to a number, without passing a break; true when it is at that position then. */
static bool cursor_reaches(cursor *at, uint64_t wanted, uint64_t there, int64_t *steps) {
    while (at->sequence <= wanted && at->position <= there && (*steps)-- > 0 && cursor_peek(at) == CURSOR_DATA) {
        if (at->sequence == wanted) {
            return at->position == there;
        }
        cursor_advance(at);
    }
    return false;
}

/* ---- by way of the index */

/* Whether walking on from an entry for one spacing ends at a position. Moves the cursor. */
static bool entry_leads_to(cursor *at, uint64_t entry, uint64_t position, int64_t *steps) {
    uint64_t from = entry == 0 ? 0 : sound_entry(at->file, entry);
    if (from == 0 && entry > 0) {
        return false;
    }
    cursor_at(at, from, entry * at->file->index_spacing);
    return cursor_reaches(at, (entry + 1) * at->file->index_spacing, position, steps);
}

/*
 * Moves a cursor close before a number, by way of the index: at it, or at most one index spacing short of it. When checked, an
 * entry must lie where walking from the one before it leads, so that no single wrong word gives a wrong number.
 */
static void cursor_to_indexed(cursor *at, uint64_t sequence, bool checked) {
    cycle_file *file = at->file;
    int64_t spacing = file->index_spacing, steps = MOST_STEPS, wanted = last_index(file);
    int64_t most = (int64_t)(file->file.size / MIN_DOCUMENT_BYTES); /* whatever lastIndex says */
    wanted = wanted < spacing ? 0 : wanted - spacing;
    wanted = wanted > most ? most : wanted;
    wanted = sequence < (uint64_t)wanted ? (int64_t)sequence : wanted;
    for (int64_t entry = wanted / spacing; entry > 0 && steps-- > 0; entry--) {
        uint64_t position = sound_entry(file, (uint64_t)entry);
        if (position > 0 && (!checked || entry_leads_to(at, (uint64_t)entry - 1, position, &steps))) {
            cursor_at(at, position, (uint64_t)(entry * spacing));
            return;
        }
        if (position > 0) {
            cursor_carefully(at, true); /* something between the two is not what it seems, or one of them is not */
        }
    }
    cursor_at(at, 0, 0);
}

/* Whether walking on leads to the next number that the file says, where it says; true also when it says none. */
static bool cursor_leads_on(cursor *at) {
    cycle_file *file = at->file;
    uint64_t position = at->position, sequence = at->sequence, entry = sequence / file->index_spacing + 1;
    uint64_t there = sound_entry(file, entry), number = entry * file->index_spacing;
    int64_t steps = INT64_MAX;
    if (there == 0) {
        there = (uint64_t)claimed_position(file);
        uint64_t documents = counted_documents(file);
        if (documents == 0 || documents - 1 < sequence || there > INT64_MAX) {
            return true;
        }
        number = documents - 1;
    }
    bool leads = there < position || cursor_reaches(at, number, there, &steps);
    cursor_at(at, position, sequence);
    return leads;
}

/* ---- behind a break */

/* How many entries the index can have. */
static uint64_t entries(cycle_file *file) {
    int64_t indexed = last_index(file);
    uint64_t most = file->file.size / MIN_DOCUMENT_BYTES, documents = indexed < 0 ? 0 : (uint64_t)indexed;
    return (documents < most ? documents : most) / file->index_spacing;
}

static bool entry_is_behind(cycle_file *file, uint64_t entry, uint64_t position) {
    int64_t there = index_entry(file, entry);
    int64_t next = there < (int64_t)position ? 0 : index_entry(file, entry + 1);
    return there >= (int64_t)position && (next == 0 || next > there);
}

/* Number of the document a cursor, which counts from 0, is at, by walking on to one whose number is known. */
static bool number_here(cursor *at, uint64_t entry, int64_t claimed, uint64_t *number) {
    cycle_file *file = at->file;
    uint64_t packed = (uint64_t)claimed_number(file), known;
    bool agree = packed >> 32 == ((uint64_t)claimed & UINT32_MAX);
    int64_t entry_position = entry < entries(file) ? index_entry(file, entry) : 0;
    for (; cursor_peek(at) == CURSOR_DATA; cursor_advance(at)) {
        if ((int64_t)at->position == entry_position) {
            known = entry * file->index_spacing;
        } else if (agree && (int64_t)at->position == claimed) {
            known = packed & UINT32_MAX;
        } else {
            continue;
        }
        *number = known - at->sequence;
        return known >= at->sequence;
    }
    return false;
}

/* Finds where documents go on behind a break at which a cursor stands; position 0 when they do not, or without known numbers. */
static void find_resync(cursor *broken) {
    cycle_file *file = broken->file;
    int64_t claimed = claimed_position(file);
    scan events = scan_of(&file->file, UINT64_MAX);
    cursor at;
    cursor_start(&at, file);
    at.unnumbered = true;
    cursor_carefully(&at, true);
    uint64_t entry = broken->sequence / file->index_spacing, from = broken->position + 4, found, number;
    broken->resynced = true;
    broken->broken_at = broken->position;
    broken->resync_position = 0;
    broken->resync_claimed = claimed;
    while (scan_next(&events, from, true, &found)) {
        for (uint64_t most = entries(file); entry < most && !entry_is_behind(file, entry, found);) {
            entry++; /* positions rise in an index; there may be holes in it, after a loss of power many */
            if (++broken->entries_looked_at > MOST_ENTRIES) {
                return;
            }
        }
        cursor_at(&at, found, 0);
        if (number_here(&at, entry, claimed, &number) && number >= broken->sequence) {
            broken->resync_position = found;
            broken->resync_sequence = number;
            return;
        }
        from = at.position > found + 4 ? at.position : found + 4; /* none before that leads farther */
    }
}

/* Moves to where documents go on behind a break; false when there is no such place (or unread), and then it stays. */
static bool cursor_resync(cursor *at) {
    if (!at->resynced || at->broken_at != at->position || at->resync_claimed != claimed_position(at->file)) {
        find_resync(at);
    }
    if (is_unread()) {
        at->resynced = false;
        return false;
    }
    if (at->resync_position == 0) {
        return false;
    }
    cursor_at(at, at->resync_position, at->resync_sequence);
    return true;
}

/* ---- to a number, and to the end */

static bool cursor_walk_to(cursor *at, uint64_t wanted) {
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA && at->sequence < wanted) {
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN) {
            return found == CURSOR_DATA;
        } else {
            uint64_t position = at->position, sequence = at->sequence;
            if (!cursor_resync(at) || at->sequence > wanted) {
                cursor_at(at, position, sequence);
                return false;
            }
        }
    }
}

/* Moves to a document by its number; true when it is there, false when the cursor stands at the end, or at a break. */
static bool cursor_to(cursor *at, uint64_t wanted, bool checked) {
    cursor_carefully(at, false);
    cursor_to_indexed(at, wanted, checked);
    if (checked && !at->careful && at->sequence < wanted) {
        cursor_carefully(at, !cursor_leads_on(at));
    }
    bool there = cursor_walk_to(at, wanted);
    cursor_carefully(at, false);
    return there;
}

/* Whether walking on from the index leads to that number there: one word that is wrong must not move all numbers. */
static bool is_counted(cursor *at, uint64_t position, uint64_t sequence) {
    int64_t steps = INT64_MAX;
    cursor_to_indexed(at, sequence, false);
    return cursor_reaches(at, sequence, position, &steps);
}

/* Moves behind the last document there is, past breaks. */
static void cursor_to_end(cursor *at) {
    cycle_file *file = at->file;
    int64_t position = claimed_position(file);
    uint64_t packed = (uint64_t)claimed_number(file), sequence = packed & UINT32_MAX;
    cursor_carefully(at, false);
    uint32_t header = position > 0 && (position & 3) == 0 ? header_at(file, (uint64_t)position) : 0;
    if (header != 0 && !(header & (METADATA | IN_PROGRESS)) && packed >> 32 == ((uint64_t)position & UINT32_MAX)
        && is_counted(at, (uint64_t)position, sequence)) {
        cursor_at(at, (uint64_t)position, sequence);
    } else {
        cursor_to_indexed(at, UINT64_MAX, true);
    }
    cursor_carefully(at, true);
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA) {
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN || !cursor_resync(at)) {
            break;
        }
    }
    cursor_carefully(at, false);
}

/* ---- what was deleted, in sightlog.pruned */

enum { PRUNED_FIELDS = 6, MOST_PRUNED_BYTES = 1 << 20 };

typedef struct pruned {
    int32_t cycle;
    uint32_t line; /* which one of the file */
    uint64_t excerpts;
    int64_t last_places, first_nanos, last_nanos, pruned_nanos;
} pruned;

typedef struct pruned_log {
    pruned *all; /* ascending, each cycle once; to be freed */
    size_t count;
} pruned_log;

/*
 * The end of a regular file, up to so many bytes, terminated and to be freed; not through a link. SIGHTLOG_NONE when there is no
 * such file. `all` is what the file has.
 */
static int read_end(const char *path, uint64_t most, uint8_t **content, size_t *size, uint64_t *all, sightlog_error *error) {
    struct stat status;
    *content = NULL;
    *size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? SIGHTLOG_NONE : fail_system(error, errno, "cannot read", path);
    }
    int number = fstat(fd, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    uint64_t from = 0, wanted = 0;
    if (number == 0) {
        *all = (uint64_t)status.st_size;
        from = *all > most ? *all - most : 0;
        wanted = *all - from;
        *content = malloc(wanted + 1);
        number = *content ? 0 : ENOMEM;
    }
    while (number == 0 && *size < wanted) {
        ssize_t got = pread(fd, *content + *size, wanted - *size, (off_t)(from + *size));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            number = got < 0 ? errno : 0;
            break;
        }
        *size += (size_t)got;
    }
    close(fd);
    if (number != 0) {
        free(*content);
        *content = NULL;
        return fail_system(error, number, "cannot read", path);
    }
    (*content)[*size] = 0;
    return SIGHTLOG_OK;
}

/* A decimal number that is all of [from, to). */
static bool decimal(const uint8_t *from, const uint8_t *to, int64_t *value) {
    bool negative = from < to && *from == '-';
    uint64_t number = 0;
    from += negative || (from < to && *from == '+');
    if (from >= to || to - from > 19) {
        return false;
    }
    for (; from < to; from++) {
        if (*from < '0' || *from > '9') {
            return false;
        }
        number = number * 10 + (*from - '0');
    }
    if (number > INT64_MAX) {
        return false;
    }
    *value = negative ? -(int64_t)number : (int64_t)number;
    return true;
}

static bool is_i32(int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

static bool pruned_line(const uint8_t *from, const uint8_t *to, pruned *entry) {
    int64_t fields[PRUNED_FIELDS];
    for (int i = 0; i < PRUNED_FIELDS; i++) {
        const uint8_t *end = memchr(from, ' ', (size_t)(to - from));
        if ((i < PRUNED_FIELDS - 1) != (end != NULL) || !decimal(from, end ? end : to, &fields[i])) {
            return false;
        }
        from = end ? end + 1 : to;
    }
    if (fields[0] < 0 || !is_i32(fields[0]) || fields[1] < 0 || fields[1] > INT64_C(1) << 32 || !is_i32(fields[2])) {
        return false;
    }
    *entry = (pruned){(int32_t)fields[0], 0, (uint64_t)fields[1], fields[2], fields[3], fields[4], fields[5]};
    return true;
}

static int by_cycle_and_line(const void *a, const void *b) {
    const pruned *x = a, *y = b;
    return x->cycle != y->cycle ? (x->cycle > y->cycle) - (x->cycle < y->cycle) : (x->line > y->line) - (x->line < y->line);
}

static int pruned_read(const char *directory, pruned_log *log, sightlog_error *error) {
    uint8_t *text = NULL;
    size_t size, lines = 1, kept = 0;
    uint64_t all;
    *log = (pruned_log){NULL, 0};
    char *path = path_in(directory, "sightlog.pruned");
    int result = path ? read_end(path, MOST_PRUNED_BYTES, &text, &size, &all, error) : no_memory(error);
    free(path);
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    for (size_t i = 0; i < size; i++) {
        lines += text[i] == '\n';
    }
    log->all = malloc(lines * sizeof *log->all);
    if (!log->all) {
        free(text);
        return no_memory(error);
    }
    for (uint8_t *line = text, *end = text + size; line < end;) {
        uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        if (pruned_line(line, stop, &log->all[log->count])) {
            log->all[log->count].line = (uint32_t)log->count;
            log->count++;
        }
        line = stop + 1;
    }
    free(text);
    qsort(log->all, log->count, sizeof *log->all, by_cycle_and_line);
    for (size_t i = 0; i < log->count; i++) { /* the last line of a cycle counts */
        if (i + 1 == log->count || log->all[i + 1].cycle != log->all[i].cycle) {
            log->all[kept++] = log->all[i];
        }
    }
    log->count = kept;
    return SIGHTLOG_OK;
}

static const pruned *pruned_find(const pruned_log *log, int32_t cycle) {
    for (size_t i = 0; i < log->count; i++) {
        if (log->all[i].cycle == cycle) {
            return &log->all[i];
        }
    }
    return NULL;
}

static inline int32_t cycle_in(uint64_t index) { return (int32_t)(index >> 32); }

static inline uint64_t first_of(int32_t cycle) { return (uint64_t)(uint32_t)cycle << 32; }

/* How many excerpts were deleted between an index and a later cycle, as far as is known. */
static uint64_t pruned_sum(const pruned_log *log, uint64_t from, int32_t next_cycle) {
    uint64_t sum = 0;
    for (size_t i = 0; i < log->count; i++) {
        const pruned *entry = &log->all[i];
        if (entry->cycle >= cycle_in(from) && entry->cycle < next_cycle) {
            uint64_t read = entry->cycle == cycle_in(from) ? from & UINT32_MAX : 0;
            sum += entry->excerpts > read ? entry->excerpts - read : 0;
        }
    }
    return sum;
}

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

/* ---- moving over a journal: from excerpt to excerpt, through batches, and from file to file */

typedef struct walk {
    const char *directory;
    bool open, unchecked;
    metadata data;
    identity same;
    cycle_file files[2]; /* of which one is open at most, but while the next one is looked at */
    int file;
    bool in_file;
    cursor at;
    uint32_t batch_count; /* events in the batch the cursor is at, 0 when it is at none */
    uint32_t place;       /* the next event in that batch */
    bool batch_sound;     /* all bytes of that batch were checked, and are good */
    uint64_t skipped;     /* excerpts */

    int32_t first_cycle;     /* the first file that is entered when none is */
    uint64_t told_position;  /* the break that was told last */
    int32_t told_cycle;      /* and its file */
    int32_t looked_behind;   /* the cycle behind which the directory was looked through */
    int32_t told_lost;       /* the last file whose header is lost, and that was told */
    int32_t looked_at_header; /* the last file without a header that was looked into */
    int32_t told_missing;    /* the newest file that is not there, and was told */
} walk;

static void walk_begin(walk *w, const char *directory) {
    *w = (walk){.directory = directory,
                .data.file.fd = -1,
                .same.folder = -1,
                .files = {{.file.fd = -1}, {.file.fd = -1}},
                .told_cycle = -1,
                .looked_behind = -1,
                .told_lost = -1,
                .looked_at_header = -1,
                .told_missing = -1};
}

static void walk_leave_file(walk *w) {
    if (w->in_file) {
        cycle_close(&w->files[w->file]);
        w->in_file = false;
    }
    w->batch_count = 0;
    w->place = 0;
}

static void walk_close(walk *w) {
    walk_leave_file(w);
    if (w->open) {
        identity_close(&w->same);
        view_close(&w->data.file);
        w->open = false;
    }
}

/* Opens a file into the slot that is not used, of the journal that is open and not of another one that has taken its place. */
static int walk_open_cycle(walk *w, int32_t cycle, sightlog_error *error) {
    cycle_file *file = &w->files[1 - w->file];
    sightlog_error other;
    int result = cycle_open(file, w->directory, w->data.rolls, cycle, false, error);
    int same = check_same(&w->same, w->directory, &other);
    if (same == SIGHTLOG_OK) {
        return result;
    }
    if (result == SIGHTLOG_OK) {
        cycle_close(file);
    }
    *error = other;
    return same;
}

/* The cycles that have a file now. */
static int walk_list(const walk *w, cycles *found, sightlog_error *error) {
    sightlog_error other;
    int result = list_cycles(w->directory, w->data.rolls, found, error);
    if (result != SIGHTLOG_OK && check_same(&w->same, w->directory, &other) != SIGHTLOG_OK) {
        *error = other; /* which says better what happened */
        result = other.code;
    }
    return result;
}

/* Whether the journal is the one that was opened, and what is mapped of it is what its writers write to. For quiet times. */
static int walk_check_same(const walk *w, sightlog_error *error) {
    int result = check_same(&w->same, w->directory, error);
    bool stale = result == SIGHTLOG_OK
                 && (view_is_stale(&w->data.file, w->data.words[KEY_HIGHEST_CYCLE])
                     || (w->in_file && view_is_stale(&w->files[w->file].file, w->at.position)));
    return stale ? replaced(error, w->directory, "its files are other copies, as an overlay makes them,") : result;
}

static void missed(walk *w, uint64_t excerpts) {
    w->skipped = excerpts > UINT64_MAX - w->skipped ? UINT64_MAX : w->skipped + excerpts;
}

/* SIGHTLOG_OK when there is the file of a cycle, of whatever roll, SIGHTLOG_NONE when not. */
static int has_cycle_file(const char *directory, sightlog_error *error) {
    DIR *folder = opendir(directory);
    bool found = false;
    int number = folder ? 0 : errno;
    for (struct dirent *entry; folder && !found && (entry = next_entry(folder, &number));) {
        size_t size = strlen(entry->d_name);
        found = size > 4 && strcmp(entry->d_name + size - 4, ".cq4") == 0;
    }
    if (folder) {
        closedir(folder);
    }
    return found                                                  ? SIGHTLOG_OK
           : number && number != ENOENT && number != ENOTDIR ? fail_system(error, number, "cannot list", directory)
                                                                  : SIGHTLOG_NONE;
}

/* SIGHTLOG_OK when there is something of this name, SIGHTLOG_NONE when not. What cannot be asked is not "not there". */
static int is_there(const char *path, sightlog_error *error) {
    struct stat status;
    if (!path) {
        return no_memory(error);
    }
    return lstat(path, &status) == 0                       ? SIGHTLOG_OK
           : errno == ENOENT || errno == ENOTDIR ? SIGHTLOG_NONE
                                                           : fail_system(error, errno, "cannot look at", path);
}

/* Opens the journal when it is complete; SIGHTLOG_NONE while it is not. */
static int walk_open(walk *w, sightlog_error *error) {
    if (w->open) {
        return SIGHTLOG_OK;
    }
    int result = metadata_open(&w->data, w->directory, false, error);
    int written = result == SIGHTLOG_NONE ? has_cycle_file(w->directory, error) : SIGHTLOG_NONE;
    if (written < SIGHTLOG_OK) {
        return written;
    }
    if (written == SIGHTLOG_OK) {
        result = metadata_open(&w->data, w->directory, false, error); /* completed, and the file made, since? */
        if (result == SIGHTLOG_NONE) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s is not a journal this library can read: metadata.cq4t is missing or not complete, though cycles were "
                          "written",
                          w->directory);
        }
    }
    if (result == SIGHTLOG_OK) {
        result = identity_open(&w->same, w->directory, &w->data, error);
        if (result != SIGHTLOG_OK) {
            view_close(&w->data.file);
        }
        result = result == SIGHTLOG_REPLACED ? SIGHTLOG_NONE : result; /* made anew while we looked: the next look finds that one */
    }
    w->open = result == SIGHTLOG_OK;
    return result;
}

/* The highest cycle a writer has opened, below 0 before the first. */
static int32_t walk_highest(const walk *w) {
    int64_t cycle = highest_cycle(&w->data);
    return cycle > INT32_MAX ? INT32_MAX : cycle < INT32_MIN ? INT32_MIN : (int32_t)cycle;
}

static inline uint64_t walk_index(const walk *w) { return cursor_index(&w->at); }

/* Where the bytes of the event here are, after walk_peek. */
static const uint8_t *walk_payload(const walk *w) {
    return w->at.payload + (w->batch_count == 0 ? 0 : batch_offset(w->at.payload, w->place));
}

static uint32_t walk_length(const walk *w) {
    if (w->batch_count == 0) {
        return w->at.length;
    }
    uint32_t end = w->place + 1 < w->batch_count ? batch_offset(w->at.payload, w->place + 1) : w->at.length;
    return end - batch_offset(w->at.payload, w->place);
}

/* A batch that is damaged stays closed: it counts as one event, and who reads it is told what is wrong with it. */
static void open_batch(walk *w) {
    if (is_batch(w->at.payload, w->at.length) && check_batch(w->at.payload, w->at.length, !w->unchecked, NULL)) {
        w->batch_count = load_u32(w->at.payload + AT_COUNT);
        w->batch_sound = false;
        w->place = 0;
    }
}

/* Whether the event here needs no check of its own checksum, since that of the whole batch was looked at and is right. */
static bool walk_is_sound(walk *w) {
    if (w->batch_count > 0 && w->place == 0) {
        w->batch_sound = is_batch_sound(w->at.payload, w->at.length);
    }
    return w->batch_count > 0 && w->batch_sound;
}

/* Moves past all of the excerpt here, and says how many events were left of it. */
static uint64_t walk_leave_excerpt(walk *w) {
    uint64_t left = w->batch_count > w->place ? w->batch_count - w->place : 1;
    w->place = 0;
    w->batch_count = 0;
    cursor_advance(&w->at);
    return left;
}

/* Moves past the event here. */
static void walk_leave(walk *w) {
    if (++w->place >= w->batch_count) {
        walk_leave_excerpt(w);
    }
}

/* Whether there is an event here, in this file, and before any break: goes nowhere and tells nothing. */
static bool walk_peek_here(walk *w) {
    if (w->batch_count > 0) {
        return true;
    }
    if (!w->in_file || cursor_peek(&w->at) != CURSOR_DATA) {
        return false;
    }
    open_batch(w);
    return true;
}

/* Back to before the first file from a cycle on, which then is entered, or told of, when it is read. */
static void walk_rewind(walk *w, int32_t cycle) {
    w->first_cycle = cycle;
    walk_leave_file(w);
}

/* Whether no file was entered since it was rewound. */
static bool walk_is_rewound(const walk *w) { return !w->in_file && w->first_cycle == 0; }

/* Puts the file in the slot that is not used in place of the one that is. */
static void walk_enter_other(walk *w) {
    walk_leave_file(w);
    w->file = 1 - w->file;
    w->in_file = true;
    cursor_start(&w->at, &w->files[w->file]);
}

/* Goes to the start of a file; SIGHTLOG_NONE when it is not there, not complete, or damaged: that is told when it is read. */
static int walk_enter(walk *w, int32_t cycle, sightlog_error *error) {
    int result = walk_open_cycle(w, cycle, error);
    if (result == SIGHTLOG_OK) {
        walk_enter_other(w);
    }
    return result == SIGHTLOG_DAMAGED ? SIGHTLOG_NONE : result;
}

/* ---- what is said of places where documents cannot be followed, or where all of them are gone */

enum {
    SMALLEST_MADE = 64 << 10, /* a writer makes a file at least this large before it writes into it */
    LOOKED_THROUGH = 2 << 20  /* how far into a file without a header events are looked for: behind two pages of any index */
};

/* Told of a break at a position, once, with the cursor where reading goes on, or still at the break when it cannot. */
static int tell_break(const walk *w, uint64_t position, uint64_t sequence, sightlog_error *error) {
    cycle_file *file = w->at.file;
    uint64_t first = first_of(file->cycle) | (sequence & UINT32_MAX), claimed = claimed_documents(file);
    char missing[512];
    if (w->at.position > position) {
        uint64_t lost = w->at.sequence - sequence;
        char what[128];
        if (lost == 0) {
            snprintf(what, sizeof what, "a document there cannot be followed, and none is missing before 0x%" PRIx64, first);
        } else if (lost == 1) {
            snprintf(what, sizeof what, "excerpt 0x%" PRIx64 " cannot be read", first);
        } else {
            snprintf(what, sizeof what, "%" PRIu64 " excerpts from 0x%" PRIx64 " on cannot be read", lost, first);
        }
        snprintf(missing, sizeof missing, "%s; it goes on at byte %" PRIu64 " with 0x%" PRIx64, what, w->at.position, walk_index(w));
    } else if (claimed > sequence) {
        snprintf(missing, sizeof missing, "at least %" PRIu64 " excerpts from 0x%" PRIx64 " on, up to byte %" PRId64 ", cannot be read",
                 claimed - sequence, first, claimed_position(file));
    } else if (claims_position(file, position)) {
        snprintf(missing, sizeof missing,
                 "what follows, from 0x%" PRIx64 " on, cannot be read; the file says that there is more, up to byte %" PRId64
                 ", or that number is damaged",
                 first, claimed_position(file));
    } else {
        snprintf(missing, sizeof missing, "what follows, from 0x%" PRIx64 " on, cannot be read: no document can be there", first);
    }
    int code = fail(error, SIGHTLOG_DAMAGED, "%s is damaged at byte %" PRIu64 ": %s", file->file.path, position, missing);
    error->index = first;
    return code;
}

/* The cycle of the stamp of the last append, -1 when there is none that can be. */
static int last_stamped_cycle(const walk *w, int64_t *found, sightlog_error *error) {
    uint8_t *content = NULL;
    size_t size = 0;
    uint64_t all = 0;
    int64_t cycle = -1;
    char *path = path_in(w->directory, "sightlog.signal");
    int result = path ? read_end(path, SHARED_BYTES, &content, &size, &all, error) : no_memory(error);
    if (result == SIGHTLOG_OK && size == SHARED_BYTES && all == SHARED_BYTES) {
        int64_t nanos = load_i64(content + SIGNAL_LAST_APPENDED);
        bool begun = load_u32(content) != 0;
        bool ours = memcmp(content, "SLSG", 4) == 0 && load_u32(content + 4) == 1;
        cycle = nanos <= 0 || (begun && !ours) ? -1 : nanos / 1000000 / w->data.rolls->millis;
    }
    free(content);
    free(path);
    *found = cycle;
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

/*
 * SIGHTLOG_DAMAGED when a file without a complete header is not just one that a writer is making, or died in making;
 * SIGHTLOG_NONE when it may be.
 */
static int tell_lost_header(walk *w, int32_t cycle, sightlog_error *error) {
    view file;
    uint64_t found;
    int64_t stamped = -1;
    char *path = cycle_path(w->directory, w->data.rolls, cycle);
    int opened = view_open(&file, path, false, error);
    if (opened != SIGHTLOG_OK) {
        return is_system(opened) ? opened : SIGHTLOG_NONE; /* gone meanwhile: pruned */
    }
    uint64_t size = file.size;
    scan events = scan_of(&file, LOOKED_THROUGH);
    bool written = scan_next(&events, 0, false, &found);
    view_close(&file);
    if (is_unread()) {
        return take_unread(error);
    }
    opened = written || size >= SMALLEST_MADE ? SIGHTLOG_OK : last_stamped_cycle(w, &stamped, error);
    if (opened != SIGHTLOG_OK) {
        return opened;
    }
    if (!written && (size >= SMALLEST_MADE || stamped < cycle)) {
        return SIGHTLOG_NONE;
    }
    cycle_file *other = &w->files[1 - w->file];
    int result = walk_open_cycle(w, cycle, error);
    if (result != SIGHTLOG_NONE) {
        cycle_close(other);
        return result == SIGHTLOG_OK ? SIGHTLOG_NONE : result; /* it got its header meanwhile */
    }
    path = cycle_path(w->directory, w->data.rolls, cycle);
    result = is_there(path, error);
    if (result == SIGHTLOG_OK) {
        result = fail(error, SIGHTLOG_DAMAGED,
                      "%s is damaged at byte 0: it has no header (%" PRIu64 " bytes), and events were written to it: all from 0x%" PRIx64
                      " on in this file cannot be read",
                      path, size, first_of(cycle));
        error->index = first_of(cycle);
    }
    free(path);
    return result;
}

/* Opens a file into the slot that is not used; SIGHTLOG_NONE when its header is not complete, or damaged and that was told. */
static int open_or_tell(walk *w, int32_t cycle, sightlog_error *error) {
    int result = walk_open_cycle(w, cycle, error);
    if (result == SIGHTLOG_NONE && cycle > w->looked_at_header) {
        result = tell_lost_header(w, cycle, error);
        w->looked_at_header = is_system(result) ? w->looked_at_header : cycle;
    }
    if (result == SIGHTLOG_DAMAGED) {
        if (cycle <= w->told_lost) {
            return SIGHTLOG_NONE;
        }
        w->told_lost = cycle;
    }
    return result;
}

/* Tells, once, when the newest file that a writer has opened is not there; else SIGHTLOG_NONE. */
static int tell_missing(walk *w, const cycles *there, sightlog_error *error) {
    int32_t highest = walk_highest(w);
    if (highest < 0 || highest == w->told_missing || (there->count > 0 && there->all[there->count - 1] >= highest)) {
        return SIGHTLOG_NONE;
    }
    char *path = cycle_path(w->directory, w->data.rolls, highest);
    int result = is_there(path, error);
    if (result == SIGHTLOG_OK) {
        result = SIGHTLOG_NONE;
    } else if (result == SIGHTLOG_NONE && (result = check_same(&w->same, w->directory, error)) == SIGHTLOG_OK) {
        w->told_missing = highest;
        result = fail(error, SIGHTLOG_DAMAGED, "%s is missing: the journal's newest events were in it (metadata.cq4t says so)", path);
        error->index = first_of(highest);
    }
    free(path);
    return result;
}

static int to_first_cycle(walk *w, sightlog_error *error) {
    cycles there;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = SIGHTLOG_NONE;
    for (size_t i = 0; i < there.count && result == SIGHTLOG_NONE; i++) {
        result = there.all[i] < w->first_cycle ? SIGHTLOG_NONE : open_or_tell(w, there.all[i], error);
    }
    if (result == SIGHTLOG_OK) {
        walk_enter_other(w);
    } else if (result == SIGHTLOG_NONE) {
        result = tell_missing(w, &there, error);
    }
    free(there.all);
    return result;
}

/*
 * Whether a later file may be there: looked up in the directory, too, when the end of a file is met for the first time, so that
 * a wrong number in the metadata does not hide files.
 */
static int may_have_next(walk *w, sightlog_error *error) {
    int32_t cycle = w->at.file->cycle;
    if (walk_highest(w) > cycle) {
        return SIGHTLOG_OK;
    }
    if (w->looked_behind == cycle) {
        return SIGHTLOG_NONE;
    }
    cycles there;
    int result = walk_list(w, &there, error);
    if (result == SIGHTLOG_OK) {
        w->looked_behind = cycle;
        result = there.count > 0 && there.all[there.count - 1] > cycle ? SIGHTLOG_OK : SIGHTLOG_NONE;
        free(there.all);
    }
    return result;
}

/* What was missed by who has read all of a cycle and goes on in a later one. */
static int passing(walk *w, int32_t next_cycle, sightlog_error *error) {
    int32_t cycle = w->at.file->cycle;
    pruned_log log;
    int result = cycle + 1 == next_cycle ? SIGHTLOG_OK : is_there(w->at.file->file.path, error);
    if (result != SIGHTLOG_NONE) {
        return result;
    }
    result = pruned_read(w->directory, &log, error);
    if (result == SIGHTLOG_OK) {
        missed(w, pruned_find(&log, cycle) ? pruned_sum(&log, first_of(cycle + 1), next_cycle) : UINT64_MAX);
        free(log.all);
    }
    return result;
}

/*
 * Goes on in the next file. One without a complete header, which a writer that died in making it leaves, is passed when a later
 * one has events. When this one has no end mark, only to one that has events already, and while this one still has nothing more.
 */
static int to_next_cycle(walk *w, bool abandoned, sightlog_error *error) {
    cycles there;
    bool with_events = abandoned;
    w->at.quiet_looks = 0;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = SIGHTLOG_NONE;
    for (size_t i = 0; i < there.count && result == SIGHTLOG_NONE; i++) {
        int32_t cycle = there.all[i];
        if (cycle <= w->at.file->cycle) {
            continue;
        }
        result = open_or_tell(w, cycle, error);
        if (result == SIGHTLOG_NONE) {
            with_events = true;
        }
        if (result != SIGHTLOG_OK) {
            continue;
        }
        cursor start;
        cursor_start(&start, &w->files[1 - w->file]);
        int found = with_events ? cursor_peek(&start) : CURSOR_DATA;
        if ((found == CURSOR_DATA || found == CURSOR_BROKEN) && (!abandoned || cursor_peek(&w->at) == CURSOR_NOTHING)) {
            result = passing(w, cycle, error);
            if (result == SIGHTLOG_OK) {
                walk_enter_other(w);
            } else {
                cycle_close(start.file);
            }
        } else {
            cycle_close(start.file);
            result = is_unread() ? take_unread(error) : SIGHTLOG_NONE;
        }
    }
    if (result == SIGHTLOG_NONE) {
        result = tell_missing(w, &there, error);
    }
    free(there.all);
    return result;
}

/*
 * Tells a break, once, and moves behind it: SIGHTLOG_DAMAGED. SIGHTLOG_NONE when it was told before and nothing in this file can be
 * read behind it, SIGHTLOG_OK when it was, and a writer went on behind it.
 */
static int past_break(walk *w, sightlog_error *error) {
    uint64_t position = w->at.position, sequence = w->at.sequence;
    bool told = w->told_cycle == w->at.file->cycle && w->told_position == position;
    bool moved = cursor_resync(&w->at);
    if (is_unread()) {
        return take_unread(error);
    }
    if (told) {
        return moved ? SIGHTLOG_OK : SIGHTLOG_NONE;
    }
    w->told_position = position;
    w->told_cycle = w->at.file->cycle;
    return tell_break(w, position, sequence, error);
}

/* Moves past the fillers behind one that was left just now, and tells all of them at once. */
static int past_fillers(walk *w, uint64_t first, sightlog_error *error) {
    cursor_carefully(&w->at, true);
    while (cursor_peek(&w->at) == CURSOR_DATA && is_filler(w->at.payload, w->at.length)) {
        cursor_advance(&w->at);
    }
    cursor_carefully(&w->at, false);
    unread.code = SIGHTLOG_OK; /* the next look meets it again */
    char what[128];
    filler_text(what, sizeof what, first, walk_index(w) - first);
    int code = fail(error, SIGHTLOG_DAMAGED, "%s: %s", w->at.file->file.path, what);
    error->index = first;
    return code;
}

/*
 * Whether there is an event here, once the journal is open; goes on to the next file when this one has ended. SIGHTLOG_DAMAGED where
 * documents cannot be followed, or fewer are there than should be: once; the next call goes on behind it.
 */
static int walk_peek(walk *w, sightlog_error *error) {
    if (w->batch_count > 0) {
        return SIGHTLOG_OK;
    }
    while (true) {
        int result = w->in_file ? SIGHTLOG_OK : to_first_cycle(w, error);
        if (result != SIGHTLOG_OK) {
            return result;
        }
        int found = cursor_peek(&w->at);
        if (found == CURSOR_DATA) {
            open_batch(w);
            return SIGHTLOG_OK;
        }
        if (found == CURSOR_UNREAD) {
            return take_unread(error);
        }
        if (found == CURSOR_BROKEN) {
            result = past_break(w, error);
            if (result == SIGHTLOG_OK) {
                continue;
            }
            if (result != SIGHTLOG_NONE) {
                return result;
            }
        }
        result = may_have_next(w, error);
        result = result == SIGHTLOG_OK ? to_next_cycle(w, found == CURSOR_NOTHING, error) : result;
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
}

/* Likewise, past damage, which is not told then. */
static int walk_peek_past_damage(walk *w, sightlog_error *error) {
    int result = walk_peek(w, error);
    while (result == SIGHTLOG_DAMAGED) {
        result = walk_peek(w, error);
    }
    return result;
}

/* ---- to where reading is to begin: damage on the way is passed over, and told when it is read */

enum { SEARCHED = 256 /* a multiple of the index spacing of every roll */ };

/* When the event here was appended when it is sound, INT64_MIN when not: that must not lead a search astray. */
static int64_t stamp_of(const uint8_t *at, uint32_t size) {
    if (is_batch(at, size)) {
        if (!check_batch(at, size, true, NULL)) {
            return INT64_MIN;
        }
        uint32_t from = batch_offset(at, 0), to = load_u32(at + AT_COUNT) > 1 ? batch_offset(at, 1) : size;
        at += from;
        size = to - from;
    }
    return size >= EVENT_HEADER && is_magic(at + AT_MAGIC) && load_u32(at + AT_TOTAL_BYTES) == size
                   && crc32c(at + 4, size - 4) == load_u32(at + AT_CRC)
               ? load_i64(at + AT_APPENDED_NANOS)
               : INT64_MIN;
}

/* When the document here was appended; that of the next one when it is not a sound event; INT64_MAX when there is none. */
static int64_t stamp_here(cursor *at) {
    while (true) {
        int found = cursor_peek(at);
        if (found == CURSOR_DATA) {
            int64_t nanos = stamp_of(at->payload, at->length);
            if (nanos != INT64_MIN) {
                return nanos;
            }
            cursor_advance(at);
        } else if (found != CURSOR_BROKEN || !cursor_resync(at)) {
            return INT64_MAX;
        }
    }
}

static int64_t stamp_at(cursor *at, uint64_t sequence) {
    cursor_to(at, sequence, true);
    return stamp_here(at);
}

/* Moves past places of a batch. One that is damaged stays: it is told when it is read. */
static void leave_places(walk *w, uint64_t index, uint64_t places, bool of_batch) {
    for (uint64_t i = 0; i < places && walk_index(w) == index && walk_peek_here(w); i++) {
        if (of_batch && w->batch_count == 0 && stamp_of(walk_payload(w), walk_length(w)) == INT64_MIN) {
            return;
        }
        walk_leave(w);
    }
}

/* Moves to an index, or to the first event behind it; SIGHTLOG_NO_EVENT when the journal ends before it. */
static int seek_index(walk *w, uint64_t index, sightlog_error *error) {
    int32_t wanted = cycle_in(index);
    cycles there;
    int result = walk_list(w, &there, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    int32_t cycle = -1;
    for (size_t i = 0; i < there.count && cycle < wanted; i++) {
        cycle = there.all[i];
    }
    bool none = there.count == 0 || cycle < wanted;
    free(there.all);
    if (!none) {
        result = walk_enter(w, cycle, error);
        if (result == SIGHTLOG_NONE) {
            walk_rewind(w, cycle); /* not to be read: that is told when it is tried, and what follows is behind it */
            return SIGHTLOG_OK;
        }
        if (result != SIGHTLOG_OK) {
            return result;
        }
        uint64_t sequence = index & UINT32_MAX;
        none = cycle == wanted && !cursor_to(&w->at, sequence, true) && w->at.sequence != sequence
               && cursor_peek(&w->at) != CURSOR_BROKEN /* which is told when it is read */ && walk_highest(w) <= cycle;
    } else if (index == 0) {
        none = false;
    }
    if (!none) {
        return SIGHTLOG_OK;
    }
    char ends[32] = "";
    if (w->in_file) {
        snprintf(ends, sizeof ends, ", at 0x%" PRIx64, walk_index(w));
    }
    return fail(error, SIGHTLOG_NO_EVENT, "no event at 0x%" PRIx64 ": the journal %s ends before it%s", index, w->directory, ends);
}

static int seek_position(walk *w, uint64_t index, uint32_t place, sightlog_error *error) {
    int result = seek_index(w, index, error);
    if (result == SIGHTLOG_OK && place > 0 && w->in_file && walk_index(w) == index) {
        leave_places(w, index, place, true);
    }
    return result;
}

/* How many events there are from here to the end; the walk stays where it is. */
static int remaining(walk *w, uint64_t *events, sightlog_error *error) {
    *events = 0;
    int result = walk_peek_past_damage(w, error);
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    walk *ahead = malloc(sizeof *ahead);
    if (!ahead) {
        return no_memory(error);
    }
    walk_begin(ahead, w->directory);
    ahead->unchecked = w->unchecked;
    result = walk_open(ahead, error);
    result = result == SIGHTLOG_OK ? seek_position(ahead, walk_index(w), 0, error) : result;
    while (result == SIGHTLOG_OK && (result = walk_peek_past_damage(ahead, error)) == SIGHTLOG_OK) {
        *events += walk_leave_excerpt(ahead);
    }
    walk_close(ahead);
    free(ahead);
    *events = *events > w->place ? *events - w->place : 0;
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

static int seek_last(walk *w, uint64_t events, sightlog_error *error) {
    cycles there;
    uint64_t wanted = events, left = 0;
    bool found = false;
    int result = walk_list(w, &there, error);
    for (size_t i = there.count; i-- > 0 && !found && result >= SIGHTLOG_OK;) {
        result = walk_enter(w, there.all[i], error);
        if (result != SIGHTLOG_OK) {
            continue;
        }
        cursor_to_end(&w->at);
        uint64_t sequence = w->at.sequence;
        if (sequence >= wanted) {
            if (wanted > 0) {
                cursor_to(&w->at, sequence - wanted, true);
            }
            found = true;
        } else {
            wanted -= sequence;
        }
    }
    free(there.all);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (!found && wanted > 0) {
        walk_rewind(w, 0); /* all excerpts, and of the first of them, when it is a batch, perhaps not all events */
    }
    result = events > 0 ? remaining(w, &left, error) : SIGHTLOG_OK;
    for (; result == SIGHTLOG_OK && left > events && (result = walk_peek_past_damage(w, error)) == SIGHTLOG_OK; left--) {
        walk_leave(w);
    }
    return result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
}

/* Number of the first document appended at a time or later. */
static uint64_t search_time(cursor *at, int64_t nanos, uint64_t end, bool checked) {
    uint64_t from = 0, to = end;
    while (from < to) {
        uint64_t middle = from + (to - from) / 2;
        if (to - from > SEARCHED) { /* what the file's index has: anything else is walked to */
            middle = middle / SEARCHED * SEARCHED;
            middle = middle <= from ? middle + SEARCHED : middle;
        }
        cursor_to(at, middle, checked);
        if (stamp_here(at) < nanos) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static void seek_time_in_cycle(walk *w, int64_t nanos) {
    cursor *at = &w->at;
    cursor_to_end(at);
    uint64_t end = at->sequence, from = search_time(at, nanos, end, false);
    if (stamp_at(at, from) < nanos || (from > 0 && stamp_at(at, from - 1) >= nanos)) {
        from = search_time(at, nanos, end, true); /* the index has led astray */
    }
    cursor_to(at, from > 0 ? from - 1 : 0, true); /* begins before that time, but may be a batch that does not end before it */
    while (at->sequence < from && walk_peek_here(w)) {
        int64_t stamp = w->batch_count == 0 ? INT64_MIN : stamp_of(walk_payload(w), walk_length(w));
        if (w->batch_count > 0 && (stamp < 0 ? 0 : stamp) >= nanos) {
            return;
        }
        walk_leave(w);
    }
}

/* By search: stamps never run backwards in a journal. */
static int seek_time(walk *w, int64_t nanos, sightlog_error *error) {
    cycles there;
    int result = walk_list(w, &there, error);
    size_t low = 0, high = there.count; /* the first cycle that begins at the time or later is in low .. high */
    while (low < high && result >= SIGHTLOG_OK) {
        size_t middle = low + (high - low) / 2, filled = middle; /* a cycle without events tells nothing: the next one does */
        int64_t stamp = INT64_MAX;
        for (; filled < high; filled++) {
            result = walk_enter(w, there.all[filled], error);
            stamp = result == SIGHTLOG_OK ? stamp_at(&w->at, 0) : INT64_MAX;
            if (result < SIGHTLOG_OK || stamp != INT64_MAX) {
                break;
            }
        }
        if (filled < high && stamp < nanos) {
            low = filled + 1;
        } else {
            high = middle;
        }
    }
    int32_t cycle = low > 0 ? there.all[low - 1] : 0;
    free(there.all);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (low == 0) {
        walk_rewind(w, 0);
        return SIGHTLOG_OK;
    }
    result = walk_enter(w, cycle, error);
    if (result == SIGHTLOG_OK) {
        seek_time_in_cycle(w, nanos);
    }
    return result < SIGHTLOG_OK ? result : SIGHTLOG_OK;
}

/* The cycle in which reading goes on, the oldest one when it is at the start; -1 when there is none, or none to be read yet. */
static int32_t cycle_here(walk *w) {
    cycles there;
    if (w->in_file) {
        return w->at.file->cycle;
    }
    if (!walk_is_rewound(w) || list_cycles(w->directory, w->data.rolls, &there, &unread) != SIGHTLOG_OK) {
        return -1;
    }
    int32_t oldest = there.count > 0 ? there.all[0] : -1;
    free(there.all);
    return oldest;
}

/* What was deleted before a time was asked for: events appended then or later. */
static void missed_since(walk *w, const pruned_log *log, int64_t nanos, int32_t next_cycle) {
    for (size_t i = 0; i < log->count && log->all[i].cycle < next_cycle; i++) {
        const pruned *entry = &log->all[i];
        if (entry->excerpts > 0 && entry->last_nanos >= nanos) {
            missed(w, entry->first_nanos >= nanos ? entry->excerpts : 1); /* of this one the last, at least */
        }
    }
}

static int walk_seek(walk *w, const sightlog_start *start, sightlog_error *error) {
    int result = SIGHTLOG_OK;
    walk_rewind(w, 0);
    switch (start->from) {
    case SIGHTLOG_FROM_END: result = seek_last(w, 0, error); break;
    case SIGHTLOG_FROM_LAST: result = seek_last(w, start->events, error); break;
    case SIGHTLOG_FROM_POSITION: result = seek_position(w, start->index, start->place, error); break;
    case SIGHTLOG_FROM_TIME: result = seek_time(w, start->nanos, error); break;
    default: break;
    }
    bool behind = start->from == SIGHTLOG_FROM_POSITION && w->in_file && walk_index(w) > start->index;
    bool since = start->from == SIGHTLOG_FROM_TIME && cycle_here(w) >= 0;
    pruned_log log;
    if (result == SIGHTLOG_OK && (behind || since)) {
        result = pruned_read(w->directory, &log, error);
        if (result == SIGHTLOG_OK && behind) {
            missed(w, pruned_sum(&log, start->index, w->at.file->cycle));
        } else if (result == SIGHTLOG_OK) {
            missed_since(w, &log, start->nanos, cycle_here(w));
        }
        free(log.all);
    }
    return is_unread() ? take_unread(error) : result;
}

/* A number since the epoch in the unit, seconds to nanoseconds, in which it lies in this century; else in nanoseconds. */
static int64_t nanos_since_epoch(int64_t number) {
    const int64_t begin = 946684800, end = 4102444800, second = 1000000000; /* 2000-01-01, 2100-01-01 */
    for (int64_t per_second = 1; per_second < second; per_second *= 1000) {
        if (number >= begin * per_second && number < end * per_second) {
            return number * (second / per_second);
        }
    }
    return number;
}

int sightlog_start_parse(const char *text, sightlog_start *start) {
    *start = (sightlog_start){.from = SIGHTLOG_FROM_START};
    if (strcmp(text, "start") == 0) {
        return SIGHTLOG_OK;
    }
    if (strcmp(text, "end") == 0) {
        start->from = SIGHTLOG_FROM_END;
        return SIGHTLOG_OK;
    }
    bool position = strncmp(text, "0x", 2) == 0, last = *text == '-';
    const char *digits = text + (position ? 2 : last);
    char *end;
    if (position ? strspn(digits, "0123456789abcdefABCDEF") == 0 : strspn(digits, "0123456789") == 0) {
        return SIGHTLOG_INVALID;
    }
    errno = 0;
    uint64_t number = strtoull(digits, &end, position ? 16 : 10), place = 0;
    if (position && *end == ':' && strspn(end + 1, "0123456789") > 0) {
        place = strtoull(end + 1, &end, 10);
    }
    if (*end || errno || number > INT64_MAX || place > INT32_MAX) {
        return SIGHTLOG_INVALID;
    }
    start->from = position ? SIGHTLOG_FROM_POSITION : last ? SIGHTLOG_FROM_LAST : SIGHTLOG_FROM_TIME;
    start->index = position ? number : 0;
    start->place = (uint32_t)place;
    start->events = last ? number : 0;
    start->nanos = position || last ? 0 : nanos_since_epoch((int64_t)number);
    return SIGHTLOG_OK;
}

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
} held;

static held *all_held; /* under held_mutex */

/* Its values when its checksum is right; copied first, since its holder may be writing. */
static bool position_slot(const uint8_t *at, position *found) {
    uint8_t slot[POSITION_CHECKED_BYTES];
    memcpy(slot, at, sizeof slot);
    *found = (position){load_i32(slot + 32), load_u32(slot + 4), load_u64(slot + 16), load_i64(slot + 8), load_i64(slot + 24)};
    return found->generation > 0 && crc32c(slot + 4, sizeof slot - 4) == load_u32(slot);
}

/* SIGHTLOG_DAMAGED when two slots were written and neither is good. One alone: a death in the first save. */
static int position_of(const uint8_t *at, const char *path, position *found, sightlog_error *error) {
    position first, second;
    bool one = position_slot(at + POSITION_SLOTS, &first);
    bool two = position_slot(at + POSITION_SLOTS + POSITION_SLOT_BYTES, &second);
    if (!one && !two && first.generation != 0 && second.generation != 0) {
        return fail(error, SIGHTLOG_DAMAGED, "%s is damaged: neither of its two positions has a good checksum; remove it to begin anew",
                    path);
    }
    *found = one && (!two || first.generation >= second.generation) ? first : two ? second : (position){0, 0, 0, 0, 0};
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

/* ---- readers */

enum { LONGEST_SLEEP_NANOS = 100000000, POLL_NANOS = 1000000 };

struct sightlog_reader {
    char *directory; /* absolute */
    walk at;
    sightlog_start wanted; /* where it goes once there is a journal */
    bool sought;
    held *consumer; /* NULL without a name */
    view signal;
    catalogue sets;
    label_table own; /* labels of the event that has these bytes */
    const uint8_t *own_of;
    int own_state;
    bool moved; /* to an event, which is at: */
    uint64_t index;
    uint32_t place;
    unsigned forks;
    uint32_t quiet_looks;  /* how often nothing was found since the clock was looked at */
    int64_t checked_nanos; /* when it was looked at whether the journal is the same, CLOCK_MONOTONIC */
    int untold; /* what a look while waiting has met, and that the next call tells: its error, too */
    sightlog_error untold_error;
    sightlog_error error;
};

static int check_start(const sightlog_start *start, sightlog_error *error) {
    if (start->from < SIGHTLOG_FROM_START || start->from > SIGHTLOG_FROM_TIME) {
        return fail(error, SIGHTLOG_INVALID, "start.from is %d: one of SIGHTLOG_FROM_START .. SIGHTLOG_FROM_TIME is needed",
                    start->from);
    }
    if (start->from == SIGHTLOG_FROM_POSITION && (start->index > INT64_MAX || start->place > INT32_MAX)) {
        return fail(error, SIGHTLOG_INVALID, "no event can be at 0x%" PRIx64 ":%u", start->index, start->place);
    }
    return SIGHTLOG_OK;
}

/* Makes a consumer go on where its reader is. */
static int save_next(sightlog_reader *reader, sightlog_error *error) {
    walk *w = &reader->at;
    int result = w->open && !walk_is_rewound(w) ? walk_peek_past_damage(w, error) : SIGHTLOG_NONE;
    if (result < SIGHTLOG_OK) {
        return result;
    }
    if (w->in_file) {
        position_save(reader->consumer, SIGHTLOG_AT, walk_index(w), w->place);
    } else {
        position_save(reader->consumer, SIGHTLOG_AT_START, 0, 0);
    }
    return SIGHTLOG_OK;
}

/* Moves to a start. While there is no journal it is kept, and an end is the start of what comes. */
static int reader_seek(sightlog_reader *reader, const sightlog_start *start, sightlog_error *error) {
    int result = walk_open(&reader->at, error);
    if (result < SIGHTLOG_OK) {
        return result;
    }
    reader->sought = result == SIGHTLOG_OK;
    if (reader->sought) {
        result = walk_seek(&reader->at, start, error);
        if (is_system(result)) { /* it is not where it should be: the next call goes there */
            walk_close(&reader->at);
            reader->wanted = *start;
            reader->sought = false;
        }
        return result;
    }
    reader->wanted = *start;
    if (start->from == SIGHTLOG_FROM_END || start->from == SIGHTLOG_FROM_LAST) {
        reader->wanted.from = SIGHTLOG_FROM_START;
    }
    return SIGHTLOG_OK;
}

/* Opens the journal once it is there, and goes where it was to go. */
static int reader_ready(sightlog_reader *reader, sightlog_error *error) {
    int result = walk_open(&reader->at, error);
    if (result == SIGHTLOG_OK && reader->consumer) {
        result = check_held(reader->consumer, error); /* it came before the journal, and the directory may be another one since */
    }
    if (result == SIGHTLOG_OK && !reader->sought) {
        result = reader_seek(reader, &reader->wanted, error);
        if (result == SIGHTLOG_OK && reader->consumer && reader->consumer->generation == 0) {
            result = save_next(reader, error);
        }
    }
    return result;
}

enum { LOOKS_UNTIL_CHECK = 16, CHECK_EVERY_NANOS = 1000000000 }; /* how often nothing is found before the clock is looked at */

/* In quiet times, and not more than once a second until it fails: that what is waited for can still come. SIGHTLOG_NONE: it can. */
static int reader_check_same(sightlog_reader *reader, sightlog_error *error) {
    int64_t now = clock_nanos(CLOCK_MONOTONIC);
    reader->quiet_looks = 0;
    if (!reader->at.open || now - reader->checked_nanos < CHECK_EVERY_NANOS) {
        return SIGHTLOG_NONE;
    }
    int result = walk_check_same(&reader->at, error);
    result = result == SIGHTLOG_OK && reader->consumer ? check_held(reader->consumer, error) : result;
    if (result != SIGHTLOG_OK) {
        reader->quiet_looks = LOOKS_UNTIL_CHECK; /* the next look says so again */
        return result;
    }
    reader->checked_nanos = now;
    return SIGHTLOG_NONE;
}

static int reader_peek(sightlog_reader *reader, sightlog_error *error) {
    int result = reader->at.open && reader->sought ? SIGHTLOG_OK : reader_ready(reader, error);
    result = result == SIGHTLOG_OK ? walk_peek(&reader->at, error) : result;
    return result == SIGHTLOG_NONE && ++reader->quiet_looks >= LOOKS_UNTIL_CHECK ? reader_check_same(reader, error) : result;
}

/* What a consumer has missed that goes on in a later cycle than its position is in. */
static int missed_before(walk *w, const position *from, sightlog_error *error) {
    int32_t next = cycle_here(w);
    pruned_log log;
    int result = next < 0 ? SIGHTLOG_NONE : pruned_read(w->directory, &log, error);
    if (result != SIGHTLOG_OK) {
        return result < SIGHTLOG_OK ? result : SIGHTLOG_OK;
    }
    if (from->state == SIGHTLOG_AT_START) {
        uint64_t sum = 0;
        for (size_t i = 0; i < log.count && log.all[i].cycle < next; i++) {
            sum += log.all[i].pruned_nanos >= from->moved_nanos ? log.all[i].excerpts : 0;
        }
        missed(w, sum);
    } else if (cycle_in(from->index) < next) {
        const pruned *own = pruned_find(&log, cycle_in(from->index));
        if (!own) {
            missed(w, UINT64_MAX);
        } else {
            bool last_place = (from->index & UINT32_MAX) + 1 < own->excerpts || (int64_t)from->place + 1 >= own->last_places;
            missed(w, pruned_sum(&log, from->index + (from->state == SIGHTLOG_BEHIND && last_place), next));
        }
    }
    free(log.all);
    return SIGHTLOG_OK;
}

/* Goes on where a consumer stopped. */
static int resume(sightlog_reader *reader, sightlog_error *error) {
    walk *w = &reader->at;
    position now;
    int result = position_of(reader->consumer->file.bytes, reader->consumer->file.path, &now, error);
    result = result == SIGHTLOG_OK ? walk_open(w, error) : result;
    if (result < SIGHTLOG_OK) {
        return result;
    }
    bool behind_end = result == SIGHTLOG_NONE && now.state != SIGHTLOG_AT_START;
    if (result == SIGHTLOG_OK && now.state != SIGHTLOG_AT_START) {
        result = now.index > INT64_MAX ? SIGHTLOG_NO_EVENT : seek_index(w, now.index, error);
        behind_end = result == SIGHTLOG_NO_EVENT;
        if (result < SIGHTLOG_OK && !behind_end) {
            return result;
        }
        if (!behind_end && w->in_file && walk_index(w) == now.index) {
            int found = cursor_peek(&w->at);
            if (found == CURSOR_DATA) {
                leave_places(w, now.index, (uint64_t)now.place + (now.state == SIGHTLOG_BEHIND), now.place > 0);
            } else {
                behind_end = found != CURSOR_BROKEN && now.state != SIGHTLOG_AT;
            }
        }
    }
    if (is_unread()) {
        return take_unread(error);
    }
    if (behind_end) {
        return fail(error, SIGHTLOG_NO_EVENT,
                    "this consumer stands behind the end of the journal, at 0x%" PRIx64
                    ": events it has read are gone; the next producer that starts moves it to the end, or sightlog consumers reset",
                    now.index);
    }
    result = w->open ? missed_before(w, &now, error) : SIGHTLOG_OK;
    return is_unread() ? take_unread(error) : result;
}

/* What may be there before the journal's own files: what a producer or a consumer makes first, and hidden ones. */
static bool is_ours(const char *name) {
    static const char *const OURS[] = {"catalogue", "consumers", "sightlog.signal", "sightlog.writers", "sightlog.pruned", "sightlog.losses",
                                       "sightlog.id"};
    bool ours = *name == '.';
    for (size_t i = 0; i < sizeof OURS / sizeof *OURS; i++) {
        ours |= strcmp(name, OURS[i]) == 0;
    }
    return ours;
}

/* Whether what is here was a journal: it has a cycle's file, and one that only a writer makes. */
static bool has_lost_its_metadata(const char *directory) {
    char *signal = path_in(directory, "sightlog.signal");
    sightlog_error ignored;
    bool lost = signal && access(signal, F_OK) == 0 && has_cycle_file(directory, &ignored) == SIGHTLOG_OK;
    free(signal);
    return lost;
}

/* Whether a directory is a journal, or may become one. */
static int check_directory(const char *directory, sightlog_error *error) {
    char *metadata = path_in(directory, "metadata.cq4t");
    if (!metadata) {
        return no_memory(error);
    }
    int there = is_there(metadata, error);
    DIR *folder = there == SIGHTLOG_NONE ? opendir(directory) : NULL;
    int number = there == SIGHTLOG_NONE && !folder ? errno : 0;
    int result = there < SIGHTLOG_OK ? there : SIGHTLOG_OK;
    if (number && number != ENOENT && number != ENOTDIR) {
        result = fail_system(error, number, "cannot look into", directory);
    } else if (number == ENOTDIR && access(directory, F_OK) == 0) {
        result = fail(error, SIGHTLOG_NOT_A_JOURNAL, "%s is not a journal: it is a file, and a journal is a directory", directory);
    }
    for (struct dirent *entry; folder && result == SIGHTLOG_OK && (entry = next_entry(folder, &number));) {
        if (!is_ours(entry->d_name) && access(metadata, F_OK) != 0 && has_lost_its_metadata(directory)) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s has lost its metadata.cq4t, without which nobody can read it: sightlog recover -q %s --into NEW saves "
                          "its events",
                          directory, directory);
        } else if (!is_ours(entry->d_name) && access(metadata, F_OK) != 0) {
            result = fail(error, SIGHTLOG_NOT_A_JOURNAL,
                          "%s is not a journal: it has no metadata.cq4t, but it has %s; name the directory a producer wrote to", directory,
                          entry->d_name);
        }
    }
    if (folder && number && result == SIGHTLOG_OK) {
        result = fail_system(error, number, "cannot look into", directory);
    }
    if (folder) {
        closedir(folder);
    }
    free(metadata);
    return result;
}

/* Absolute, to be freed. */
static char *absolute(const char *directory) {
    if (*directory == '/') {
        return strdup(directory);
    }
    char *here = getcwd(NULL, 0), *path = here ? path_in(here, directory) : NULL;
    free(here);
    return path;
}

static int reader_begin(sightlog_reader *reader, const char *directory, const sightlog_reader_options *options,
                        sightlog_error *error) {
    int result = check_start(&options->start, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->directory = absolute(directory);
    if (!reader->directory) {
        return no_memory(error);
    }
    walk_begin(&reader->at, reader->directory);
    reader->at.unchecked = options->unchecked != 0;
    result = check_directory(reader->directory, error);
    if (result == SIGHTLOG_OK && options->name) {
        result = hold(&reader->consumer, reader->directory, options->name, error);
    }
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->sought = true;
    if (reader->consumer && reader->consumer->generation > 0) {
        return resume(reader, error);
    }
    result = reader_seek(reader, &options->start, error);
    return result == SIGHTLOG_OK && reader->consumer && reader->sought ? save_next(reader, error) : result;
}

int sightlog_reader_open(sightlog_reader **reader, const char *directory, const sightlog_reader_options *options,
                         sightlog_error *error) {
    static const sightlog_reader_options NOTHING_SAID;
    sightlog_error ignored;
    error = error ? error : &ignored;
    prepare();
    unread.code = SIGHTLOG_OK;
    sightlog_reader *opened = calloc(1, sizeof *opened);
    *reader = NULL;
    if (!opened) {
        return no_memory(error);
    }
    walk_begin(&opened->at, NULL);
    opened->signal.fd = -1;
    opened->forks = forks;
    opened->checked_nanos = clock_nanos(CLOCK_MONOTONIC);
    int result = reader_begin(opened, directory, options ? options : &NOTHING_SAID, error);
    if (result != SIGHTLOG_OK) {
        sightlog_reader_close(opened);
        return result;
    }
    *reader = opened;
    return SIGHTLOG_OK;
}

void sightlog_reader_close(sightlog_reader *reader) {
    if (!reader) {
        return;
    }
    walk_close(&reader->at);
    if (reader->consumer) {
        release(reader->consumer);
    }
    view_close(&reader->signal);
    catalogue_free(&reader->sets);
    free(reader->own.all);
    free(reader->directory);
    free(reader);
}

int sightlog_next(sightlog_reader *reader, sightlog_event *event) {
    walk *w = &reader->at;
    sightlog_error *error = &reader->error;
    reader->own_of = NULL;
    if (reader->untold != SIGHTLOG_OK) {
        int untold = reader->untold;
        *error = reader->untold_error;
        reader->untold = SIGHTLOG_OK;
        return untold;
    }
    int result = reader_peek(reader, error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    uint64_t index = walk_index(w);
    uint32_t place = w->place;
    bool alone = w->batch_count == 0, sound = w->unchecked || walk_is_sound(w);
    const uint8_t *payload = walk_payload(w);
    uint32_t length = walk_length(w);
    char why[WHY_BYTES];
    parts has;
    walk_leave(w);
    result = check_event(payload, length, !sound, &has, why);
    if (result != SIGHTLOG_OK) {
        if (alone && cursor_back(&w->at)) {
            return is_unread() ? take_unread(error) : sightlog_next(reader, event); /* a break */
        }
        if (alone) {
            payload = w->at.payload = view_at(&w->at.file->file, w->at.position - w->at.step + 4, length); /* it may have moved */
            if (!payload) { /* it was cut, or cannot be read any more: looked at anew */
                cursor_at(&w->at, w->at.position - w->at.step, w->at.sequence - 1);
                return is_unread() ? take_unread(error) : sightlog_next(reader, event);
            }
        }
        if (alone && is_filler(payload, length)) {
            return past_fillers(w, index, error);
        }
        if (alone && is_batch(payload, length)) {
            check_batch(payload, length, !w->unchecked, why);
        }
        char at[16] = "";
        if (place > 0) {
            snprintf(at, sizeof at, ":%u", place);
        }
        fail(error, result, "event 0x%" PRIx64 "%s of %s cannot be read: %s", index, at, reader->directory, why);
        error->index = index;
        error->place = place;
        return result;
    }
    fill_event(event, payload, length, &has);
    event->index = index;
    event->place = place;
    reader->moved = true;
    reader->index = index;
    reader->place = place;
    return SIGHTLOG_OK;
}

int sightlog_handled(sightlog_reader *reader) {
    if (!reader->consumer) {
        return SIGHTLOG_OK;
    }
    if (reader->forks != forks) {
        return fail(&reader->error, SIGHTLOG_INVALID, "this reader belongs to the process that opened it: open another one after fork()");
    }
    if (!reader->moved) {
        return fail(&reader->error, SIGHTLOG_INVALID, "no event was read since this reader was opened, or sent elsewhere");
    }
    position_save(reader->consumer, SIGHTLOG_BEHIND, reader->index, reader->place);
    return SIGHTLOG_OK;
}

int sightlog_seek(sightlog_reader *reader, const sightlog_start *start) {
    int result = check_start(start, &reader->error);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    reader->own_of = NULL;
    reader->moved = false;
    reader->untold = SIGHTLOG_OK;
    return reader_seek(reader, start, &reader->error);
}

/* Whether the next call has something to give or to tell. What is told is kept for it. */
static bool worth_looking(sightlog_reader *reader) {
    if (reader->untold == SIGHTLOG_OK) {
        int result = reader_peek(reader, &reader->untold_error);
        if (result == SIGHTLOG_OK) {
            return true;
        }
        reader->untold = result == SIGHTLOG_NONE ? SIGHTLOG_OK : result;
    }
    return reader->untold != SIGHTLOG_OK;
}

static bool signal_ready(sightlog_reader *reader) {
    sightlog_error ignored;
    if (!reader->signal.bytes && reader->at.open
        && view_open(&reader->signal, path_in(reader->directory, "sightlog.signal"), true, &ignored) == SIGHTLOG_OK) {
        if (reader->signal.size < SHARED_BYTES || signal_check(&reader->signal, true, &ignored) != SIGHTLOG_OK) {
            view_close(&reader->signal);
        }
    }
    return reader->signal.bytes != NULL;
}

int sightlog_wait(sightlog_reader *reader, int64_t nanos) {
    int64_t now = clock_nanos(CLOCK_MONOTONIC), until = nanos > INT64_MAX - now ? INT64_MAX : now + nanos;
    reader->own_of = NULL;
    while (!worth_looking(reader)) {
        now = clock_nanos(CLOCK_MONOTONIC);
        if (now >= until) {
            return SIGHTLOG_NONE;
        }
        errno = 0;
        if (!signal_ready(reader)) {
            sleep_nanos(until - now < POLL_NANOS ? until - now : POLL_NANOS);
        } else {
            uint8_t *wakes = reader->signal.bytes + SIGNAL_WAKES;
            swap_u32(reader->signal.bytes + SIGNAL_SLEEPERS, 0, 1);
            atomic_thread_fence(memory_order_seq_cst); /* the announcement before the last look */
            uint32_t announced = acquire_u32(wakes);
            if (worth_looking(reader)) {
                break;
            }
            errno = 0;
            futex_wait(wakes, announced, until - now < LONGEST_SLEEP_NANOS ? until - now : LONGEST_SLEEP_NANOS);
        }
        if (errno == EINTR) {
            return worth_looking(reader) ? SIGHTLOG_OK : SIGHTLOG_NONE;
        }
    }
    return SIGHTLOG_OK;
}

uint64_t sightlog_skipped(const sightlog_reader *reader) { return reader->at.skipped; }

const sightlog_error *sightlog_reader_error(const sightlog_reader *reader) { return &reader->error; }

/* ---- labels of an event */

static int of_event(sightlog_reader *reader, const sightlog_event *event, int code) {
    reader->error.index = event->index;
    reader->error.place = event->place;
    return code;
}

/* What the class ids of an event mean: what it carries itself, else its label set; SIGHTLOG_NONE when it has none, or it is missing. */
static int labels_of(sightlog_reader *reader, const sightlog_event *event, const label_table **found) {
    sightlog_text text, model;
    bool own = sightlog_event_section(event, SIGHTLOG_LABELS, &text) == SIGHTLOG_OK;
    own |= sightlog_event_section(event, SIGHTLOG_MODEL, &model) == SIGHTLOG_OK;
    if (own) {
        if (reader->own_of != event->bytes) {
            const uint8_t *name = (const uint8_t *)model.bytes;
            reader->own_state = has_control(name, name + model.size)
                                    ? SIGHTLOG_DAMAGED
                                    : labels_own(&reader->own, (const uint8_t *)text.bytes, text.size);
            reader->own.model = model;
            reader->own_of = event->bytes;
        }
        *found = &reader->own;
        if (reader->own_state == SIGHTLOG_NO_MEMORY) {
            return no_memory(&reader->error);
        }
        return reader->own_state == SIGHTLOG_OK
                   ? SIGHTLOG_OK
                   : of_event(reader, event,
                              fail(&reader->error, SIGHTLOG_DAMAGED,
                                   "event 0x%" PRIx64 " cannot be read: its own labels have a line that does not begin with an id of 0..%d, "
                                   "or control characters",
                                   event->index, SIGHTLOG_MAX_CLASS_ID));
    }
    if (load_u64(event->label_set) == 0) {
        return SIGHTLOG_NONE;
    }
    const label_set *set = NULL;
    int result = catalogue_find(&reader->sets, reader->directory, event->label_set, &set, &reader->error);
    if (result != SIGHTLOG_OK) {
        return of_event(reader, event, result);
    }
    if (set->state == SIGHTLOG_DAMAGED) {
        return of_event(reader, event,
                        fail(&reader->error, SIGHTLOG_DAMAGED,
                             "%s/catalogue/%016" PRIx64 ".yaml is damaged, or no label set of version 1: its content is not what its name says",
                             reader->directory, __builtin_bswap64(load_u64(set->hash))));
    }
    *found = &set->labels;
    return set->state;
}

int sightlog_label(sightlog_reader *reader, const sightlog_event *event, int32_t class_id, sightlog_text *text) {
    const label_table *table;
    *text = (sightlog_text){"", 0};
    int result = labels_of(reader, event, &table);
    const label *known = result == SIGHTLOG_OK ? labels_find(table, class_id) : NULL;
    if (known) {
        *text = known->text;
    }
    return result == SIGHTLOG_OK && !known ? SIGHTLOG_NONE : result;
}

int sightlog_model(sightlog_reader *reader, const sightlog_event *event, sightlog_text *model) {
    const label_table *table;
    *model = (sightlog_text){"", 0};
    int result = labels_of(reader, event, &table);
    if (result == SIGHTLOG_OK && table->model.size > 0) {
        *model = table->model;
    }
    return result == SIGHTLOG_OK && table->model.size == 0 ? SIGHTLOG_NONE : result;
}

int sightlog_label_set_state(sightlog_reader *reader, const sightlog_event *event) {
    const label_table *table;
    int result = labels_of(reader, event, &table);
    return result == SIGHTLOG_NONE && load_u64(event->label_set) == 0 ? SIGHTLOG_OK : result;
}

/* ==== appending ==== */

/* ---- good UTF-8 */

/* Whether it is, without surrogates, longer forms than needed, and what is beyond U+10FFFF. */
static bool is_utf8(const uint8_t *at, size_t size) {
    const uint8_t *end = at + size;
    while (at < end) {
        uint8_t first = *at++;
        if (first < 0x80) {
            continue;
        }
        int more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
        if (more == 0 || end - at < more) {
            return false;
        }
        uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (*at < low || *at > high) {
            return false;
        }
        for (int i = 1; i < more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        at += more;
    }
    return true;
}

/* Likewise of a text with a size. */
static bool controls_in(const void *text, size_t size) {
    const uint8_t *at = text;
    return size > 0 && has_control(at, at + size);
}

/* ---- drafts */

typedef struct section {
    uint32_t type, bytes;
    size_t offset; /* in the draft's contents */
} section;

struct sightlog_draft {
    int kind; /* 0 before the first begin */
    sightlog_fields fields;
    uint8_t *detections; /* as they lie in the event */
    size_t detection_count, detection_room;
    section sections[SIGHTLOG_MAX_SECTIONS];
    size_t section_count;
    uint8_t *contents;
    size_t content_bytes, content_room;
    sightlog_error error;
};

/* Grows a buffer to at least so many bytes; false, and it is as before, when there is no memory. */
static bool grow(uint8_t **buffer, size_t *room, size_t needed) {
    if (needed <= *room) {
        return true;
    }
    size_t size = needed > 2 * *room ? needed : 2 * *room;
    uint8_t *larger = realloc(*buffer, size);
    if (!larger) {
        return false;
    }
    *buffer = larger;
    *room = size;
    return true;
}

sightlog_draft *sightlog_draft_new(void) {
    prepare();
    return calloc(1, sizeof(sightlog_draft));
}

void sightlog_draft_free(sightlog_draft *draft) {
    if (draft) {
        free(draft->detections);
        free(draft->contents);
        free(draft);
    }
}

const char *sightlog_draft_error(const sightlog_draft *draft) { return draft->error.text; }

int sightlog_draft_begin(sightlog_draft *draft, int kind, const sightlog_fields *fields) {
    static const sightlog_fields NOTHING;
    const sightlog_fields *given = fields ? fields : &NOTHING;
    if (kind < SIGHTLOG_FRAME || kind > SIGHTLOG_MESSAGE) {
        return fail(&draft->error, SIGHTLOG_INVALID, "kind=%d is no frame, skip or message", kind);
    }
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"position_nanos", given->position_nanos}, {"frame", given->frame},  {"decode_nanos", given->decode_nanos},
                   {"infer_nanos", given->infer_nanos},       {"width", given->width}, {"height", given->height}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (numbers[i].value < 0) {
            return fail(&draft->error, SIGHTLOG_INVALID, "%s=%" PRId64 " is negative", numbers[i].name, numbers[i].value);
        }
    }
    draft->kind = kind;
    draft->fields = *given;
    if (kind == SIGHTLOG_MESSAGE) {
        draft->fields = (sightlog_fields){.captured_nanos = given->captured_nanos};
    }
    draft->detection_count = draft->section_count = draft->content_bytes = 0;
    return SIGHTLOG_OK;
}

/* Finite, and no more than a float can be, whatever -ffast-math makes of isfinite. */
static bool is_finite(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7f800000u) != 0x7f800000u;
}

static float clip(float edge, int32_t limit) {
    float most = (float)limit;
    return edge > 0 ? (edge < most ? edge : most) : 0; /* no -0 */
}

/* What is left of an extent that began at from and now begins at clipped. */
static float extent(float from, float clipped, float whole, int32_t limit) {
    float left = clipped == from ? whole : from + whole - clipped;
    left = left > 0 ? left : 0;
    return clipped + left > (float)limit ? (float)limit - clipped : left;
}

int sightlog_draft_detection(sightlog_draft *draft, const sightlog_detection *d) {
    sightlog_error *error = &draft->error;
    if (draft->kind != SIGHTLOG_FRAME) {
        return fail(error, SIGHTLOG_INVALID, "only a frame has detections: begin one first");
    }
    if (draft->detection_count == SIGHTLOG_MAX_DETECTIONS) {
        return fail(error, SIGHTLOG_TOO_LARGE, "a frame has at most %d detections", SIGHTLOG_MAX_DETECTIONS);
    }
    if (d->class_id < 0 || d->class_id > SIGHTLOG_MAX_CLASS_ID) {
        return fail(error, SIGHTLOG_INVALID, "class_id=%" PRId32 " is not in 0..%d", d->class_id, SIGHTLOG_MAX_CLASS_ID);
    }
    if (!is_finite(d->confidence) || !(d->confidence >= 0 && d->confidence <= 1)) {
        return fail(error, SIGHTLOG_INVALID, "confidence=%g is not in 0..1", (double)d->confidence);
    }
    if (!is_finite(d->x) || !is_finite(d->y)) {
        return fail(error, SIGHTLOG_INVALID, "x=%g y=%g is not finite", (double)d->x, (double)d->y);
    }
    if (!is_finite(d->w) || !is_finite(d->h) || !(d->w >= 0 && d->h >= 0)) {
        return fail(error, SIGHTLOG_INVALID, "w=%g h=%g is negative or not finite", (double)d->w, (double)d->h);
    }
    if (d->track_id < 0) {
        return fail(error, SIGHTLOG_INVALID, "track_id=%" PRId64 " is negative", d->track_id);
    }
    if (!grow(&draft->detections, &draft->detection_room, (draft->detection_count + 1) * DETECTION)) {
        return no_memory(error);
    }
    float x = d->x, y = d->y, w = d->w, h = d->h;
    int32_t width = draft->fields.width, height = draft->fields.height;
    if (width > 0 && height > 0) {
        x = clip(d->x, width);
        y = clip(d->y, height);
        w = extent(d->x, x, d->w, width);
        h = extent(d->y, y, d->h, height);
    }
    uint8_t *at = draft->detections + draft->detection_count++ * DETECTION;
    store_i32(at, d->class_id);
    store_f32(at + 4, d->confidence);
    store_f32(at + 8, x);
    store_f32(at + 12, y);
    store_f32(at + 16, w);
    store_f32(at + 20, h);
    store_i64(at + 24, d->track_id);
    return SIGHTLOG_OK;
}

static size_t most_bytes(uint32_t type) {
    return type == SIGHTLOG_TOPIC                               ? SIGHTLOG_MAX_TOPIC_BYTES
           : type == SIGHTLOG_TEXT || type == SIGHTLOG_BINARY ? SIGHTLOG_MAX_CONTENT_BYTES
           : type < SIGHTLOG_TEXT                             ? SIGHTLOG_MAX_TEXT_BYTES
                                                              : SIGHTLOG_MAX_EVENT_BYTES;
}

static const char *section_name(uint32_t type) {
    static const char *const NAMES[] = {"section", "source", "stream", "reason", "labels", "model", "topic", "text", "content",
                                         "kept frame", "live source", "origin", "answered event"};
    return NAMES[type < sizeof NAMES / sizeof *NAMES ? type : 0];
}

static bool draft_has(const sightlog_draft *draft, uint32_t type) {
    for (size_t i = 0; i < draft->section_count; i++) {
        if (draft->sections[i].type == type) {
            return true;
        }
    }
    return false;
}

/* Lines of id, tab, label, as a reader takes them. */
static bool are_labels(const uint8_t *at, size_t size) {
    const uint8_t *end = at + size;
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        const uint8_t *tab = memchr(at, '\t', (size_t)(stop - at));
        int64_t id = 0;
        for (const uint8_t *digit = at; tab && digit < tab; digit++) {
            id = *digit >= '0' && *digit <= '9' && id <= SIGHTLOG_MAX_CLASS_ID ? id * 10 + (*digit - '0') : INT32_MAX;
        }
        if (tab ? tab == at || id > SIGHTLOG_MAX_CLASS_ID || has_control(tab + 1, stop) : stop > at) {
            return false;
        }
        at = stop + 1;
    }
    return true;
}

static bool is_good(sightlog_text text) {
    return is_utf8((const uint8_t *)text.bytes, text.size);
}

/* Whether it can be a section of one of the types 9 to 12. */
static bool is_rare(uint32_t type, const void *bytes, size_t size) {
    sightlog_text section = {bytes, size};
    union {
        sightlog_kept_frame kept;
        sightlog_live live;
        sightlog_origin origin;
        sightlog_answers answers;
    } taken;
    switch (type) {
    case SIGHTLOG_KEPT_FRAME_SECTION:
        return take_kept_frame(section, &taken.kept);
    case SIGHTLOG_LIVE_SECTION:
        return take_live(section, &taken.live);
    case SIGHTLOG_ORIGIN_SECTION:
        return take_origin(section, &taken.origin) && is_good(taken.origin.broker) && is_good(taken.origin.topic)
               && is_good(taken.origin.topic_id) && is_good(taken.origin.message_id);
    default:
        return take_answers(section, &taken.answers);
    }
}

int sightlog_draft_section(sightlog_draft *draft, uint32_t type, const void *bytes, size_t size) {
    bool rare = type >= SIGHTLOG_KEPT_FRAME_SECTION && type <= SIGHTLOG_ANSWERS_SECTION;
    sightlog_error *error = &draft->error;
    bool text = type >= SIGHTLOG_SOURCE && type <= SIGHTLOG_TEXT, content = type == SIGHTLOG_TEXT || type == SIGHTLOG_BINARY;
    if (draft->kind == 0) {
        return fail(error, SIGHTLOG_INVALID, "a draft begins with sightlog_draft_begin");
    }
    if (size > most_bytes(type)) {
        return fail(error, SIGHTLOG_TOO_LARGE, "%s has %zu bytes, at most %zu fit", section_name(type), size, most_bytes(type));
    }
    if (type == 0 || draft->section_count == SIGHTLOG_MAX_SECTIONS) {
        return fail(error, SIGHTLOG_INVALID, type == 0 ? "there is no section type 0" : "an event has at most 256 sections");
    }
    if (type == SIGHTLOG_TOPIC && (size == 0 || controls_in(bytes, size))) {
        return fail(error, SIGHTLOG_INVALID, "a topic has 1 to 255 bytes, and no control characters");
    }
    if (content && (draft_has(draft, SIGHTLOG_TEXT) || draft_has(draft, SIGHTLOG_BINARY))) {
        return fail(error, SIGHTLOG_INVALID, "a message has one content, text or binary");
    }
    if ((content || type == SIGHTLOG_TOPIC) && draft->kind != SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "%s is of a message, this is none", section_name(type));
    }
    if ((type == SIGHTLOG_LABELS || type == SIGHTLOG_MODEL) && draft->kind == SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "a message has no labels, and no model");
    }
    if (type == SIGHTLOG_REASON && draft->kind != SIGHTLOG_SKIP) {
        return fail(error, SIGHTLOG_INVALID, "a reason is of a skip, this is none");
    }
    if (rare && type <= SIGHTLOG_LIVE_SECTION && draft->kind == SIGHTLOG_MESSAGE) {
        return fail(error, SIGHTLOG_INVALID, "a message has no %s", section_name(type));
    }
    if (rare && !is_rare(type, bytes, size)) {
        return fail(error, SIGHTLOG_INVALID, "%s of %zu bytes is not what docs/format.md draws", section_name(type), size);
    }
    if ((text || rare) && draft_has(draft, type)) {
        return fail(error, SIGHTLOG_INVALID, "%s is there already", section_name(type));
    }
    if (text && !is_utf8(bytes, size)) {
        return fail(error, SIGHTLOG_INVALID, "%s is not good UTF-8", section_name(type));
    }
    if ((type == SIGHTLOG_LABELS && !are_labels(bytes, size)) || (type == SIGHTLOG_MODEL && controls_in(bytes, size))) {
        return fail(error, SIGHTLOG_INVALID, "labels are lines of id, tab, label: ids in 0..%d, no control characters",
                    SIGHTLOG_MAX_CLASS_ID);
    }
    if (text && size == 0) {
        return SIGHTLOG_OK;
    }
    size_t padded = align4(size);
    if (!grow(&draft->contents, &draft->content_room, draft->content_bytes + padded)) {
        return no_memory(error);
    }
    uint8_t *at = draft->contents + draft->content_bytes;
    if (padded > size) {
        store_u32(at + padded - 4, 0);
    }
    if (size) {
        memcpy(at, bytes, size);
    }
    draft->sections[draft->section_count++] = (section){type, (uint32_t)size, draft->content_bytes};
    draft->content_bytes += padded;
    return SIGHTLOG_OK;
}

int sightlog_draft_text(sightlog_draft *draft, uint32_t type, const char *text) {
    return text ? sightlog_draft_section(draft, type, text, strlen(text)) : SIGHTLOG_OK;
}

/* How large the event will be; 0, and the draft's error, when it cannot be one. */
static size_t draft_bytes(sightlog_draft *draft) {
    size_t bytes = EVENT_HEADER + draft->detection_count * DETECTION + draft->section_count * SECTION + draft->content_bytes;
    if (draft->kind == 0) {
        fail(&draft->error, SIGHTLOG_INVALID, "a draft begins with sightlog_draft_begin");
    } else if (draft->kind == SIGHTLOG_MESSAGE && !draft_has(draft, SIGHTLOG_TOPIC)) {
        fail(&draft->error, SIGHTLOG_INVALID, "a message needs a topic");
    } else if (bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        fail(&draft->error, SIGHTLOG_TOO_LARGE, "an event has at most %d bytes, this would have %zu", SIGHTLOG_MAX_EVENT_BYTES,
             bytes);
    } else {
        return bytes;
    }
    return 0;
}

/* Writes it, all but producer, sequence, stamp and checksum. */
static void draft_encode(const sightlog_draft *draft, uint8_t *at, size_t bytes) {
    const sightlog_fields *fields = &draft->fields;
    memset(at, 0, EVENT_HEADER);
    memcpy(at + AT_MAGIC, MAGIC, 4);
    at[AT_VERSION] = EVENT_VERSION;
    at[AT_KIND] = (uint8_t)draft->kind;
    store_u16(at + AT_HEADER_BYTES, EVENT_HEADER);
    store_u32(at + AT_TOTAL_BYTES, (uint32_t)bytes);
    store_i64(at + AT_CAPTURED_NANOS, fields->captured_nanos);
    store_i64(at + AT_POSITION_NANOS, fields->position_nanos);
    store_i64(at + AT_FRAME, fields->frame);
    memcpy(at + AT_LABEL_SET, fields->label_set, 8);
    memcpy(at + AT_DIGEST, fields->digest, 8);
    store_i32(at + AT_WIDTH, fields->width);
    store_i32(at + AT_HEIGHT, fields->height);
    store_i64(at + AT_DECODE_NANOS, fields->decode_nanos);
    store_i64(at + AT_INFER_NANOS, draft->kind == SIGHTLOG_FRAME ? fields->infer_nanos : 0);
    store_u32(at + AT_DETECTION_COUNT, (uint32_t)draft->detection_count);
    store_u16(at + AT_DETECTION_BYTES, DETECTION);
    store_u16(at + AT_SECTION_COUNT, (uint16_t)draft->section_count);
    size_t to = EVENT_HEADER;
    if (draft->detection_count) {
        memcpy(at + to, draft->detections, draft->detection_count * DETECTION);
        to += draft->detection_count * DETECTION;
    }
    size_t contents = to + draft->section_count * SECTION;
    for (size_t i = 0; i < draft->section_count; i++, to += SECTION) {
        store_u32(at + to, draft->sections[i].type);
        store_u32(at + to + 4, (uint32_t)(contents + draft->sections[i].offset));
        store_u32(at + to + 8, draft->sections[i].bytes);
    }
    if (draft->content_bytes) {
        memcpy(at + contents, draft->contents, draft->content_bytes);
    }
}

/* ---- batches */

struct sightlog_batch {
    uint8_t *events;
    size_t bytes, room;
    uint8_t *ends; /* size_t each: where in events one ends */
    size_t ends_room;
    uint32_t count;
};

sightlog_batch *sightlog_batch_new(void) {
    prepare();
    return calloc(1, sizeof(sightlog_batch));
}

void sightlog_batch_free(sightlog_batch *batch) {
    if (batch) {
        free(batch->events);
        free(batch->ends);
        free(batch);
    }
}

void sightlog_batch_clear(sightlog_batch *batch) {
    batch->bytes = 0;
    batch->count = 0;
}

uint32_t sightlog_batch_count(const sightlog_batch *batch) { return batch->count; }

int sightlog_batch_add(sightlog_batch *batch, sightlog_draft *draft) {
    size_t bytes = draft_bytes(draft);
    if (!bytes) {
        return draft->error.code;
    }
    if (BATCH_HEADER + 4 + bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        return fail(&draft->error, SIGHTLOG_TOO_LARGE, "an event of %zu bytes does not fit into a batch", bytes);
    }
    if (batch->count == SIGHTLOG_MAX_BATCH_EVENTS
        || BATCH_HEADER + 4 * ((size_t)batch->count + 1) + batch->bytes + bytes > SIGHTLOG_MAX_EVENT_BYTES) {
        return SIGHTLOG_NONE;
    }
    if (!grow(&batch->events, &batch->room, batch->bytes + bytes)
        || !grow(&batch->ends, &batch->ends_room, (batch->count + 1) * sizeof(size_t))) {
        return no_memory(&draft->error);
    }
    draft_encode(draft, batch->events + batch->bytes, bytes);
    batch->bytes += bytes;
    memcpy(batch->ends + batch->count++ * sizeof(size_t), &batch->bytes, sizeof(size_t));
    return SIGHTLOG_OK;
}

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

/* Where a test may have a writer die: nothing in the library itself. */
#ifndef SIGHTLOG_STAGE
#define SIGHTLOG_STAGE(number) ((void)0)
#endif
enum {
    STAGE_LOCKED = 1,
    STAGE_COPIED,
    STAGE_PUBLISHED,
    STAGE_POSITION,
    STAGE_NUMBER,
    STAGE_INDEX_PAGE,
    STAGE_INDEX_ENTRY,
    STAGE_COUNTED,
    STAGE_ENDED,
    STAGE_DRAFTED,
    STAGE_LINKED,
    STAGE_LISTED
};

#define BLOCK ((uint64_t)64 << 20)   /* what a cycle's file grows by */
#define OVERLAP ((uint64_t)16 << 20) /* and what it has beyond */
enum { SHORTEST_STEP = 256 << 10, LONGEST_STEP = 8 << 20, METADATA_BYTES = 128 << 10 };

/* ---- a writer */

struct sightlog_writer {
    char *directory;
    metadata data;
    identity same;
    int64_t looked_nanos; /* when it was looked at last whether the journal is the same, by the clock; 0: it is to be looked at */
    view signal;
    slots *all_slots;
    int slot;
    int64_t word; /* what the lock word is while this writer holds it */
    unsigned forks;
    int64_t timeout_nanos;
    void (*notice)(void *, const char *);
    void *notice_context;
    bool every_event;

    uint64_t producer;
    int64_t sequence;

    cycle_file current; /* no path: none is open */
    uint64_t allocated; /* up to where it has blocks */
    uint64_t provided;  /* up to where its pages were asked for */
    uint64_t end;       /* where a document of this writer ended last, and the next one's number: a hint to walk on from */
    uint64_t next;

    uint8_t *staging;
    size_t staging_room;

    int64_t last_appended; /* index, -1 before the first */
    int64_t last_synced;   /* likewise */
    bool failed;           /* the device has, for good */
    bool rolled;           /* a cycle was begun in this append: older files can be cut */
    sightlog_error error;
};

const sightlog_error *sightlog_writer_error(const sightlog_writer *writer) { return &writer->error; }
uint64_t sightlog_producer(const sightlog_writer *writer) { return writer->producer; }
int64_t sightlog_next_sequence(const sightlog_writer *writer) { return writer->sequence; }

static const roll *rolls_of(const sightlog_writer *writer) { return writer->data.rolls; }

/* What an index page takes, its header included, and what else is kept in reserve: see docs/format.md, Blocks before use. */
static uint64_t reserve_of(const roll *rolls) { return 48 + 8 * (uint64_t)rolls->index_count + 2 * PAGE; }

/* Opens a file that is there, and neither a link nor a pipe, which would have us wait; below 0, and errno. */
static int open_regular(const char *path, int access) {
    int fd = open(path, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat status;
    if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

/* ---- files of the journal that is open, and not of another one that has taken its place */

static int writer_check_same(sightlog_writer *writer) { return check_same(&writer->same, writer->directory, &writer->error); }

/* The name of a file in the directory that is held open, by its path. */
static const char *name_in(const sightlog_writer *writer, const char *path) { return path + strlen(writer->directory) + 1; }

/* Opens a cycle's file for writing; looks afterwards, and before anything is written, whose it is. */
static int open_own_cycle(sightlog_writer *writer, cycle_file *file, int32_t cycle, sightlog_error *error) {
    int result = cycle_open(file, writer->directory, rolls_of(writer), cycle, true, error);
    if (result == SIGHTLOG_OK) {
        result = check_same(&writer->same, writer->directory, error);
        if (result != SIGHTLOG_OK) {
            cycle_close(file);
        }
    }
    return result;
}

/* Likewise without a mapping; below 0, and errno. */
static int open_own(const sightlog_writer *writer, const char *path) {
    sightlog_error ignored;
    int fd = open_regular(path, O_RDWR);
    if (fd >= 0 && check_same(&writer->same, writer->directory, &ignored) != SIGHTLOG_OK) {
        close(fd);
        errno = ESTALE;
        return -1;
    }
    return fd;
}

/* ---- blocks */

static int write_zeros(int fd, uint64_t from, uint64_t to) {
    static const uint8_t zeros[64 << 10];
    int number = 0;
    for (uint64_t at = from; at < to && !number; at += sizeof zeros) {
        number = write_all(fd, zeros, to - at < sizeof zeros ? to - at : sizeof zeros, at);
    }
    return number;
}

/* Makes sure that a part of a file has blocks. From `free` on there are zeros that nobody else writes to. 0, or errno. */
static int allocate_blocks(int fd, uint64_t from, uint64_t free_from, uint64_t to) {
    if (to <= from) {
        return 0;
    }
    if (over_limit(to)) {
        return EFBIG;
    }
    int result;
    do {
        result = fallocate(fd, 0, (off_t)from, (off_t)(to - from)) == 0 ? 0 : errno;
    } while (result == EINTR);
    if (result == EOPNOTSUPP || result == ENOSYS || result == EINVAL || result == ENODEV) {
        return write_zeros(fd, from > free_from ? from : free_from, to);
    }
    return result;
}

static int cannot_append(sightlog_writer *writer, int number, const char *path) {
    int code = fail_system(&writer->error, number, "cannot append:", path);
    if (code == SIGHTLOG_FULL) {
        size_t used = strlen(writer->error.text);
        snprintf(writer->error.text + used, sizeof writer->error.text - used, "; make room, then append again");
    }
    return code;
}

/* ---- the end of a cycle, read and not mapped: a load from a hole may need a block, too */

static int read_all(int fd, void *bytes, size_t size, uint64_t offset) {
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t got = pread(fd, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got < 0 ? errno : ENODATA;
        }
        at += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return 0;
}

/*
 * Where the next document of a complete file begins, and whether the cycle has its end mark there. SIGHTLOG_DAMAGED when
 * documents do not lead there: nothing can be appended behind that.
 */
static int end_as_read(int fd, const char *path, uint64_t *end, bool *ended, sightlog_error *error) {
    union {
        uint8_t bytes[MAX_HEADER_BYTES];
        int64_t aligned;
    } head;
    struct stat status;
    memset(&head, 0, sizeof head);
    if (fstat(fd, &status) != 0) {
        return fail_system(error, errno, "cannot read", path);
    }
    uint64_t size = (uint64_t)status.st_size;
    int number = read_all(fd, head.bytes, size < sizeof head ? size : sizeof head, 0);
    if (number) {
        return fail_system(error, number, "cannot read", path);
    }
    const uint8_t *to = head.bytes + 4 + (load_u32(head.bytes) & LENGTH);
    to = to > head.bytes + sizeof head ? head.bytes + sizeof head : to;
    const uint8_t *position = wire_array(head.bytes, wire_field(head.bytes, to, "writePosition"), to);
    uint64_t at = position && to - position >= 8 ? load_u64(position) : 0;
    bool claimed = at != 0;
    while (at <= size && size - at >= 4) {
        uint32_t header;
        if (at & 3 || (number = read_all(fd, &header, 4, at)) == ENODATA) {
            break;
        }
        if (number) {
            return fail_system(error, number, "cannot read", path);
        }
        if (header == 0 && claimed) {
            return fail(error, SIGHTLOG_DAMAGED,
                        "%s is damaged: its last document should be at byte %" PRIu64
                        ", and nothing is there; recover the journal into another one",
                        path, at);
        }
        claimed = false;
        *end = at;
        *ended = header == END_OF_CYCLE;
        if (header == 0 || header == END_OF_CYCLE || header & IN_PROGRESS) {
            return SIGHTLOG_OK;
        }
        if ((header & LENGTH) == 0 || (header & LENGTH) > MAX_DOCUMENT_BYTES) {
            break;
        }
        at = align4(at + 4 + (header & LENGTH));
    }
    if (!claimed && (at & 3) == 0 && at <= size && size - at < 4) {
        *end = at; /* cut to what it uses */
        *ended = false;
        return SIGHTLOG_OK;
    }
    return fail(error, SIGHTLOG_DAMAGED,
                "%s is damaged at byte %" PRIu64 ": nothing can be appended behind that; recover the journal into another one",
                path, at);
}

/* ---- what dead writers left */

/* Clears everything in a file from a byte on up to another one; writes only where something is. 0, or errno. */
static int clear_range(int fd, uint64_t from, uint64_t to) {
    uint8_t *chunk = malloc(64 << 10);
    struct stat status;
    int number = !chunk ? ENOMEM : fstat(fd, &status) != 0 ? errno : 0;
    if (!number && to > (uint64_t)status.st_size) {
        to = (uint64_t)status.st_size;
    }
    for (uint64_t at = from; !number && at < to; at += 64 << 10) {
        size_t size = to - at < 64 << 10 ? to - at : 64 << 10, first = size, last = 0;
        number = read_all(fd, chunk, size, at);
        for (size_t i = 0; i < size && !number; i++) {
            if (chunk[i]) {
                first = first < i ? first : i;
                last = i + 1;
            }
        }
        if (!number && first < last) {
            number = write_zeros(fd, at + first, at + last);
        }
    }
    free(chunk);
    return number;
}

enum { REACH = SIGHTLOG_MAX_EVENT_BYTES + (1 << 20) };

/* In the newest complete cycle, behind its last document: an index page laid over it would hold garbage. */
static int clear_leftovers(sightlog_writer *writer) {
    cycles found;
    sightlog_error ignored;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    bool done = result != SIGHTLOG_OK;
    for (size_t i = found.count; i > 0 && !done; i--) {
        cycle_file file;
        int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
        if (opened == SIGHTLOG_NONE) {
            continue; /* made, and not begun: what was appended last is in the one before */
        }
        done = true;
        if (opened == SIGHTLOG_OK) {
            cursor at;
            cursor_start(&at, &file);
            cursor_to_end(&at);
            if (cursor_peek(&at) == CURSOR_NOTHING) {
                int number = clear_range(file.file.fd, at.position, at.position + REACH);
                result = number ? cannot_append(writer, number, file.file.path) : SIGHTLOG_OK;
            }
            if (is_unread()) {
                result = take_unread(&writer->error);
            }
            cycle_close(&file);
        } else if (opened != SIGHTLOG_DAMAGED) {
            writer->error = ignored; /* damaged: where it ends is not known, and whoever reads there is told */
            result = opened;
        }
    }
    free(found.all);
    return result;
}

/* ---- the head of a cycle's file: header, page of pages, first page */

typedef struct bytes {
    uint8_t *at;
    size_t size;
} bytes;

static void put(bytes *to, const void *from, size_t size) {
    memcpy(to->at + to->size, from, size);
    to->size += size;
}
static void put_code(bytes *to, uint8_t code) { to->at[to->size++] = code; }
static void put_i32(bytes *to, int32_t value) { put(to, &value, 4); }
static void put_i64(bytes *to, int64_t value) { put(to, &value, 8); }
static void put_name(bytes *to, uint8_t code, const char *name) {
    put_code(to, code);
    put_code(to, (uint8_t)strlen(name));
    put(to, name, strlen(name));
}
static void put_field(bytes *to, const char *name) {
    put_code(to, (uint8_t)(0xc0 + strlen(name)));
    put(to, name, strlen(name));
}
static void put_text(bytes *to, const char *text) {
    put_code(to, (uint8_t)(0xe0 + strlen(text)));
    put(to, text, strlen(text));
}
static void put_number(bytes *to, uint32_t value) {
    if (value < 0x100) {
        put_code(to, 0xa1);
        put_code(to, (uint8_t)value);
    } else {
        put_code(to, value <= INT16_MAX ? 0xa5 : 0xa2);
        uint16_t low = (uint16_t)value;
        put(to, &low, 2);
    }
}

/* So that what follows the next code is at a multiple of 8. */
static void put_padding(bytes *to) {
    size_t padding = -(to->size + 1) & 7;
    if (padding < 5) {
        memset(to->at + to->size, 0x8f, padding);
        to->size += padding;
    } else {
        put_code(to, 0x8e);
        put_i32(to, (int32_t)(padding - 5));
        memset(to->at + to->size, 0, padding - 5);
        to->size += padding - 5;
    }
}

/* A page of the index, its header still 0; what that is to be is returned. */
static uint32_t put_page(bytes *to, const char *name, uint32_t capacity, int64_t first) {
    size_t start = to->size;
    put_i32(to, 0);
    put_name(to, 0xb9, name);
    put_padding(to);
    put_code(to, 0x8d);
    put_i64(to, capacity);
    put_i64(to, first ? 1 : 0);
    put_i64(to, first);
    memset(to->at + to->size, 0, 8 * (size_t)(capacity - 1));
    to->size += 8 * (size_t)(capacity - 1);
    uint32_t header = METADATA | (uint32_t)(to->size - start - 4);
    while (to->size & 3) {
        put_code(to, 0);
    }
    return header;
}

static size_t page_bytes(size_t at, const char *name, uint32_t capacity) {
    size_t begin = at + 4 + 2 + strlen(name);
    return align4(begin + (-(begin + 1) & 7) + 1 + 16 + 8 * (size_t)capacity) - at;
}

/* To be freed; NULL when there is no memory. *first_page is where the first page of the index is in it. */
static uint8_t *cycle_head(const roll *rolls, size_t *size, size_t *first_page) {
    bytes to = {calloc(1, 1024 + 2 * (64 + 8 * (size_t)rolls->index_count)), 0};
    if (!to.at) {
        return NULL;
    }
    put_i32(&to, 0);
    put_name(&to, 0xb9, "header");
    put_name(&to, 0xb6, "SCQStore");
    put_code(&to, 0x82);
    size_t store = to.size;
    put_i32(&to, 0);
    put_field(&to, "writePosition");
    put_padding(&to);
    put_code(&to, 0x8d);
    put_i64(&to, 2);
    put_i64(&to, 2);
    put_i64(&to, 0);
    put_i64(&to, 0);
    put_field(&to, "indexing");
    put_name(&to, 0xb6, "SCQSIndexing");
    put_code(&to, 0x82);
    size_t indexing = to.size;
    put_i32(&to, 0);
    put_field(&to, "indexCount");
    put_number(&to, rolls->index_count);
    put_field(&to, "indexSpacing");
    put_number(&to, rolls->index_spacing);
    put_field(&to, "index2Index");
    put_padding(&to);
    put_code(&to, 0xa7);
    size_t pages = to.size;
    put_i64(&to, 0);
    put_field(&to, "lastIndex");
    put_padding(&to);
    put_code(&to, 0xa7);
    put_i64(&to, 0);
    store_i32(to.at + indexing, (int32_t)(to.size - indexing - 4));
    put_field(&to, "dataFormat");
    put_code(&to, 0xa1);
    put_code(&to, 1);
    store_i32(to.at + store, (int32_t)(to.size - store - 4));
    store_u32(to.at, METADATA | (uint32_t)(to.size - 4));
    while (to.size & 7) {
        put_code(&to, 0);
    }
    store_i64(to.at + pages, (int64_t)to.size);
    size_t first = to.size;
    *first_page = first + page_bytes(first, "index2index", rolls->index_count);
    store_u32(to.at + first, put_page(&to, "index2index", rolls->index_count, (int64_t)*first_page));
    store_u32(to.at + *first_page, put_page(&to, "index", rolls->index_count, 0));
    *size = to.size;
    return to.at;
}

/* ---- making a cycle's file, complete and with its first blocks, under the write lock */

static int is_complete(const char *path, bool *complete) {
    int fd = open_regular(path, O_RDONLY);
    uint32_t header = 0;
    if (fd < 0) {
        return errno;
    }
    int number = read_all(fd, &header, 4, 0);
    close(fd);
    *complete = number == 0 && header != 0 && !(header & IN_PROGRESS);
    return number == ENODATA ? 0 : number;
}

/*
 * Whether sound events lie in a file that has no header: then it has lost that, and is not one that its maker has not finished.
 * 0, or errno: then nobody knows.
 */
static int holds_events(const char *path, bool *there) {
    view file;
    sightlog_error error;
    uint64_t found;
    int opened = view_open(&file, strdup(path), false, &error);
    *there = false;
    if (opened != SIGHTLOG_OK) {
        return !is_system(opened) ? 0 : error.system_error ? error.system_error : ENOMEM;
    }
    scan events = scan_of(&file, LOOKED_THROUGH);
    *there = scan_next(&events, 0, false, &found);
    view_close(&file);
    return is_unread() ? take_unread_number() : events.no_memory ? ENOMEM : 0;
}

/* Its whole length, most of it holes, and blocks for its beginning. Never shorter than it was. */
static int fill_cycle(int fd, size_t head) {
    static const uint8_t zero;
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    int number = (uint64_t)status.st_size < BLOCK + OVERLAP ? write_all(fd, &zero, 1, BLOCK + OVERLAP - 1) : 0;
    return number ? number : allocate_blocks(fd, 0, head, head + SHORTEST_STEP);
}

static int make_cycle(sightlog_writer *writer, const char *path, const uint8_t *head, size_t size) {
    char *draft = draft_path(writer->directory);
    int folder = writer->same.folder;
    owner to;
    int owned = owner_by(&to, writer->data.file.fd);
    int fd = draft && !owned ? new_file_at(folder, name_in(writer, draft), &to, to.mode) : -1;
    int number = !draft ? ENOMEM : owned ? owned : fd < 0 ? errno : 0;
    number = number ? number : write_all(fd, head, size, 0);
    number = number ? number : fill_cycle(fd, size);
    if (!number && writer->every_event && fdatasync(fd) != 0) {
        number = errno;
    }
    SIGHTLOG_STAGE(STAGE_DRAFTED);
    if (!number && linkat(folder, name_in(writer, draft), folder, name_in(writer, path), 0) != 0 && errno != EEXIST) {
        number = errno;
    }
    SIGHTLOG_STAGE(STAGE_LINKED);
    if (fd >= 0) {
        close(fd);
        unlinkat(folder, name_in(writer, draft), 0);
    }
    free(draft);
    return number;
}

/* In its place, the header last: before that, it stays as incomplete as it was. */
static int mend_cycle(const sightlog_writer *writer, const char *path, const uint8_t *head, size_t size) {
    int fd = open_own(writer, path);
    if (fd < 0) {
        return errno;
    }
    int number = clear_range(fd, 4, 4 + (uint64_t)REACH);
    number = number ? number : fill_cycle(fd, size);
    number = number ? number : write_all(fd, head + 4, size - 4, 4);
    number = number ? number : write_all(fd, head, 4, 0);
    close(fd);
    return number;
}

/* Makes a cycle's file when it is not there, and makes it complete when it is not. */
static int complete_cycle(sightlog_writer *writer, int32_t cycle) {
    char *path = cycle_path(writer->directory, rolls_of(writer), cycle);
    size_t size, first_page;
    uint8_t *head = cycle_head(rolls_of(writer), &size, &first_page);
    bool complete = false, made = false;
    int number = path && head ? is_complete(path, &complete) : ENOMEM;
    if (number == ENOENT) {
        made = true;
        number = make_cycle(writer, path, head, size);
        number = number ? number : is_complete(path, &complete);
    }
    bool lost = false;
    if (!number && !complete && !made) {
        number = holds_events(path, &lost);
    }
    if (!number && !complete && !lost) {
        made = true;
        number = mend_cycle(writer, path, head, size);
    }
    if (!number && made) {
        __atomic_add_fetch((int64_t *)(void *)metadata_word(&writer->data, KEY_MOD_COUNT), 1, __ATOMIC_SEQ_CST);
    }
    int result = number ? cannot_append(writer, number, path ? path : writer->directory)
                 : lost ? fail(&writer->error, SIGHTLOG_DAMAGED,
                               "%s has lost its header, and events are in it: recover the journal into another one, or move that "
                               "file away",
                               path)
                        : SIGHTLOG_OK;
    if (lost) {
        writer->error.index = (uint64_t)(uint32_t)cycle << 32;
    }
    free(head);
    free(path);
    return result;
}

/* Sets the end marks of cycles before one, back to the newest that has one; of damaged ones whoever reads there is told. */
static int end_older_cycles(sightlog_writer *writer, int32_t before) {
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    bool ended = false;
    for (size_t i = found.count; i > 0 && !ended && result == SIGHTLOG_OK; i--) {
        if (found.all[i - 1] >= before) {
            continue;
        }
        cycle_file file;
        sightlog_error ignored;
        uint64_t end = 0;
        int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
        if (opened == SIGHTLOG_NONE) {
            result = complete_cycle(writer, found.all[i - 1]); /* its maker died: an empty one */
            opened = result == SIGHTLOG_OK
                         ? open_own_cycle(writer, &file, found.all[i - 1], &ignored)
                         : SIGHTLOG_NONE;
        }
        if (opened == SIGHTLOG_REPLACED) {
            writer->error = ignored;
            result = opened;
        }
        if (is_system(opened)) {
            writer->error = ignored;
            result = opened;
        }
        if (opened != SIGHTLOG_OK) {
            continue;
        }
        int read = end_as_read(file.file.fd, file.file.path, &end, &ended, &ignored);
        if (is_system(read)) {
            writer->error = ignored;
            result = read;
        } else if (read == SIGHTLOG_OK && !ended) {
            int number = allocate_blocks(file.file.fd, end, end, end + PAGE);
            uint8_t *at = number ? NULL : view_at(&file.file, end, 8);
            if (at && swap_u32(at, 0, END_OF_CYCLE)) {
                memcpy(at + 4, "\xc3""EOF", 4);
            }
            result = number        ? cannot_append(writer, number, file.file.path)
                     : is_unread() ? take_unread(&writer->error)
                                   : SIGHTLOG_OK;
        }
        cycle_close(&file);
    }
    free(found.all);
    SIGHTLOG_STAGE(STAGE_ENDED);
    return result;
}

/* Cuts older files that have ended behind their end mark, where nobody looks. What cannot be cut costs room, and nothing else. */
static void trim_older_cycles(sightlog_writer *writer, int32_t before) {
    cycles found;
    sightlog_error ignored;
    if (list_cycles(writer->directory, rolls_of(writer), &found, &ignored) != SIGHTLOG_OK) {
        return;
    }
    for (size_t i = 0; i < found.count && found.all[i] < before; i++) {
        char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i]);
        int fd = path ? open_own(writer, path) : -1;
        struct stat status;
        uint64_t end = 0;
        bool ended = false;
        if (fd >= 0 && fstat(fd, &status) == 0 && (uint64_t)status.st_size > OVERLAP
            && ((uint64_t)status.st_size - OVERLAP) % BLOCK == 0 && end_as_read(fd, path, &end, &ended, &ignored) == SIGHTLOG_OK
            && ended) {
            uint64_t used = (end + 8 + PAGE - 1) / PAGE * PAGE;
            if (used < (uint64_t)status.st_size && ftruncate(fd, (off_t)used) != 0) {
                /* stays as large as it is */
            }
        }
        if (fd >= 0) {
            close(fd);
        }
        free(path);
    }
    free(found.all);
}

/* ---- blocks ahead of this writer */

/* Makes sure that everything from `from` to `needed` has blocks, and some more. Nothing has changed when it fails. */
static int provide_blocks(sightlog_writer *writer, uint64_t from, uint64_t end, uint64_t needed) {
    static const uint8_t zero;
    view *file = &writer->current.file;
    struct stat status;
    if (fstat(file->fd, &status) != 0) {
        return cannot_append(writer, errno, file->path);
    }
    uint64_t size = (uint64_t)status.st_size;
    if (needed > size) {
        size = needed / BLOCK * BLOCK + BLOCK + OVERLAP;
        int number = write_all(file->fd, &zero, 1, size - 1); /* never shorter than it was, as setting a length could make it */
        if (number) {
            return cannot_append(writer, number, file->path);
        }
    }
    uint64_t step = end / 4 < SHORTEST_STEP ? SHORTEST_STEP : end / 4 > LONGEST_STEP ? LONGEST_STEP : end / 4;
    uint64_t to = (needed + step + PAGE - 1) / PAGE * PAGE;
    to = to < size ? to : size;
    int number = allocate_blocks(file->fd, from, end, to);
    if (number && to > needed) {
        to = needed; /* perhaps for this one there is room */
        number = allocate_blocks(file->fd, from, end, to);
    }
    if (number) {
        return cannot_append(writer, number, file->path);
    }
    int mapped = to > file->size ? view_grow(file, &writer->error) : SIGHTLOG_OK;
    if (mapped != SIGHTLOG_OK || to > file->size) {
        return mapped != SIGHTLOG_OK ? mapped : fail_system(&writer->error, ENODATA, "cannot map", file->path);
    }
    writer->allocated = to; /* what has blocks, and is mapped */
    return SIGHTLOG_OK;
}

/* Opens the file of a cycle for appending: those before it get their end marks, it is made complete, listed, and has blocks. */
static int begin_cycle(sightlog_writer *writer, int32_t cycle) {
    if (writer->current.file.path) {
        cycle_close(&writer->current);
    }
    writer->allocated = writer->provided = writer->end = writer->next = 0;
    int result = writer_check_same(writer);
    result = result == SIGHTLOG_OK ? end_older_cycles(writer, cycle) : result;
    result = result == SIGHTLOG_OK ? complete_cycle(writer, cycle) : result;
    result = result == SIGHTLOG_OK
                 ? open_own_cycle(writer, &writer->current, cycle, &writer->error)
                 : result;
    if (result != SIGHTLOG_OK) {
        return result == SIGHTLOG_NONE
                   ? fail(&writer->error, SIGHTLOG_IO, "a file of %s is not complete, though it was made so", writer->directory)
                   : result;
    }
    uint64_t end = 0;
    bool ended = false;
    result = end_as_read(writer->current.file.fd, writer->current.file.path, &end, &ended, &writer->error);
    if (result == SIGHTLOG_OK && !ended) {
        result = provide_blocks(writer, 0, end, end + reserve_of(rolls_of(writer))); /* also holes before: index pages have them */
    }
    if (result != SIGHTLOG_OK) {
        cycle_close(&writer->current);
        return result;
    }
    uint8_t *lowest = metadata_word(&writer->data, KEY_LOWEST_CYCLE), *highest = metadata_word(&writer->data, KEY_HIGHEST_CYCLE);
    for (int64_t now = acquire_i64(lowest); now > cycle && !swap_i64(lowest, now, cycle); now = acquire_i64(lowest)) {
    }
    for (int64_t now = acquire_i64(highest); now < cycle && !swap_i64(highest, now, cycle); now = acquire_i64(highest)) {
    }
    __atomic_add_fetch((int64_t *)(void *)metadata_word(&writer->data, KEY_MOD_COUNT), 1, __ATOMIC_SEQ_CST);
    SIGHTLOG_STAGE(STAGE_LISTED);
    writer->rolled = true;
    return SIGHTLOG_OK;
}

/* ---- the write lock */

#define UNCLEARED ((int64_t)0x7fffffff00000000)

typedef struct holder_watch {
    int64_t word, mod_count, position;
    int64_t moved_at;
} holder_watch;

/* For a holder without a slot: whether the word, the newest cycle's end and the list of cycles did not move for a second. */
static bool holder_is_quiet(sightlog_writer *writer, holder_watch *watch, int64_t holder, int64_t now) {
    int64_t mod_count = acquire_i64(metadata_word(&writer->data, KEY_MOD_COUNT)), position = -1;
    int64_t newest = highest_cycle(&writer->data);
    cycle_file file;
    sightlog_error ignored;
    int opened = newest < 0 || newest > INT32_MAX
                     ? SIGHTLOG_NONE
                     : cycle_open(&file, writer->directory, rolls_of(writer), (int32_t)newest, false, &ignored);
    if (opened == SIGHTLOG_OK) {
        cursor at;
        cursor_start(&at, &file);
        cursor_to_end(&at);
        position = (int64_t)at.position;
        cycle_close(&file);
        opened = is_unread() ? take_unread(&ignored) : opened;
    }
    if (is_system(opened)) {
        watch->moved_at = now; /* nobody is dead because we cannot look */
        return false;
    }
    if (holder != watch->word || mod_count != watch->mod_count || position != watch->position) {
        *watch = (holder_watch){holder, mod_count, position, now};
    }
    return now - watch->moved_at >= 1000000000;
}

/* Takes the lock over when its holder is dead; false when it lives, or that cannot be told. */
static bool follow(sightlog_writer *writer, holder_watch *watch, int64_t holder, int64_t now) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    int slot = word_slot(holder);
    bool followed = false;
    if (holder == UNCLEARED) {
        return swap_i64(word, holder, writer->word);
    }
    if (slot < 0) {
        int64_t started;
        return !process_lives((uint32_t)holder, &started) && holder_is_quiet(writer, watch, holder, now)
               && swap_i64(word, holder, writer->word);
    }
    if (slot >= SLOTS) {
        return false;
    }
    /* whoever holds the slot's byte keeps others from becoming its owner, and so from writing the same word anew */
    pthread_mutex_lock(&held_mutex);
    if (slot_try_lock(writer->all_slots, slot)) {
        followed = !slot_seems_alive(writer->all_slots, slot) && swap_i64(word, holder, writer->word);
        unlock_range(writer->all_slots->file.fd, slot_offset(slot), 1);
    }
    pthread_mutex_unlock(&held_mutex);
    return followed;
}

static int lock_held_by(sightlog_writer *writer, int64_t holder) {
    const char *directory = writer->directory;
    int slot = word_slot(holder);
    uint32_t pid = (uint32_t)holder;
    int64_t started;
    if (holder == UNLOCKED) {
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: other writers were always quicker; append less, or from fewer writers", directory);
    }
    if (slot >= 0 && slot < SLOTS && !slot_is_here(writer->all_slots, slot)) {
        char host[HOST_BYTES + 1] = {0};
        memcpy(host, slot_record(writer->all_slots, slot) + SLOT_HOST, HOST_BYTES);
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: process %" PRIu32
                    " of another PID namespace, on host %s, holds the write lock: continue it, or end it, there",
                    directory, pid, host);
    }
    bool locked = false;
    int64_t locker = slot < 0 || slot >= SLOTS ? 0 : locked_by(writer->all_slots->file.fd, true, slot_offset(slot), 1, &locked);
    if (locked && locker != pid && (locker != 0 || !slot_seems_alive(writer->all_slots, slot))) {
        char text[128];
        process_text(locker, text, sizeof text);
        return fail(&writer->error, SIGHTLOG_LOCKED,
                    "cannot append to %s: %s has locked the slot of process %" PRIu32
                    " in sightlog.writers, so that nobody can tell whether that one, which holds the write lock, is dead: end %s",
                    directory, text, pid, text);
    }
    char state = process_state(pid, &started);
    const char *then = state == 'T' || state == 't' ? "is stopped: continue it (kill -CONT), or end it (kill -9)"
                       : state == 0 || state == 'Z' ? "is not there: try again"
                                                    : "is running: wait for it, or end it (kill -9)";
    return fail(&writer->error, SIGHTLOG_LOCKED, "cannot append to %s: process %" PRIu32 "%s holds the write lock, and %s",
                directory, pid, slot < 0 ? ", no Sightlog of this version," : "", then);
}

static void unlock(sightlog_writer *writer, int64_t next, int64_t *other) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    *other = writer->word;
    if (!swap_i64(word, writer->word, next)) {
        *other = acquire_i64(word);
    }
}

/* Waits for the lock; whether it was taken from a dead holder. */
static int await_lock(sightlog_writer *writer, bool *after_death) {
    uint8_t *word = metadata_word(&writer->data, KEY_WRITE_LOCK);
    int64_t start = clock_nanos(CLOCK_MONOTONIC), looked = start, pause = 20000;
    holder_watch watch = {UNLOCKED, 0, 0, start};
    for (unsigned tries = 0;; tries++) {
        int64_t holder = acquire_i64(word);
        if (holder == UNLOCKED && swap_i64(word, UNLOCKED, writer->word)) {
            return SIGHTLOG_OK;
        }
        if (tries < 200) {
            pause_briefly();
            continue;
        }
        if (tries < 300) {
            sched_yield(); /* where cores are few, the holder may be waiting for ours */
            continue;
        }
        int64_t now = clock_nanos(CLOCK_MONOTONIC);
        if (holder != UNLOCKED && now - looked >= 5000000) {
            looked = now;
            if (follow(writer, &watch, holder, now)) {
                *after_death = true;
                return SIGHTLOG_OK;
            }
        }
        if (now - start >= writer->timeout_nanos) {
            return lock_held_by(writer, acquire_i64(word));
        }
        sleep_nanos(pause);
        pause = pause * 2 < 1000000 ? pause * 2 : 1000000;
    }
}

/* Makes files complete that a dead writer has begun. */
static int complete_cycles(sightlog_writer *writer) {
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    for (size_t i = 0; i < found.count && result == SIGHTLOG_OK; i++) {
        result = complete_cycle(writer, found.all[i]);
    }
    free(found.all);
    return result;
}

/* Takes the write lock; what a dead holder left is cleared then. */
static int lock(sightlog_writer *writer) {
    bool after_death = false;
    int64_t other;
    int result = SIGHTLOG_OK;
    if (!swap_i64(metadata_word(&writer->data, KEY_WRITE_LOCK), UNLOCKED, writer->word)) {
        result = await_lock(writer, &after_death);
    }
    if (result != SIGHTLOG_OK) {
        return result;
    }
    if (after_death) {
        result = writer_check_same(writer);
        result = result == SIGHTLOG_OK ? clear_leftovers(writer) : result;
        result = result == SIGHTLOG_OK ? complete_cycles(writer) : result;
        if (result != SIGHTLOG_OK) {
            unlock(writer, UNCLEARED, &other); /* what the dead one left may still be there: the next one shall know */
            return result;
        }
    }
    if (acquire_i64(metadata_word(&writer->data, KEY_APPEND_LOCK)) != UNLOCKED) {
        unlock(writer, UNLOCKED, &other);
        return fail(&writer->error, SIGHTLOG_LOCKED, "cannot append to %s: chronicle.append.lock is held, appending is forbidden",
                    writer->directory);
    }
    SIGHTLOG_STAGE(STAGE_LOCKED);
    return SIGHTLOG_OK;
}

/* Now, but never before the last append or the newest cycle, so that stamps and cycles only go forward. Below 0: impossible. */
static int64_t stamp(const sightlog_writer *writer, int64_t now) {
    int64_t nanos = now, last = acquire_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED);
    int64_t newest = highest_cycle(&writer->data), millis = rolls_of(writer)->millis;
    nanos = nanos > last ? nanos : last;
    if (newest > 0 && newest <= INT32_MAX && newest > INT64_MAX / 1000000 / millis) {
        return -1; /* no clock gets there: its file has somebody else's name */
    }
    if (newest > 0 && newest <= INT32_MAX && newest * millis > nanos / 1000000) {
        char *path = cycle_path(writer->directory, rolls_of(writer), (int32_t)newest);
        bool there = path && (access(path, F_OK) == 0 || errno != ENOENT);
        free(path);
        return there ? newest * millis * 1000000 : nanos;
    }
    return nanos;
}

/* ---- where the next document begins */

static int no_end(sightlog_writer *writer, uint64_t at) {
    int code = fail(&writer->error, SIGHTLOG_DAMAGED,
                    "%s is damaged at byte %" PRIu64 ": nothing can be appended behind that; recover the journal into another one",
                    writer->current.file.path, at);
    writer->error.index = (uint64_t)(uint32_t)writer->current.cycle << 32;
    return code;
}

/* Under the lock: the end of the current cycle, and the next document's number; *ended when it has its end mark. */
static int find_end(sightlog_writer *writer, uint64_t *end, uint64_t *next, bool *ended) {
    view *file = &writer->current.file;
    uint64_t at = 0, number = 0;
    uint64_t claimed = (uint64_t)claimed_position(&writer->current), packed = (uint64_t)claimed_number(&writer->current);
    if (claimed != 0 && packed >> 32 == (claimed & 0xffffffffu) && claimed >= writer->end) {
        at = claimed;
        number = packed & 0xffffffffu;
    } else if (writer->end > 0) {
        at = writer->end;
        number = writer->next;
    } else if (claimed != 0) { /* a writer died between its two words */
        cursor walk;
        cursor_start(&walk, &writer->current);
        cursor_to_end(&walk);
        if (is_unread()) {
            return take_unread(&writer->error);
        }
        if (walk.position < claimed) {
            return no_end(writer, walk.position);
        }
        at = walk.position;
        number = walk.sequence;
    }
    while (true) {
        const uint8_t *here = at & 3 ? NULL : view_at(file, at, 4);
        uint32_t header = here ? acquire_u32(here) : 0, length = header & LENGTH;
        if (at & 3) {
            return no_end(writer, at);
        }
        if (is_unread()) {
            return take_unread(&writer->error);
        }
        struct stat status;
        if (!here && (fstat(file->fd, &status) != 0 || (uint64_t)status.st_size >= at + 4)) {
            return fail_system(&writer->error, ENOMEM, "cannot map", file->path); /* it goes on, out of our sight */
        }
        if (header == 0 || header == END_OF_CYCLE) {
            if (at == claimed && claimed != 0) {
                return no_end(writer, at);
            }
            *end = at;
            *next = number;
            *ended = header == END_OF_CYCLE;
            return SIGHTLOG_OK;
        }
        if (header & IN_PROGRESS) { /* nobody else is writing: left by a dead one */
            int cleared = clear_range(file->fd, at, at + REACH);
            if (cleared) {
                return cannot_append(writer, cleared, file->path);
            }
            continue;
        }
        if (length == 0 || length > MAX_DOCUMENT_BYTES) {
            return no_end(writer, at);
        }
        number += header & METADATA ? 0 : 1;
        at = align4(at + 4 + length);
    }
}

/* ---- the index */

static void raise_used(uint8_t *values, uint64_t used) {
    if (acquire_i64(values - 8) < (int64_t)used) {
        release_i64(values - 8, (int64_t)used);
    }
}

/* Under the lock, after document `number` was published at `position`, and the next one begins at `end`. There are blocks. */
static void add_to_index(sightlog_writer *writer, uint64_t position, uint64_t number, uint64_t *end) {
    cycle_file *file = &writer->current;
    uint64_t spacing = file->index_spacing, count = file->index_count;
    if (number % spacing != 0 || last_index(file) > (int64_t)number) {
        return;
    }
    uint64_t pages = page_values(file, acquire_i64(file->file.bytes + file->index2index), "index2index");
    uint64_t n = number / (spacing * count);
    if (!pages || n >= count) {
        unread.code = SIGHTLOG_OK;
        return; /* damaged, or full: without an entry, walking gives the same answer */
    }
    uint8_t *base = file->file.bytes;
    int64_t page = acquire_i64(base + pages + 8 * n);
    if (page == 0) {
        bytes made = {base, *end};
        uint32_t header = put_page(&made, "index", (uint32_t)count, 0);
        store_u64(base + made.size, 0);
        SIGHTLOG_STAGE(STAGE_INDEX_PAGE);
        if (!swap_u32(base + *end, 0, header)) {
            return;
        }
        page = (int64_t)*end;
        *end = made.size;
        release_i64(base + pages + 8 * n, page);
        raise_used(base + pages, n + 1);
    }
    uint64_t values = page_values(file, page, "index");
    if (values) {
        uint64_t slot = number / spacing % count;
        release_i64(file->file.bytes + values + 8 * slot, (int64_t)position);
        raise_used(file->file.bytes + values, slot + 1);
        SIGHTLOG_STAGE(STAGE_INDEX_ENTRY);
        release_i64(file->file.bytes + file->last_index, (int64_t)(number + spacing));
    }
    unread.code = SIGHTLOG_OK; /* the event is there, with an entry or without */
}

/* ---- to the device */

/* What a sync said; final, since the kernel may have given up the pages. */
static int device_failed(sightlog_writer *writer, int number, const char *path) {
    writer->failed = true;
    fail_system(&writer->error, number, "the device cannot keep", path);
    writer->error.code = SIGHTLOG_DEVICE_FAILED;
    return SIGHTLOG_DEVICE_FAILED;
}

/* What sync_path said: the device has failed, or we could not ask it, which may go better the next time. */
static int not_synced(sightlog_writer *writer, int number, const char *path) {
    bool asked = number != EMFILE && number != ENFILE && number != ENOMEM && number != EACCES;
    return asked ? device_failed(writer, number, path) : fail_system(&writer->error, number, "cannot sync", path);
}

static int sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return errno == ENOENT ? 0 : errno; /* pruned meanwhile */
    }
    int number = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return number;
}

/* A cycle begins for us: the ones before it that may not be durable, the list of them, and its name. */
static int sync_older(sightlog_writer *writer, int32_t cycle) {
    int64_t durable = acquire_i64(writer->signal.bytes + SIGNAL_DURABLE) - 1;
    int32_t first = writer->last_synced >= 0 ? (int32_t)(writer->last_synced >> 32) : durable < 0 ? 0 : (int32_t)(durable >> 32);
    cycles found;
    int result = list_cycles(writer->directory, rolls_of(writer), &found, &writer->error);
    for (size_t i = 0; i < found.count && result == SIGHTLOG_OK; i++) {
        if (found.all[i] >= first && found.all[i] < cycle) {
            char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i]);
            int number = path ? sync_path(path) : ENOMEM;
            result = number ? not_synced(writer, number, path ? path : writer->directory) : SIGHTLOG_OK;
            free(path);
        }
    }
    free(found.all);
    if (result == SIGHTLOG_OK && fdatasync(writer->data.file.fd) != 0) {
        result = device_failed(writer, errno, writer->data.file.path);
    }
    int number = result == SIGHTLOG_OK ? sync_path(writer->directory) : 0;
    result = number ? not_synced(writer, number, writer->directory) : result;
    return result == SIGHTLOG_OK ? writer_check_same(writer) : result; /* all of these were opened by name */
}

int sightlog_sync(sightlog_writer *writer) {
    if (writer->forks != forks) {
        return fail(&writer->error, SIGHTLOG_INVALID, "this writer belongs to the process that was forked: open one in this process");
    }
    if (writer->failed) {
        return fail(&writer->error, SIGHTLOG_GIVEN_UP,
                    "the device of %s has failed before: look after it, then append with a new writer", writer->directory);
    }
    int64_t index = writer->last_appended;
    if (index < 0 || index == writer->last_synced) {
        return SIGHTLOG_OK;
    }
    if (writer->last_synced < 0 || index >> 32 != writer->last_synced >> 32) {
        int result = sync_older(writer, (int32_t)(index >> 32));
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    int32_t cycle = (int32_t)(index >> 32);
    if (writer->current.file.path && writer->current.cycle == cycle) {
        if (fdatasync(writer->current.file.fd) != 0) {
            return device_failed(writer, errno, writer->current.file.path);
        }
    } else { /* a later one was begun since, and nothing was appended to it */
        char *path = cycle_path(writer->directory, rolls_of(writer), cycle);
        int number = path ? sync_path(path) : ENOMEM;
        int result = number ? not_synced(writer, number, path ? path : writer->directory) : SIGHTLOG_OK;
        free(path);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    writer->last_synced = index;
    uint8_t *durable = writer->signal.bytes + SIGNAL_DURABLE;
    for (int64_t now = acquire_i64(durable); now < index + 1 && !swap_i64(durable, now, index + 1); now = acquire_i64(durable)) {
    }
    return SIGHTLOG_OK;
}

/* ---- appending */

/* Has the kernel provide the next pages of the file, some way ahead and many at once: a fault each would be dearer. */
static void pages_ahead(sightlog_writer *writer) {
    const uint64_t step = 64 << 10;
    uint64_t here = writer->end & ~(step - 1);
    if (writer->provided >= writer->end + 2 * step) {
        return;
    }
    uint64_t from = writer->provided > here ? writer->provided : here, to = here + 3 * step;
    to = to < writer->allocated ? to : writer->allocated & ~(uint64_t)(PAGE - 1);
    view *file = &writer->current.file;
    if (from < to && madvise(file->bytes + from, to - from, 23 /* MADV_POPULATE_WRITE, from Linux 5.14 on */) == 0) {
        bool apart = from > file->given_to || to < file->given_from;
        file->given_from = apart || from < file->given_from ? from : file->given_from;
        file->given_to = apart || to > file->given_to ? to : file->given_to;
    }
    writer->provided = here + 3 * step; /* also where it did not work: the next step is asked for when it comes */
}

/* Gives the staged bytes stamp, numbers and checksums. */
static void finish(sightlog_writer *writer, const sightlog_batch *batch, size_t size, int64_t nanos) {
    uint8_t *staged = writer->staging;
    if (!batch) {
        store_u64(staged + AT_PRODUCER, writer->producer);
        store_i64(staged + AT_SEQUENCE, writer->sequence);
        store_i64(staged + AT_APPENDED_NANOS, nanos);
        store_u32(staged, crc32c(staged + 4, size - 4));
        return;
    }
    size_t header = BATCH_HEADER + 4 * (size_t)batch->count;
    for (uint32_t i = 0; i < batch->count; i++) {
        uint8_t *event = staged + load_u32(staged + BATCH_HEADER + 4 * (size_t)i);
        store_u64(event + AT_PRODUCER, writer->producer);
        store_i64(event + AT_SEQUENCE, writer->sequence + i);
        store_i64(event + AT_APPENDED_NANOS, nanos);
        store_u32(event, crc32c(event + 4, load_u32(event + AT_TOTAL_BYTES) - 4));
    }
    store_u32(staged + AT_EVENTS_CRC, crc32c(staged + header, size - header));
    store_u32(staged, crc32c(staged + 4, header - 4));
}

/* For how long, by the clock, appends go on without a look whether the journal is still the one that was opened. */
enum { LOOK_EVERY_NANOS = 1000000000 };

/* Under the lock. *index is set when the excerpt is there. */
static int append_locked(sightlog_writer *writer, const sightlog_batch *batch, size_t size, int64_t *index) {
    const int64_t millis = rolls_of(writer)->millis;
    int64_t now = sightlog_now(), nanos = stamp(writer, now);
    store_i64(slot_record(writer->all_slots, writer->slot) + SLOT_HELD, nanos);
    if ((uint64_t)now - (uint64_t)writer->looked_nanos >= LOOK_EVERY_NANOS) { /* also when the clock was set back */
        int same = writer_check_same(writer);
        writer->looked_nanos = same == SIGHTLOG_OK ? now : 0;
        if (same != SIGHTLOG_OK) {
            return same;
        }
    }
    uint64_t end = 0, next = 0;
    for (int tries = 0;; tries++) {
        int64_t cycle = nanos / 1000000 / millis;
        bool ended = false;
        if (nanos < 0 || cycle >= INT64_MAX / 1000000 / millis || cycle > INT32_MAX || tries > 16) {
            return fail(&writer->error, SIGHTLOG_INVALID,
                        "cannot append to %s: the clock, or the newest cycle there is (%" PRId64 "), is beyond all dates",
                        writer->directory, highest_cycle(&writer->data));
        }
        int result = writer->current.file.path && writer->current.cycle == cycle ? SIGHTLOG_OK : begin_cycle(writer, (int32_t)cycle);
        result = result == SIGHTLOG_OK ? find_end(writer, &end, &next, &ended) : result;
        if (result != SIGHTLOG_OK) {
            return result;
        }
        if (!ended) {
            break;
        }
        nanos = (cycle + 1) * millis * 1000000; /* somebody has ended it already: the next one */
    }
    uint64_t needed = end + 4 + size + reserve_of(rolls_of(writer));
    if (needed > writer->allocated) {
        int result = provide_blocks(writer, writer->allocated, end, needed);
        if (result != SIGHTLOG_OK) {
            return result;
        }
    }
    if (next > UINT32_MAX) {
        return fail(&writer->error, SIGHTLOG_TOO_LARGE, "%s is full: a cycle has at most 2^32 excerpts", writer->current.file.path);
    }
    finish(writer, batch, size, nanos);
    cycle_file *file = &writer->current;
    uint8_t *at = file->file.bytes + end;
    memcpy(at + 4, writer->staging, size);
    store_u64(at + 4 + size, 0);
    release_i64(writer->signal.bytes + SIGNAL_LAST_APPENDED, nanos);
    SIGHTLOG_STAGE(STAGE_COPIED);
    if (!swap_u32(at, 0, (uint32_t)size)) {
        return fail(&writer->error, SIGHTLOG_LOCK_LOST,
                    "%s: somebody else wrote at byte %" PRIu64 " while this writer held the lock: run sightlog verify",
                    file->file.path, end);
    }
    SIGHTLOG_STAGE(STAGE_PUBLISHED);
    uint64_t position = end;
    end += 4 + size;
    release_i64(file->file.bytes + file->write_position, (int64_t)position);
    SIGHTLOG_STAGE(STAGE_POSITION);
    release_i64(file->file.bytes + file->write_position + 8, (int64_t)((position & 0xffffffffu) << 32 | next));
    SIGHTLOG_STAGE(STAGE_NUMBER);
    add_to_index(writer, position, next, &end);
    SIGHTLOG_STAGE(STAGE_COUNTED);
    writer->end = end;
    writer->next = next + 1;
    *index = (int64_t)((uint64_t)(uint32_t)file->cycle << 32 | next);
    return SIGHTLOG_OK;
}

/* Appends what is staged. */
static int append(sightlog_writer *writer, const sightlog_batch *batch, size_t size, uint64_t *index) {
    int64_t appended = -1, other;
    int result = lock(writer);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    result = append_locked(writer, batch, size, &appended);
    unlock(writer, UNLOCKED, &other);
    if (appended < 0) {
        return result;
    }
    writer->sequence += batch ? batch->count : 1;
    writer->last_appended = appended;
    if (index) {
        *index = (uint64_t)appended;
    }
    wake_sleepers(&writer->signal);
    pages_ahead(writer);
    if (other != writer->word) {
        return fail(&writer->error, SIGHTLOG_LOCK_LOST,
                    "the write lock of %s was taken from this writer (process %" PRIu32 " has it) while it appended 0x%" PRIx64
                    ": what lies there may be damaged; run sightlog verify",
                    writer->directory, (uint32_t)other, (uint64_t)appended);
    }
    if (writer->rolled) {
        writer->rolled = false;
        trim_older_cycles(writer, writer->current.cycle);
    }
    if (writer->every_event && sightlog_sync(writer) != SIGHTLOG_OK) {
        return writer->error.code = SIGHTLOG_DEVICE_FAILED; /* whatever kept it from the device: the event is there */
    }
    return SIGHTLOG_OK;
}

/* What forbids appending at all. */
static int may_append(sightlog_writer *writer) {
    if (writer->forks != forks) {
        return fail(&writer->error, SIGHTLOG_INVALID, "this writer belongs to the process that was forked: open one in this process");
    }
    return writer->failed ? sightlog_sync(writer) : SIGHTLOG_OK;
}

int sightlog_append(sightlog_writer *writer, sightlog_draft *draft, uint64_t *index) {
    int result = may_append(writer);
    if (result != SIGHTLOG_OK) {
        return result;
    }
    size_t size = draft_bytes(draft);
    if (!size) {
        writer->error = draft->error;
        return draft->error.code;
    }
    if (!grow(&writer->staging, &writer->staging_room, size)) {
        return no_memory(&writer->error);
    }
    draft_encode(draft, writer->staging, size);
    return append(writer, NULL, size, index);
}

int sightlog_append_batch(sightlog_writer *writer, sightlog_batch *batch, uint64_t *index) {
    int result = may_append(writer);
    if (result != SIGHTLOG_OK || batch->count == 0) {
        return result;
    }
    size_t header = BATCH_HEADER + 4 * (size_t)batch->count, size = header + batch->bytes;
    if (!grow(&writer->staging, &writer->staging_room, size)) {
        return no_memory(&writer->error);
    }
    uint8_t *staged = writer->staging;
    memset(staged, 0, BATCH_HEADER);
    memcpy(staged + AT_MAGIC, MAGIC, 4);
    staged[AT_VERSION] = EVENT_VERSION;
    staged[AT_KIND] = BATCH_KIND;
    store_u16(staged + AT_HEADER_BYTES, BATCH_HEADER);
    store_u32(staged + AT_TOTAL_BYTES, (uint32_t)size);
    store_u32(staged + AT_COUNT, batch->count);
    size_t start = 0;
    for (uint32_t i = 0; i < batch->count; i++) {
        store_u32(staged + BATCH_HEADER + 4 * (size_t)i, (uint32_t)(header + start));
        memcpy(&start, batch->ends + i * sizeof(size_t), sizeof start);
    }
    memcpy(staged + header, batch->events, batch->bytes);
    return append(writer, batch, size, index);
}

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

/* ---- after a loss of power: docs/format.md has the steps */

/* *restored: the header was lost, its numbers begin anew, and entries of the index may be ahead of them. */
static int restore_head(int fd, const char *path, const uint8_t *head, size_t size, size_t first_page, bool *restored) {
    uint32_t header, page;
    struct stat status;
    *restored = false;
    if (fstat(fd, &status) != 0) {
        return errno;
    }
    if ((uint64_t)status.st_size < size) {
        return 0;
    }
    int number = read_all(fd, &header, 4, 0);
    bool lost = false;
    if (!number && (header == 0 || header & IN_PROGRESS)) {
        number = holds_events(path, &lost);
    }
    if (lost) {
        number = write_all(fd, head + 4, PAGE - 4, 4); /* its first page was lost with the power, and events were not */
        number = number ? number : write_all(fd, head, 4, 0);
        header = load_u32(head);
        *restored = true;
    }
    if (number || header != load_u32(head)) {
        return number; /* the header comes first, and is looked at elsewhere */
    }
    number = read_all(fd, &page, 4, first_page);
    return number || page ? number : write_all(fd, head + first_page, size - first_page, first_page);
}

/* Pages of the index that were lost, or are at a byte or behind it, are there no more. Stops, unread, where it cannot look. */
static void forget_pages(cycle_file *file, uint64_t end) {
    uint64_t pages = page_values(file, acquire_i64(file->file.bytes + file->index2index), "index2index");
    for (uint64_t n = 0; pages && n < file->index_count && (int64_t)n < acquire_i64(file->file.bytes + pages - 8); n++) {
        int64_t page = acquire_i64(file->file.bytes + pages + 8 * n);
        const uint8_t *there = page <= 0 || page & 3 || (uint64_t)page >= end ? NULL : view_at(&file->file, (uint64_t)page, 4);
        bool gone = page != 0 && (!there || acquire_u32(there) == 0 || !page_values(file, page, "index"));
        if (is_unread()) {
            return;
        }
        if (gone) {
            release_i64(file->file.bytes + pages + 8 * n, 0);
        }
    }
}

/* Entries of the index for the documents of one number on up to another one are there no more. */
static void forget_entries(cycle_file *file, uint64_t from, uint64_t to) {
    uint64_t spacing = file->index_spacing, count = file->index_count, first = (from + spacing - 1) / spacing;
    uint64_t last = to == UINT64_MAX ? to : (to + spacing - 1) / spacing;
    int64_t root = acquire_i64(file->file.bytes + file->index2index);
    for (uint64_t n = first / count; n < count && n * count < last; n++) {
        int64_t page = page_slot(file, root, "index2index", n);
        uint64_t values = page ? page_values(file, page, "index") : 0, used = count;
        int64_t said = values ? acquire_i64(file->file.bytes + values - 8) : 0;
        used = said < (int64_t)used ? (uint64_t)(said > 0 ? said : 0) : used;
        for (uint64_t i = first > n * count ? first - n * count : 0; i < used && i + n * count < last; i++) {
            if (acquire_i64(file->file.bytes + values + 8 * i) != 0) {
                release_i64(file->file.bytes + values + 8 * i, 0);
            }
        }
    }
}

/* No number from a count on is indexed. */
static void set_last_index(cycle_file *file, uint64_t count) {
    uint64_t spacing = file->index_spacing, indexed = (count + spacing - 1) / spacing;
    if (last_index(file) > (int64_t)(indexed * spacing)) {
        release_i64(file->file.bytes + file->last_index, (int64_t)(indexed * spacing));
    }
}

/* What the file says of its last document: the byte at which it begins, and how many there are with it. Both words at once: a writer
   that is killed must not leave two that do not agree. */
static int set_last(cycle_file *file, uint64_t last, uint64_t count) {
    uint8_t words[16];
    store_u64(words, last);
    store_u64(words + 8, count == 0 ? 0 : (last & 0xffffffffu) << 32 | (count - 1));
    return write_all(file->file.fd, words, sizeof words, file->write_position);
}

/*
 * Fillers over a hole, as many as documents are missing there. Before, the numbers behind it are known from what the file says
 * elsewhere; the next loss of power may take that, and must not take what was seen onto the device since. Sound events in the hole
 * stay, as fillers or in one; pages of the index stay as they are. It is done in steps, with a sync behind each,
 * since of what was not synced the next loss of power may keep any part: hide, cover, count, open.
 */

enum { SMALLEST_FILLER = 4 + BATCH_HEADER, LARGEST_FILLER = 4 + SIGHTLOG_MAX_EVENT_BYTES };

#define NOWHERE 0x3fffffffu                     /* the header of no document, at which every reader stops */
#define IMPOSSIBLE_FILLERS (UINT64_C(1) << 40) /* more than any hole can have */

/* Where documents cannot be followed: from and to are bytes, sequence is the number of the first that is missing. */
typedef struct hole {
    uint64_t from, to, sequence, documents;
} hole;

enum { PIECE_GAP, PIECE_EVENT, PIECE_PAGE };

/*
 * A part of a hole. Fillers may begin in a gap up to "to"; behind that there may be events of a batch that has lost its beginning,
 * with no headers between them, which belong to the last filler of the gap, up to "until".
 */
typedef struct piece {
    int kind;
    uint64_t from, to, until;
    uint64_t fillers; /* how many begin in it, or must at least, before that is known */
} piece;

typedef struct fillers {
    cycle_file *file;
    hole over;
    piece *pieces;
    size_t count, room;
    uint64_t *events; /* where the headers of all sound events are, also of those that have none */
    size_t event_count, event_room;
    uint64_t documents; /* events that are documents of their own */
    bool published;     /* somebody has finished one of them */
    bool is_behind_all;
    bool no_memory;
} fillers;

static void fillers_free(fillers *of) {
    free(of->pieces);
    free(of->events);
    of->pieces = NULL;
    of->events = NULL;
}

static void add_piece(fillers *to, int kind, uint64_t from, uint64_t head_end, uint64_t until) {
    piece *all = grown(to->pieces, to->count, &to->room, sizeof *all);
    if (!all) {
        to->no_memory = true;
        return;
    }
    to->pieces = all;
    to->pieces[to->count++] = (piece){kind, from, head_end, until, 0};
}

static void add_event(fillers *to, uint64_t at) {
    uint64_t *all = grown(to->events, to->event_count, &to->event_room, sizeof *all);
    if (!all) {
        to->no_memory = true;
        return;
    }
    to->events = all;
    to->events[to->event_count++] = at;
}

/* How many fillers have room in a piece. */
static uint64_t piece_room(const piece *of) { return of->kind == PIECE_GAP ? (of->to - of->from) / SMALLEST_FILLER : 0; }

/* How many there must be; a gap without any is passed over by a document without a number. */
static uint64_t piece_least(const piece *of) {
    uint64_t bytes = of->to - of->from;
    if (of->kind != PIECE_GAP || (bytes == 0 && of->until == of->to)) {
        return 0;
    }
    if (of->fillers > 0 && bytes < SMALLEST_FILLER) {
        return IMPOSSIBLE_FILLERS;
    }
    if (of->until == of->to) {
        return bytes == 4                ? IMPOSSIBLE_FILLERS
               : bytes <= LARGEST_FILLER ? of->fillers
                                         : (bytes + LARGEST_FILLER - 1) / LARGEST_FILLER;
    }
    if (bytes < SMALLEST_FILLER || of->until - of->to + SMALLEST_FILLER > LARGEST_FILLER) {
        return IMPOSSIBLE_FILLERS;
    }
    return of->until - of->from <= LARGEST_FILLER ? 1 : 1 + (bytes - SMALLEST_FILLER + LARGEST_FILLER - 1) / LARGEST_FILLER;
}

/* Says how many fillers begin in each gap, the first ones first; false when they do not fit, and nothing was changed. */
static bool share_fillers(piece *pieces, size_t count, uint64_t all) {
    uint64_t reserved = 0, room = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t least = piece_least(&pieces[i]), here = piece_room(&pieces[i]);
        reserved += least > here ? IMPOSSIBLE_FILLERS : least;
        room += here;
    }
    if (all < reserved || all > room) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        reserved -= piece_least(&pieces[i]);
        uint64_t here = piece_room(&pieces[i]);
        here = here < all - reserved ? here : all - reserved;
        pieces[i].fillers = here;
        all -= here;
    }
    return true;
}

/* The end of a filler in a gap of which, with this one, so many are left. */
static uint64_t filler_end(const piece *in, uint64_t at, uint64_t left) {
    uint64_t end = in->to - (left - 1) * SMALLEST_FILLER;
    return left == 1 ? in->until : at + LARGEST_FILLER < end ? at + LARGEST_FILLER : end;
}

typedef struct pages {
    uint64_t *all;
    size_t count;
} pages;

static int compare_positions(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return a < b ? -1 : a > b;
}

/* The pages of the index that lie in a hole, in order. *whole: none of them is damaged. */
static int pages_in(cycle_file *file, const hole *over, pages *found, bool *whole) {
    int64_t root = acquire_i64(file->file.bytes + file->index2index);
    *found = (pages){calloc(file->index_count, sizeof *found->all), 0};
    *whole = !(root >= (int64_t)over->from && root < (int64_t)over->to);
    if (!found->all) {
        return ENOMEM;
    }
    for (uint64_t n = 0; *whole && n < file->index_count; n++) {
        int64_t page = page_slot(file, root, "index2index", n);
        if (page < (int64_t)over->from || page >= (int64_t)over->to) {
            continue;
        }
        const uint8_t *there = view_at(&file->file, (uint64_t)page, 4);
        if (is_unread()) {
            return take_unread_number();
        }
        uint32_t header = !there || page & 3 ? NOWHERE : acquire_u32(there), bytes = header & LENGTH;
        if (!there || header == 0) {
            continue; /* one that was lost is none any more */
        }
        const uint8_t *inside = bytes <= 8 * file->index_count + 64 ? view_at(&file->file, (uint64_t)page + 4, bytes) : NULL;
        *whole = (header & ~(uint32_t)LENGTH) == METADATA && inside && (uint64_t)page + step_over(bytes) <= over->to
                 && is_index_page(file, inside, bytes);
        found->all[found->count++] = (uint64_t)page;
    }
    if (is_unread()) {
        return take_unread_number();
    }
    qsort(found->all, found->count, sizeof *found->all, compare_positions);
    return 0;
}

static uint64_t next_event_in(scan *of, uint64_t from) {
    uint64_t found;
    return scan_next(of, from, false, &found) ? found : UINT64_MAX;
}

/* What lies in a hole: gaps, which may have no byte, and between them the rest. Of two that overlap the first counts. */
static void find_pieces(fillers *of, const pages *index) {
    scan all = scan_of(&of->file->file, of->over.to);
    const uint8_t *bytes = of->file->file.bytes;
    uint64_t gap = of->over.from, event = next_event_in(&all, gap);
    for (size_t n = 0;;) {
        while (n < index->count && index->all[n] < gap) {
            n++;
        }
        uint64_t page = n < index->count ? index->all[n] : UINT64_MAX;
        if (page == UINT64_MAX && event == UINT64_MAX) {
            break;
        }
        if (page <= event) {
            uint64_t to = page + step_over(load_u32(bytes + page) & LENGTH);
            add_piece(of, PIECE_GAP, gap, page, page);
            add_piece(of, PIECE_PAGE, page, to, to);
            gap = to;
            event = event < gap ? next_event_in(&all, gap) : event;
            continue;
        }
        uint64_t from = event, to;
        size_t before = of->event_count;
        of->published |= acquire_u32(bytes + from) == load_u32(bytes + from + 4 + AT_TOTAL_BYTES);
        do {
            add_event(of, event);
            to = event + 4 + load_u32(bytes + event + 4 + AT_TOTAL_BYTES);
            event = next_event_in(&all, to - 4); /* behind one in a batch that has lost its beginning the next has no header */
        } while (event == to - 4);
        bool run = of->event_count - before > 1;
        of->documents += !run;
        add_piece(of, PIECE_GAP, gap, from, run ? to : from);
        if (!run) {
            add_piece(of, PIECE_EVENT, from, to, to);
        }
        gap = to;
    }
    add_piece(of, PIECE_GAP, gap, of->over.to, of->over.to);
    of->no_memory |= all.no_memory;
}

/* For a hole. *fit: they can be laid. */
static int fillers_over(cycle_file *file, const hole *over, fillers *made, bool *fit) {
    *made = (fillers){.file = file, .over = *over};
    *fit = false;
    if (over->documents > (over->to - over->from) / SMALLEST_FILLER) {
        return 0;
    }
    pages index;
    bool whole;
    int number = pages_in(file, over, &index, &whole);
    if (!number && whole) {
        find_pieces(made, &index);
        number = is_unread() ? take_unread_number() : made->no_memory ? ENOMEM : 0;
        if (!number && made->documents <= over->documents) {
            *fit = share_fillers(made->pieces, made->count, over->documents - made->documents);
        }
        if (!number && !*fit) { /* more events than documents are missing: all into one filler */
            made->pieces[0].until = over->to;
            made->count = 1;
            *fit = share_fillers(made->pieces, made->count, over->documents);
        }
    }
    free(index.all);
    return number;
}

/*
 * For where no document can be reached any more: as many as the file says there were, or as there are sound events, and as short as
 * can be. Pages of the index that lie there are forgotten. *fit is false when there was nothing, too.
 */
static int fillers_behind(cycle_file *file, uint64_t from, uint64_t sequence, fillers *made, bool *fit) {
    uint64_t counted = counted_documents(file), room = 0, least = 0;
    int64_t claimed = counted > sequence ? (int64_t)(counted - sequence) : 0;
    if (claimed > (claimed_position(file) - (int64_t)from) / SMALLEST_FILLER + 1) {
        claimed = 0; /* so many cannot have been there */
    }
    *made = (fillers){.file = file,
                      .over = {from, file->file.size & ~(uint64_t)3, sequence, (uint64_t)claimed},
                      .is_behind_all = true};
    *fit = false;
    find_pieces(made, &(pages){NULL, 0});
    if (is_unread() || made->no_memory) {
        return is_unread() ? take_unread_number() : ENOMEM;
    }
    if ((claimed == 0 && !made->published) || acquire_i64(file->file.bytes + file->index2index) >= (int64_t)from) {
        return 0; /* what is there is what a writer that died has begun */
    }
    piece *rest = &made->pieces[made->count - 1];
    if (made->count > 1 && made->pieces[0].to > from) {
        made->pieces[0].fillers = 1; /* an event may be in front that only what follows makes one */
    }
    for (size_t i = 0; i + 1 < made->count; i++) {
        least += piece_least(&made->pieces[i]);
        room += piece_room(&made->pieces[i]);
    }
    uint64_t needed = (uint64_t)claimed > made->documents ? (uint64_t)claimed - made->documents : 0;
    needed = needed > least ? needed : least;
    rest->to = rest->until = rest->from + (needed > room ? (needed - room) * SMALLEST_FILLER : 0);
    made->over.to = rest->to;
    made->over.documents = made->documents + needed;
    *fit = rest->to <= file->file.size && share_fillers(made->pieces, made->count, needed);
    return 0;
}

/* Byte at which the last document of them begins. */
static uint64_t last_of(const fillers *of) {
    uint64_t last = of->over.from;
    for (size_t i = 0; i < of->count; i++) {
        const piece *here = &of->pieces[i];
        last = here->kind == PIECE_EVENT ? here->from : last;
        for (uint64_t left = here->fillers, at = here->from; left > 0; left--) {
            last = at;
            at = filler_end(here, at, left);
        }
    }
    return last;
}

static int put_word(const fillers *of, uint64_t position, uint32_t value) {
    uint8_t word[4];
    store_u32(word, value);
    return write_all(of->file->file.fd, word, sizeof word, position);
}

/*
 * First: what is in the hole is nothing any more that readers could take for good, and its beginning leads nowhere. Where nothing
 * comes behind, that may be needed for the last event in front of it, and no number hangs on it.
 */
static int hide(const fillers *of) {
    static const uint8_t NONE = FILLER_VERSION;
    const piece *first = &of->pieces[0];
    int number = 0;
    if (of->is_behind_all) {
        forget_pages(of->file, of->over.from);
    }
    forget_entries(of->file, of->over.sequence, of->is_behind_all ? UINT64_MAX : of->over.sequence + of->over.documents);
    number = is_unread() ? take_unread_number() : 0;
    for (size_t i = 0; i < of->event_count && !number; i++) {
        number = write_all(of->file->file.fd, &NONE, 1, of->events[i] + 4 + AT_VERSION);
    }
    if (!number && !of->is_behind_all && first->to > first->from) {
        number = put_word(of, of->over.from, NOWHERE);
        if (!number && first->to - first->from >= 4 + AT_MAGIC + 4) {
            number = put_word(of, of->over.from + 4 + AT_MAGIC, 0);
        }
    }
    return number;
}

static int lay_gap(const fillers *of, const piece *gap, bool first) {
    uint8_t head[SMALLEST_FILLER] = {0};
    int number = 0;
    uint64_t from = of->over.from;
    if (gap->fillers == 0 && gap->to > gap->from && (gap->from == from) == first) { /* a document without a number, and nothing in it */
        uint64_t size = gap->to - gap->from;
        store_u32(head, METADATA | (uint32_t)(size - 4));
        return write_all(of->file->file.fd, head, size < sizeof head ? size : sizeof head, gap->from);
    }
    for (uint64_t left = gap->fillers, at = gap->from; left > 0 && !number; left--) {
        uint64_t end = filler_end(gap, at, left);
        store_u32(head, (uint32_t)(end - at - 4));
        memcpy(head + 4 + AT_MAGIC, MAGIC, sizeof MAGIC);
        head[4 + AT_VERSION] = FILLER_VERSION;
        store_u16(head + 4 + AT_HEADER_BYTES, BATCH_HEADER);
        store_u32(head + 4 + AT_TOTAL_BYTES, (uint32_t)(end - at - 4));
        if ((at == from) == first) {
            number = write_all(of->file->file.fd, head, sizeof head, at);
        }
        at = end;
    }
    return number;
}

/* Then: everything but what begins at its first byte; and, at last, that, by which it is a hole no more. */
static int cover(const fillers *of, bool first) {
    int number = 0;
    for (size_t i = 0; i < of->count && !number; i++) {
        const piece *here = &of->pieces[i];
        if (here->kind == PIECE_EVENT && (here->from == of->over.from) == first) {
            number = put_word(of, here->from, (uint32_t)(here->to - here->from - 4));
        } else if (here->kind == PIECE_GAP) {
            number = lay_gap(of, here, first);
        }
    }
    return number;
}

/*
 * Between the two, when what the file says of its last document is about one in the hole: that this is the last filler. Once the hole is
 * open, that document has no number any more, or another one; readers would find that the numbers do not agree, and no more
 * pass what is damaged in front of the hole. *counted is set when something was written.
 */
static int count_last(const fillers *of, bool *counted) {
    cycle_file *file = of->file;
    int64_t claimed = claimed_position(file);
    bool in_it = claimed >= (int64_t)of->over.from && (of->is_behind_all || claimed < (int64_t)of->over.to);
    uint64_t count = of->over.sequence + of->over.documents;
    if (!in_it || of->over.documents == 0 || counted_documents(file) == 0) {
        return 0;
    }
    if (of->is_behind_all) {
        set_last_index(file, count);
    }
    *counted = true;
    return set_last(file, last_of(of), count);
}

/* All there are in a cycle. */
typedef struct filling {
    fillers *all;
    size_t count, room;
} filling;

static int lay_fillers(const filling *in, int fd) {
    int number = 0;
    for (size_t i = 0; i < in->count && !number; i++) {
        number = hide(&in->all[i]);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    for (size_t i = 0; i < in->count && !number; i++) {
        number = cover(&in->all[i], false);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    bool counted = false;
    for (size_t i = 0; i < in->count && !number; i++) {
        number = count_last(&in->all[i], &counted);
    }
    if (counted && !number && fdatasync(fd) != 0) {
        number = errno;
    }
    for (size_t i = 0; i < in->count && !number; i++) {
        number = cover(&in->all[i], true);
    }
    if (in->count > 0 && !number && fdatasync(fd) != 0) {
        number = errno; /* before what the file says of itself changes: numbers may hang on that */
    }
    return number;
}

static void filling_free(filling *of) {
    for (size_t i = 0; i < of->count; i++) {
        fillers_free(&of->all[i]);
    }
    free(of->all);
}

/* Takes them over when they fit, and frees them when not. */
static int add_fillers(filling *to, fillers *made, bool fit) {
    fillers *all = fit ? grown(to->all, to->count, &to->room, sizeof *all) : NULL;
    if (!all) {
        fillers_free(made);
        return fit ? ENOMEM : 0;
    }
    to->all = all;
    to->all[to->count++] = *made;
    return 0;
}

static void tell_lost(const sightlog_writer *writer, const cycle_file *file, const char *which, uint64_t first, uint64_t lost,
                      uint64_t kept) {
    char saved[96] = "", text[1200];
    if (kept > 0) {
        snprintf(saved, sizeof saved, ", but for %" PRIu64 " that sightlog recover saves", kept);
    }
    if (writer->notice && lost > 0) {
        snprintf(text, sizeof text,
                 "the machine stopped before %" PRIu64 " appends to %s were on its device: %s0x%" PRIx64 " on are lost%s", lost,
                 file->file.path, which, first_of(file->cycle) | first, saved);
        writer->notice(writer->notice_context, text);
    }
}

static void tell_fillers(const sightlog_writer *writer, const cycle_file *file, const char *which, const fillers *all) {
    tell_lost(writer, file, which, all->over.sequence, all->over.documents, all->event_count);
}

/* What was found in a cycle whose documents were followed as far as that goes. */
typedef struct reached {
    uint64_t end, count, last; /* byte behind the last document, how many there are, and byte of the last one */
    bool ended;                /* it has its end mark */
    bool is_there;             /* the document that the file calls its last is one of them */
    bool damaged;              /* what stands before all events is, by something else */
} reached;

/* Follows them, and plans fillers over the breaks. */
static int reach(cycle_file *file, filling *all, reached *found) {
    cursor at;
    uint64_t claimed = (uint64_t)claimed_position(file), counted = counted_documents(file);
    int number = 0;
    *found = (reached){.is_there = false};
    cursor_start(&at, file);
    cursor_carefully(&at, true);
    int here = cursor_peek(&at);
    while (here == CURSOR_DATA || here == CURSOR_BROKEN) {
        if (here == CURSOR_DATA) {
            found->last = at.position;
            found->is_there |= at.position == claimed && (counted == 0 || counted == at.sequence + 1);
            cursor_advance(&at);
        } else {
            hole over = {.from = at.position, .sequence = at.sequence};
            if (!cursor_resync(&at)) {
                break;
            }
            found->damaged |= (int64_t)over.from <= acquire_i64(file->file.bytes + file->index2index);
            over.to = at.position;
            over.documents = at.sequence - over.sequence;
            fillers made;
            bool fit = false;
            number = found->damaged ? 0 : fillers_over(file, &over, &made, &fit);
            if (number) {
                fillers_free(&made);
                return number;
            }
            number = found->damaged ? 0 : add_fillers(all, &made, fit);
            if (number) {
                return number;
            }
        }
        here = cursor_peek(&at);
    }
    if (is_unread()) {
        return take_unread_number();
    }
    found->end = at.position;
    found->count = at.sequence;
    found->ended = here == CURSOR_ENDED;
    found->damaged |= (int64_t)found->end <= acquire_i64(file->file.bytes + file->index2index);
    return 0;
}

/* Sets one cycle right: what a reader reaches stays, with fillers over the holes it passes and for what is behind that; what is left is
   cleared, and the header is set to that. */
static int mend_reached(sightlog_writer *writer, cycle_file *file, bool restored, reached *found, filling *all) {
    fillers made;
    bool fit;
    for (size_t i = 0; i < all->count; i++) {
        tell_fillers(writer, file, "those from ", &all->all[i]);
    }
    uint64_t counted = claimed_documents(file), end = found->end;
    int number = fillers_behind(file, found->end, found->count, &made, &fit);
    if (number) {
        fillers_free(&made);
        return number;
    }
    if (fit) {
        tell_fillers(writer, file, "all from ", &made);
        end = made.over.to;
        found->last = last_of(&made);
        found->count += made.over.documents;
    } else {
        tell_lost(writer, file, "all from ", found->count, counted > found->count ? counted - found->count : 0, 0);
    }
    number = add_fillers(all, &made, fit);
    number = number ? number : lay_fillers(all, file->file.fd);
    number = number ? number : clear_range(file->file.fd, end, UINT64_MAX);
    if (number) {
        return number;
    }
    forget_pages(file, found->end);
    if (is_unread()) {
        return take_unread_number();
    }
    if (claimed_position(file) <= (int64_t)found->last && found->is_there && !restored && !fit) {
        return 0; /* it is behind, as after the death of a process */
    }
    forget_entries(file, found->count, UINT64_MAX);
    if (is_unread()) {
        return take_unread_number();
    }
    set_last_index(file, found->count);
    return set_last(file, found->last, found->count);
}

static int mend_after_reboot(sightlog_writer *writer, cycle_file *file, bool *ended, bool restored) {
    const uint8_t *last_there = view_at(&file->file, (uint64_t)claimed_position(file), 4);
    uint32_t header = last_there ? acquire_u32(last_there) : 0, length = header & LENGTH;
    const uint8_t *inside = header == 0 || header > MAX_DOCUMENT_BYTES ? NULL
                                                                      : view_at(&file->file, (uint64_t)claimed_position(file) + 4, header);
    if (is_unread()) {
        return take_unread(&writer->error);
    }
    bool has_last = inside && !is_filler(inside, header);
    bool cut = !last_there /* a length that none has is damage, or a hole half filled */
               || (uint64_t)claimed_position(file) + 4 + (length > MAX_DOCUMENT_BYTES ? 0 : length) > file->file.size;
    if ((*ended && has_last) || cut) {
        return SIGHTLOG_OK; /* a file that was cut was not cut by a loss of power: it stays, and is refused */
    }
    filling all = {0};
    reached found;
    int number = reach(file, &all, &found);
    if (!number && !found.ended && !found.damaged) {
        number = mend_reached(writer, file, restored, &found, &all);
    }
    *ended |= !number && found.ended;
    filling_free(&all);
    return number ? cannot_append(writer, number, file->file.path) : SIGHTLOG_OK;
}

/* The newest cycles, back to one that has ended, and older ones whose last document is not there. Under the lock. */
static int after_reboot(sightlog_writer *writer) {
    cycles found;
    size_t size, first_page;
    uint8_t *head = cycle_head(rolls_of(writer), &size, &first_page);
    int result = head ? list_cycles(writer->directory, rolls_of(writer), &found, &writer->error) : no_memory(&writer->error);
    if (!head || result != SIGHTLOG_OK) {
        free(head);
        return result;
    }
    bool ended = false;
    for (size_t i = found.count; i > 0 && result == SIGHTLOG_OK; i--) {
        cycle_file file;
        sightlog_error ignored;
        char *path = cycle_path(writer->directory, rolls_of(writer), found.all[i - 1]);
        int fd = path ? open_own(writer, path) : -1;
        bool restored = false;
        int number = !path ? ENOMEM : fd >= 0 ? restore_head(fd, path, head, size, first_page, &restored) : errno;
        if (fd >= 0) {
            close(fd);
        }
        if (number && number != ENODATA && number != ENOENT && number != ELOOP && number != EINVAL) {
            result = cannot_append(writer, number, path ? path : writer->directory);
        } else {
            int opened = open_own_cycle(writer, &file, found.all[i - 1], &ignored);
            if (opened == SIGHTLOG_OK) {
                result = mend_after_reboot(writer, &file, &ended, restored);
                cycle_close(&file);
            } else if (is_system(opened)) { /* else not begun, or damaged: whoever reads there is told */
                writer->error = ignored;
                result = opened;
            }
        }
        free(path);
    }
    free(found.all);
    free(head);
    return result;
}

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
            position_save(own, end == 0 ? SIGHTLOG_AT_START : SIGHTLOG_AT, end, 0);
        }
        release(own);
    }
    if (!writer->notice || (result == SIGHTLOG_OK && !stands_behind(&now, end))) {
        return;
    }
    if (result == SIGHTLOG_OK) {
        snprintf(text, sizeof text,
                 "consumer \"%s\" stood at 0x%" PRIx64 ", behind the end of %s: events it has read are gone; it goes on with what "
                 "comes next, at 0x%" PRIx64,
                 name, now.index, writer->directory, end);
    } else {
        snprintf(text, sizeof text,
                 "consumer \"%s\" stands behind the end of %s, and would miss what comes next: %s; then sightlog consumers reset %s "
                 "--to end --execute moves it",
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
                 "a consumer that stands behind the end would miss what comes next, and that cannot be seen: cannot list %s: %s",
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
