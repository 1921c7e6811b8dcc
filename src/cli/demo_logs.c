#include "src/cli/demo_logs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/embed.h"
#include "src/base/file.h"

/* The logs were last written on this day: stamps without a year are dated back
 * from it, whenever the demo is run. 2026-04-01T00:00:00Z. */
static const struct timespec demo_mtime = {.tv_sec = 1775001600};

/* demo/web01/auth.log -> FOLDER/web01/auth.log */
static int write_log(
    const char *folder, const struct embedded *file, struct err *err)
{
    char *path = path_join(folder, file->path + strlen("demo/"));
    char *parent = str_dup(path_folder(str_from(path)));
    const struct timespec times[2] = {demo_mtime, demo_mtime};
    int rc = file_make_directories(parent, err);
    if (rc == 0)
        rc = file_write(path, file->content, err);
    if (rc == 0 && utimensat(AT_FDCWD, path, times, 0) < 0)
        rc = err_errno(err, "setting the time of %s", path);
    free(parent);
    free(path);
    return rc;
}

int demo_logs_write(const char *folder, struct err *err)
{
    for (const struct embedded *f = embedded_files; f->path != NULL; f++)
        if (strncmp(f->path, "demo/", strlen("demo/")) == 0 &&
            write_log(folder, f, err) < 0)
            return -1;
    return 0;
}
