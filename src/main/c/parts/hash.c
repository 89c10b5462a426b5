/* ==== hash: checksums, and the name of a label set ==== */

/* ---- CRC-32C */

#define CRC_POLYNOMIAL 0x82f63b78u /* the highest bit being x^0 */

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
#include <immintrin.h>

/*
 * An instruction takes three times as long as until the next one can begin, so three runs of words go side by side. What the first
 * two give is moved over the words that follow them by a multiplication without carries, by the power of x that so many zeros are.
 */
enum { CRC_MOST_WORDS = 128, CRC_LEAST_WORDS = 4 };
static uint32_t crc_powers[2 * CRC_MOST_WORDS + 1]; /* by words n: x^(64 n - 33), the highest bit being x^0 */

static void crc_make_powers(void) {
    uint32_t power = 1; /* x^31 */
    for (int n = 1; n <= 2 * CRC_MOST_WORDS; n++) {
        crc_powers[n] = power;
        for (int bit = 0; bit < 64; bit++) {
            power = power >> 1 ^ (power & 1 ? CRC_POLYNOMIAL : 0);
        }
    }
}

/* What, taken in as a word, leaves what a checksum becomes when so many words of zeros follow. */
__attribute__((target("sse4.2,pclmul"))) static inline uint64_t crc_moved(uint64_t crc, size_t words) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc), _mm_cvtsi32_si128((int)crc_powers[words]), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t crc_by_instruction(uint32_t so_far, const uint8_t *at, size_t size) {
    uint64_t crc = so_far;
    while (size >= 3 * 8 * CRC_LEAST_WORDS) {
        size_t words = size / 24 < CRC_MOST_WORDS ? size / 24 : CRC_MOST_WORDS;
        const uint8_t *second = at + 8 * words, *third = second + 8 * words, *last = third + 8 * (words - 1);
        uint64_t of_second = 0, of_third = 0;
        for (; third < last; at += 8, second += 8, third += 8) {
            crc = _mm_crc32_u64(crc, load_u64(at));
            of_second = _mm_crc32_u64(of_second, load_u64(second));
            of_third = _mm_crc32_u64(of_third, load_u64(third));
        }
        crc = _mm_crc32_u64(crc, load_u64(at));
        of_second = _mm_crc32_u64(of_second, load_u64(second));
        crc = _mm_crc32_u64(of_third, load_u64(third) ^ crc_moved(crc, 2 * words) ^ crc_moved(of_second, words));
        at = last + 8;
        size -= 24 * words;
    }
    for (; size >= 8; at += 8, size -= 8) {
        crc = _mm_crc32_u64(crc, load_u64(at));
    }
    uint32_t rest = (uint32_t)crc;
    if (size >= 4) {
        rest = _mm_crc32_u32(rest, load_u32(at));
        at += 4;
        size -= 4;
    }
    for (; size; at++, size--) {
        rest = _mm_crc32_u8(rest, *at);
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
            value = value >> 1 ^ (value & 1 ? CRC_POLYNOMIAL : 0);
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
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) {
        crc_make_powers();
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
