#include "src/ingest/host.h"

#include <stdbool.h>

#include "src/base/limit.h"
#include "src/ingest/collection.h"

/* Folders of this name say where a system was put, not which one it is. */
static bool is_place(struct str name)
{
    static const char *const places[] = {"", ".", "..", "mnt", "media", "tmp",
        "root", "rootfs", "[root]", "fs", "image", "disk", "files", "file",
        "evidence", "case", "collection", "uploads", "auto", "logs", "log",
        "backup", "archive", "live_response", "host", "srv", "home", "data",
        "opt", "private", NULL};
    for (size_t i = 0; places[i] != NULL; i++)
        if (str_eq_nocase(name, str_from(places[i])))
            return true;
    return name.len > LIMIT_NAME || collection_is_drive(name);
}

static struct str strip_ending(struct str name)
{
    static const char *const endings[] = {".tar.gz", ".tar.xz", ".tar.bz2",
        ".tar.zst", ".tgz", ".tar", ".zip", NULL};
    for (size_t i = 0; endings[i] != NULL; i++) {
        struct str ending = str_from(endings[i]);
        if (str_ends_with(name, ending))
            return str_sub(name, 0, name.len - ending.len);
    }
    return name;
}

/* "uac-web01-linux-20260304021109" and "Collection-web01-2026-03-04T...": the
 * part between the first word and what follows the host. */
static struct str host_of_collection(struct str name)
{
    if (str_starts_with(name, STR("uac-"))) {
        static const char *const systems[] = {"-linux-", "-macos-", "-freebsd-",
            "-aix-", "-solaris-", "-esxi-", "-openbsd-", "-netbsd-",
            "-netscaler-", "-android-", NULL};
        for (size_t i = 0; systems[i] != NULL; i++) {
            ptrdiff_t at = str_find(name, str_from(systems[i]));
            if (at > 4)
                return str_sub(name, 4, (size_t)at - 4);
        }
    }
    struct str collection = STR("Collection-");
    ptrdiff_t year = str_find(name, STR("-20"));
    if (str_starts_with(name, collection) && year > (ptrdiff_t)collection.len)
        return str_sub(name, collection.len, (size_t)year - collection.len);
    return (struct str){0};
}

/* Takes the last part of a path off it. */
static struct str last_part(struct str *path)
{
    ptrdiff_t slash = str_find_last_char(*path, '/');
    struct str name = strip_ending(str_from_index(*path, (size_t)(slash + 1)));
    *path = str_sub(*path, 0, slash > 0 ? (size_t)slash : 0);
    return name;
}

/* The folder that holds the tree which begins at `at`; "" when it only says
 * where the tree was put. */
static struct str host_above(struct str path, ptrdiff_t at)
{
    if (at <= 0)
        return (struct str){0};
    struct str above = str_sub(path, 0, (size_t)at);
    struct str name = last_part(&above);
    if (collection_is_drive(name))
        name = last_part(&above); /* "web01.zip/C/Windows/System32/" */
    return name.len > 0 && !is_place(name) ? name : (struct str){0};
}

/* What programs keep in a home, and nobody's folder of evidence. */
static bool is_kept_in_home(struct str path)
{
    static const char *const names[] = {
        ".", "AppData/", "Application Data/", "Library/", NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (str_starts_with(path, str_from(names[i])))
            return true;
    return false;
}

/* web01/home/alice/.bash_history, ws01/C/Users/alice/AppData/... */
static struct str host_above_home(struct str path)
{
    static const char *const homes[] = {
        "/home/", "/Users/", "/Documents and Settings/", NULL};
    for (size_t i = 0; homes[i] != NULL; i++) {
        struct str folder = str_from(homes[i]);
        ptrdiff_t at = str_find(path, folder);
        if (at <= 0)
            continue;
        struct str below = str_from_index(path, (size_t)at + folder.len);
        str_cut(&below, '/'); /* whose home it is */
        if (is_kept_in_home(below))
            return host_above(path, at);
    }
    return host_above(path, str_find(path, STR("/root/.")));
}

/* The folder that holds a system's own tree, below which stand var/log and the
 * like. */
static struct str host_above_tree(struct str path)
{
    static const char *const trees[] = {
        "/var/log/", "/var/adm/", "/Windows/System32/", "/etc/passwd", NULL};
    for (size_t i = 0; trees[i] != NULL; i++) {
        struct str name = host_above(path, str_find(path, str_from(trees[i])));
        if (name.len > 0)
            return name;
    }
    return host_above_home(path);
}

struct str host_from_path(struct str path)
{
    for (struct str rest = path; rest.len > 0;) {
        struct str part = strip_ending(str_cut(&rest, '/'));
        struct str host = host_of_collection(part);
        if (host.len > 0)
            return host;
    }
    return host_above_tree(path);
}
