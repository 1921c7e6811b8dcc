/* Gathering the files to import.
 *
 * A folder is read whole and sorted, so that the same tree always gives the
 * same order. Links are followed, but no folder is entered twice (by device and
 * inode), which ends every loop. Nothing is opened here but folders. */
#include "src/ingest/walk.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/base/stamp.h"

struct place {
    dev_t device;
    ino_t inode;
};

struct walker {
    struct walk *walk;
    struct place *seen; /* folders entered */
    size_t seen_count, seen_capacity;
    struct place avoid[4]; /* the case and what lies beside it */
    size_t avoid_count;
};

/* --- names ---------------------------------------------------------------- */

static struct str without_packing(struct str name)
{
    static const char *const endings[] = {
        ".gz", ".bz2", ".xz", ".zst", ".Z", NULL};
    for (size_t i = 0; endings[i] != NULL; i++)
        if (str_ends_with(name, str_from(endings[i])))
            return str_sub(name, 0, name.len - strlen(endings[i]));
    return name;
}

static size_t digits_at_end(struct str name)
{
    size_t n = 0;
    while (n < name.len && name.ptr[name.len - 1 - n] >= '0' &&
           name.ptr[name.len - 1 - n] <= '9')
        n++;
    return n;
}

/* A name taken apart: what rotation keeps, and how old it says the file is. */
struct rotated {
    struct str stem;
    bool is_rotated;
    bool is_dated;   /* the number is a date: greater is younger */
    uint64_t number; /* else greater is older */
};

static struct rotated take_apart(struct str name)
{
    struct str bare = without_packing(name);
    struct rotated out = {.stem = bare};
    size_t digits = digits_at_end(bare);
    if (digits == 0 || digits + 1 >= bare.len)
        return out;

    char mark = bare.ptr[bare.len - digits - 1];
    uint64_t number = 0;
    if (!str_to_u64(str_from_index(bare, bare.len - digits), &number))
        return out;
    bool dated = digits >= 8 && (mark == '-' || mark == '.' || mark == '_');
    if (!dated && !(mark == '.' && digits <= 4))
        return out;
    out.stem = str_sub(bare, 0, bare.len - digits - 1);
    out.is_rotated = true;
    out.is_dated = dated;
    out.number = number;
    return out;
}

int walk_compare(const char *a, const char *b)
{
    struct rotated x = take_apart(str_from(a));
    struct rotated y = take_apart(str_from(b));
    int by_stem = str_compare(x.stem, y.stem);
    if (by_stem != 0)
        return by_stem;
    if (x.is_rotated != y.is_rotated)
        return x.is_rotated ? -1 : 1;
    if (x.is_dated != y.is_dated)
        return x.is_dated ? -1 : 1;
    if (x.number != y.number)
        return (x.number < y.number) == x.is_dated ? -1 : 1;
    return strcmp(a, b);
}

struct str walk_stem(const char *path)
{
    return take_apart(path_last(str_from(path))).stem;
}

int64_t walk_rotation_date(const char *path)
{
    struct rotated name = take_apart(path_last(str_from(path)));
    if (!name.is_dated)
        return STAMP_NONE;
    /* Longer suffixes go on with hour and second. */
    uint64_t date = name.number;
    while (date >= 100000000)
        date /= 10;
    struct civil civil = {.year = (int32_t)(date / 10000),
        .month = (int8_t)(date / 100 % 100),
        .day = (int8_t)(date % 100),
        .has_date = true};
    int64_t stamp = STAMP_NONE;
    if (civil.year < 1970 || !civil_is_valid(&civil) ||
        !civil_to_stamp(&civil, &stamp))
        return STAMP_NONE;
    return stamp + STAMP_DAY;
}

/* --- gathering ------------------------------------------------------------ */

static void add_entry(
    struct walk *walk, const char *path, const char *skip, uint64_t size)
{
    walk->entries = mem_grow(walk->entries, &walk->capacity, walk->count + 1,
        sizeof(*walk->entries));
    walk->entries[walk->count++] =
        (struct walk_entry){.path = xstrdup(path), .skip = skip, .size = size};
    if (skip == NULL)
        walk->total += size;
}

static void add_unreadable(
    struct walk *walk, const char *path, const char *what, int error)
{
    walk->reasons = mem_grow(walk->reasons, &walk->reason_capacity,
        walk->reason_count + 1, sizeof(*walk->reasons));
    char *reason = xasprintf("%s: %s", what, strerror(error));
    walk->reasons[walk->reason_count++] = reason;
    add_entry(walk, path, reason, 0);
}

static bool same_place(struct place place, const struct stat *status)
{
    return place.device == status->st_dev && place.inode == status->st_ino;
}

static bool is_avoided(const struct walker *walker, const struct stat *status)
{
    for (size_t i = 0; i < walker->avoid_count; i++)
        if (same_place(walker->avoid[i], status))
            return true;
    return false;
}

