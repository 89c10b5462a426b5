/* ==== base: what all parts build on: constants of the format, errors, words in memory, time ==== */

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

#define METADATA 0x40000000u
#define IN_PROGRESS 0x80000000u
#define LENGTH 0x3fffffffu
#define END_OF_CYCLE 0xc0000000u
#define UNLOCKED INT64_MIN

enum { EVENT_HEADER = 112, BATCH_HEADER = 24, DETECTION = 32, SECTION = 12, BATCH_KIND = 4, EVENT_VERSION = 1, FILLER_VERSION = 0 };
enum { PAGE = 4096, LINE = 64, MOST_FETCHED = 2048, MAX_HEADER_BYTES = 4096, MAX_INDEX_COUNT = 1 << 15, MAX_INDEX_SPACING = 1 << 20 };
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
    case SIGHTLOG_NOT_HERE: return "not in this journal";
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

/* Has the line fetched that a byte is on, from whichever core has it. */
static inline void fetch_to_write(const uint8_t *at) {
#if defined(__x86_64__)
    __asm__ volatile("prefetchw %0" : : "m"(*at)); /* the compiler's own is for reading, unless it is given an option */
#else
    __builtin_prefetch(at, 1);
#endif
}

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
