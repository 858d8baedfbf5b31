/* Files of a test, in a folder of their own. */
#ifndef BKT_FOLDER_H
#define BKT_FOLDER_H

#include "bkt.h"

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

static inline const char *
bkt_path(const char *folder, const char *name)
{
    static char path[4][5000]; /* so that one call may take several */
    static int  turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static inline void
bkt_folder_create(char folder[64])
{
    snprintf(folder, 64, "/tmp/buckle-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

/* Removes a folder and what is in it, however deep. */
static inline void
bkt_folder_remove(const char *folder)
{
    DIR *stream = opendir(folder);

    assert_non_null(stream);
    for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        char        path[4096];
        struct stat about;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        assert_true((size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < sizeof path);
        if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode))
            bkt_folder_remove(path);
        else
            assert_int_equal(unlink(path), 0);
    }
    closedir(stream);
    assert_int_equal(rmdir(folder), 0);
}

static inline size_t
bkt_folder_count(const char *folder)
{
    DIR   *stream = opendir(folder);
    size_t n = 0;

    assert_non_null(stream);
    while (readdir(stream) != NULL)
        n++;
    closedir(stream);
    return n - 2; /* . and .. */
}

/* Writes folder/name, making the folders in between. */
static inline void
bkt_file_put(const char *folder, const char *name, const void *bytes, size_t n)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static inline void
bkt_file_put_text(const char *folder, const char *name, const char *text)
{
    bkt_file_put(folder, name, text, strlen(text));
}

/* Whether a writer left something under a temporary name, however deep. */
static inline bool
bkt_folder_has_temporary(const char *folder)
{
    DIR *stream = opendir(folder);
    bool is_there = false;

    assert_non_null(stream);
    for (const struct dirent *entry; !is_there && (entry = readdir(stream)) != NULL;) {
        char        path[4096];
        struct stat about;
        assert_true((size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < sizeof path);
        if (entry->d_name[0] != '.')
            is_there = strstr(entry->d_name, ".tmp") != NULL ||
                       (lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && bkt_folder_has_temporary(path));
    }
    closedir(stream);
    return is_there;
}

#endif