/* True when the folder was entered before; else remembers it. */
static bool enter(struct walker *walker, const struct stat *status)
{
    for (size_t i = 0; i < walker->seen_count; i++)
        if (same_place(walker->seen[i], status))
            return true;
    walker->seen = mem_grow(walker->seen, &walker->seen_capacity,
        walker->seen_count + 1, sizeof(*walker->seen));
    walker->seen[walker->seen_count++] =
        (struct place){status->st_dev, status->st_ino};
    return false;
}

static const char *kind_refused(mode_t mode)
{
    if (S_ISREG(mode))
        return NULL;
    if (S_ISFIFO(mode))
        return "a named pipe: not read";
    if (S_ISSOCK(mode))
        return "a socket: not read";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "a device: not read";
    return "not a file: not read";
}

static int compare_names(const void *a, const void *b)
{
    return walk_compare(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted; -1 with errno. */
static int read_names(const char *path, char ***names, size_t *count)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -1;
    size_t capacity = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        *names = mem_grow(*names, &capacity, *count + 1, sizeof(**names));
        (*names)[(*count)++] = xstrdup(entry->d_name);
    }
    closedir(folder);
    if (*count > 0)
        qsort(*names, *count, sizeof(**names), compare_names);
    return 0;
}

static void visit(struct walker *walker, const char *path, int depth);

/* Recursion is bounded by LIMIT_DIRECTORY_DEPTH. */
static void visit_folder(struct walker *walker, const char *path,
    const struct stat *status, int depth)
{
    if (enter(walker, status))
        return; /* a loop of links, or a second way to the same folder */
    if (depth >= LIMIT_DIRECTORY_DEPTH) {
        add_entry(walker->walk, path, "folders nest too deep: not read", 0);
        return;
    }
    char **names = NULL;
    size_t count = 0;
    if (read_names(path, &names, &count) < 0) {
        add_unreadable(walker->walk, path, "cannot be read", errno);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *child = path_join(path, names[i]);
        visit(walker, child, depth + 1);
        free(child);
        free(names[i]);
    }
    free(names);
}

static void visit(struct walker *walker, const char *path, int depth)
{
    struct stat status;
    if (stat(path, &status) < 0) {
        int error = errno;
        bool dangling = error == ENOENT || error == ELOOP;
        add_unreadable(walker->walk, path,
            dangling ? "a link that leads nowhere" : "cannot be examined",
            error);
        return;
    }
    if (S_ISDIR(status.st_mode)) {
        visit_folder(walker, path, &status, depth);
        return;
    }
    if (!is_avoided(walker, &status))
        add_entry(walker->walk, path, kind_refused(status.st_mode),
            (uint64_t)status.st_size);
}

static void visit_pattern(struct walker *walker, const char *pattern)
{
    glob_t found = {0};
    if (glob(pattern, 0, NULL, &found) != 0) {
        if (walker->walk->missing == NULL)
            walker->walk->missing = xstrdup(pattern);
        globfree(&found);
        return;
    }
    if (found.gl_pathc > 0)
        qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv),
            compare_names);
    for (size_t i = 0; i < found.gl_pathc; i++)
        visit(walker, found.gl_pathv[i], 0);
    globfree(&found);
}

static void visit_argument(struct walker *walker, const char *path)
{
    struct stat status;
    if (strcmp(path, "-") == 0) {
        add_entry(walker->walk, path, NULL, 0);
        walker->walk->entries[walker->walk->count - 1].is_stream = true;
    } else if (lstat(path, &status) == 0) {
        visit(walker, path, 0);
    } else if (errno == ENOENT || errno == ENOTDIR) {
        visit_pattern(walker, path);
    } else {
        add_unreadable(walker->walk, path, "cannot be examined", errno);
    }
}

static void avoid_case(struct walker *walker, const char *avoid)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; avoid != NULL && i < 4; i++) {
        char *path = xasprintf("%s%s", avoid, endings[i]);
        struct stat status;
        if (stat(path, &status) == 0)
            walker->avoid[walker->avoid_count++] =
                (struct place){status.st_dev, status.st_ino};
        free(path);
    }
}

void walk_collect(
    struct walk *walk, char *const *paths, size_t count, const char *avoid)
{
    *walk = (struct walk){0};
    struct walker walker = {.walk = walk};
    avoid_case(&walker, avoid);
    for (size_t i = 0; i < count; i++)
        visit_argument(&walker, paths[i]);
    free(walker.seen);
}

void walk_done(struct walk *walk)
{
    for (size_t i = 0; i < walk->count; i++)
        free(walk->entries[i].path);
    for (size_t i = 0; i < walk->reason_count; i++)
        free(walk->reasons[i]);
    free(walk->entries);
    free(walk->reasons);
    free(walk->missing);
    *walk = (struct walk){0};
}
