/*
 * A file system that passes everything on to a folder, and gives errors where it is told to: a line of its list of faults is
 *
 *     operation errno part-of-the-path [first byte]
 *
 * as "read 5 20261128-100001 8192". The list is read anew by every operation, so that faults come and go at any time.
 *
 *     faulty_disk FOLDER FAULTS MOUNTPOINT     in the foreground, until it is unmounted
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder, *faults;

static int fault(const char *operation, const char *path, long long end) {
    FILE *list = fopen(faults, "r");
    char line[600], name[32], part[512];
    int result = 0;
    while (list != NULL && result == 0 && fgets(line, sizeof line, list) != NULL) {
        int number = 0;
        long long from = 0;
        if (sscanf(line, "%31s %d %511s %lld", name, &number, part, &from) >= 3 && strcmp(name, operation) == 0
                && strstr(path, part) != NULL && end > from) {
            result = -number;
        }
    }
    if (list != NULL) {
        fclose(list);
    }
    return result;
}

static const char *real(const char *path, char *into) {
    snprintf(into, 4096, "%s%s", folder, path);
    return into;
}

#define BEGIN(operation, end) \
    char full[4096]; \
    int failed = fault(operation, path, end); \
    real(path, full); \
    if (failed != 0) { \
        return failed; \
    }
#define DONE(call) return (call) < 0 ? -errno : 0

static int d_getattr(const char *path, struct stat *st, struct fuse_file_info *fi) {
    (void)fi;
    BEGIN("getattr", 1)
    DONE(lstat(full, st));
}

static int d_readdir(const char *path, void *into, fuse_fill_dir_t fill, off_t at, struct fuse_file_info *fi,
        enum fuse_readdir_flags flags) {
    (void)at;
    (void)fi;
    (void)flags;
    BEGIN("readdir", 1)
    DIR *list = opendir(full);
    if (list == NULL) {
        return -errno;
    }
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        fill(into, entry->d_name, NULL, 0, 0);
    }
    closedir(list);
    return 0;
}

static int d_open(const char *path, struct fuse_file_info *fi) {
    BEGIN("open", 1)
    int fd = open(full, (fi->flags & O_ACCMODE) == O_RDONLY ? O_RDONLY : O_RDWR);
    fi->fh = (uint64_t)fd;
    DONE(fd);
}

static int d_create(const char *path, mode_t mode, struct fuse_file_info *fi) {
    BEGIN("create", 1)
    int fd = open(full, O_RDWR | O_CREAT, mode);
    fi->fh = (uint64_t)fd;
    DONE(fd);
}

static int d_read(const char *path, char *into, size_t bytes, off_t at, struct fuse_file_info *fi) {
    BEGIN("read", (long long)at + (long long)bytes)
    ssize_t got = pread((int)fi->fh, into, bytes, at);
    return got < 0 ? -errno : (int)got;
}

static int d_write(const char *path, const char *from, size_t bytes, off_t at, struct fuse_file_info *fi) {
    BEGIN("write", (long long)at + (long long)bytes)
    int fd = open(full, O_WRONLY); /* what the kernel writes back may come by way of a handle for reading */
    ssize_t put = fd < 0 ? -1 : pwrite(fd, from, bytes, at);
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    (void)fi;
    return put < 0 ? -error : (int)put;
}

static int d_truncate(const char *path, off_t bytes, struct fuse_file_info *fi) {
    (void)fi;
    BEGIN("truncate", 1)
    DONE(truncate(full, bytes));
}

static int d_release(const char *path, struct fuse_file_info *fi) {
    (void)path;
    close((int)fi->fh);
    return 0;
}

static int d_fsync(const char *path, int data, struct fuse_file_info *fi) {
    (void)data;
    BEGIN("fsync", 1)
    DONE(fsync((int)fi->fh));
}

static int d_unlink(const char *path) {
    BEGIN("unlink", 1)
    DONE(unlink(full));
}

static int d_mkdir(const char *path, mode_t mode) {
    BEGIN("mkdir", 1)
    DONE(mkdir(full, mode));
}

static int d_rmdir(const char *path) {
    BEGIN("rmdir", 1)
    DONE(rmdir(full));
}

static int d_chmod(const char *path, mode_t mode, struct fuse_file_info *fi) {
    (void)fi;
    BEGIN("chmod", 1)
    DONE(chmod(full, mode));
}

static int d_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *fi) {
    (void)fi;
    BEGIN("chown", 1)
    DONE(lchown(full, user, group));
}

static int d_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *fi) {
    (void)fi;
    BEGIN("utimens", 1)
    DONE(utimensat(AT_FDCWD, full, times, AT_SYMLINK_NOFOLLOW));
}

static int d_link(const char *path, const char *to) {
    char other[4096];
    BEGIN("link", 1)
    DONE(link(full, real(to, other)));
}

static int d_rename(const char *path, const char *to, unsigned flags) {
    char other[4096];
    (void)flags;
    BEGIN("rename", 1)
    DONE(rename(full, real(to, other)));
}

static const struct fuse_operations operations = {.getattr = d_getattr, .readdir = d_readdir, .open = d_open,
        .create = d_create, .read = d_read, .write = d_write, .truncate = d_truncate, .release = d_release,
        .fsync = d_fsync, .unlink = d_unlink, .mkdir = d_mkdir, .rmdir = d_rmdir, .chmod = d_chmod, .chown = d_chown,
        .utimens = d_utimens, .link = d_link, .rename = d_rename};

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: faulty_disk FOLDER FAULTS MOUNTPOINT\n");
        return 2;
    }
    folder = argv[1];
    faults = argv[2];
    /* nothing is remembered of names and attributes; pages are forgotten when a file is opened, as is the default */
    char *mounted[] = {argv[0], "-f", "-s", "-o", "attr_timeout=0,entry_timeout=0,negative_timeout=0", argv[3], NULL};
    umask(0);
    return fuse_main(6, mounted, &operations, NULL);
}
