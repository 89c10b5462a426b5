/*
 * Both ends of the hand-over as programs that know nothing of journals use them: a shared memory object of 4,096 bytes and two
 * semaphores.
 *
 *     old_handover write [--binary] CONTENT ...   hands over each, in a buffer of its own
 *     old_handover read [--binary] COUNT          prints so many buffers, each followed by a line "--"
 *     old_handover clean                          removes all three
 */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BYTES = 4096 };

static char *memory;
static sem_t *semaphore_read, *semaphore_write;

static void init(void) {
    int fd = shm_open("/my_shared_memory", O_CREAT | O_RDWR, 0666);
    if (fd < 0 || ftruncate(fd, BYTES) != 0) {
        perror("shm_open");
        exit(1);
    }
    memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    semaphore_read = sem_open("/my_semaphore_read", O_CREAT, 0666, 1);
    semaphore_write = sem_open("/my_semaphore_write", O_CREAT, 0666, 0);
    if (memory == MAP_FAILED || semaphore_read == SEM_FAILED || semaphore_write == SEM_FAILED) {
        perror("init");
        exit(1);
    }
}

int main(int count, char **arguments) {
    int binary = count > 2 && strcmp(arguments[2], "--binary") == 0, first = binary ? 3 : 2;
    if (count == 2 && strcmp(arguments[1], "clean") == 0) {
        shm_unlink("/my_shared_memory");
        sem_unlink("/my_semaphore_read");
        sem_unlink("/my_semaphore_write");
        return 0;
    }
    if (count <= first) {
        return 2;
    }
    init();
    if (strcmp(arguments[1], "write") == 0) {
        for (int i = first; i < count; i++) {
            size_t size = strlen(arguments[i]);
            sem_wait(semaphore_read);
            if (binary) {
                memory[0] = (char)(size >> 8);
                memory[1] = (char)size;
                memcpy(memory + 2, arguments[i], size);
            } else {
                strcpy(memory, arguments[i]);
            }
            sem_post(semaphore_write);
        }
        return 0;
    }
    for (int i = 0; i < atoi(arguments[first]); i++) {
        sem_wait(semaphore_write);
        if (binary) {
            size_t size = (size_t)(unsigned char)memory[0] << 8 | (unsigned char)memory[1];
            fwrite(memory + 2, 1, size, stdout);
        } else {
            fputs(memory, stdout);
        }
        puts("\n--");
        sem_post(semaphore_read);
    }
    return 0;
}
