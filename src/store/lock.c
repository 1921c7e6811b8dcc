/* The import lock: one import at a time.
 *
 * It is a row of the case, so that it works on any file system, goes with the
 * file and can be shown. Who died holding it is recognised on the same machine
 * by its boot, process number and start time; on another machine only by the
 * silence: the holder refreshes the row with each commit. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/escape.h"
#include "src/base/mem.h"
#include "src/store/internal.h"

#define SILENCE_MAX (3600 * STAMP_SECOND)

static const char KEY_SQL[] = "SELECT value FROM setting WHERE key='import'";

/* The row's value: "HOST BOOT PID START SEEN", blank separated. */
struct holder {
    struct str host, boot;
    uint64_t pid, start;
    int64_t seen;
};

/* The first line of a small file, "-" when it cannot be read. */
static void read_line(const char *path, char *out, size_t size)
{
    snprintf(out, size, "-");
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    if (fgets(out, (int)size, file) == NULL)
        snprintf(out, size, "-");
    out[strcspn(out, "\n")] = '\0';
    fclose(file);
}

/* proc(5): field 22 of /proc/PID/stat, counted behind the last ')' because the
 * program's name may hold anything. 0: there is no such process. */
static uint64_t process_start(uint64_t pid)
{
    char path[64];
    char line[1024];
    snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
    read_line(path, line, sizeof(line));
    const char *behind = strrchr(line, ')');
    if (behind == NULL)
        return 0;
    struct str rest = str_trim(str_from(behind + 1));
    for (int field = 3; field < 22; field++)
        str_cut(&rest, ' ');
    uint64_t start = 0;
    str_to_u64(str_cut(&rest, ' '), &start);
    return start;
}

static void describe_self(
    char *host, size_t host_size, char *boot, size_t boot_size)
{
    snprintf(host, host_size, "unknown");
    gethostname(host, host_size - 1);
    host[host_size - 1] = '\0';
    read_line("/proc/sys/kernel/random/boot_id", boot, boot_size);
}

static char *own_value(void)
{
    char host[256];
    char boot[64];
    describe_self(host, sizeof(host), boot, sizeof(boot));
    uint64_t pid = (uint64_t)getpid();
    return xasprintf("%s %s %llu %llu %lld", host, boot,
        (unsigned long long)pid, (unsigned long long)process_start(pid),
        (long long)store_now());
}

static bool parse_holder(struct str value, struct holder *out)
{
    out->host = str_cut(&value, ' ');
    out->boot = str_cut(&value, ' ');
    return str_to_u64(str_cut(&value, ' '), &out->pid) &&
           str_to_u64(str_cut(&value, ' '), &out->start) &&
           str_to_i64(str_cut(&value, ' '), &out->seen);
}

static bool is_alive(const struct holder *holder)
{
    char host[256];
    char boot[64];
    describe_self(host, sizeof(host), boot, sizeof(boot));
    if (!str_eq(holder->host, str_from(host)))
        return store_now() - holder->seen < SILENCE_MAX;
    if (!str_eq(holder->boot, str_from(boot)))
        return false;
    if (holder->start == 0) /* a system without /proc */
        return kill((pid_t)holder->pid, 0) == 0 || errno == EPERM;
    return process_start(holder->pid) == holder->start;
}

static int write_row(struct store *store, struct err *err)
{
    sqlite3_stmt *insert = store_prepare(store,
        "INSERT OR REPLACE INTO setting(key, value) VALUES('import', ?)", err);
    if (insert == NULL)
        return -1;
    char *value = own_value();
    store_bind_str(insert, 1, str_from(value));
    int rc = store_run(store, insert, err);
    sqlite3_finalize(insert);
    free(value);
    return rc;
}

/* Our own lock that a full disk kept us from removing. */
static bool is_leftover(const struct store *store, const struct holder *holder)
{
    uint64_t pid = (uint64_t)getpid();
    return store->lock_left && holder->pid == pid &&
           holder->start == process_start(pid);
}

/* 0 when nobody alive holds the lock. */
static int check_holder(struct store *store, struct err *err)
{
    sqlite3_stmt *query = store_prepare(store, KEY_SQL, err);
    if (query == NULL)
        return -1;
    int rc = 0;
    int step = sqlite3_step(query);
    struct holder holder;
    if (step == SQLITE_ROW) {
        if (parse_holder(store_column_str(query, 0), &holder) &&
            !is_leftover(store, &holder) && is_alive(&holder))
            rc = err_set(err, ERR_BUSY,
                "process %llu on %s is importing into this case; try again "
                "when it is done",
                (unsigned long long)holder.pid, escape_text(holder.host));
    } else if (step != SQLITE_DONE) {
        rc = store_fail(store, err);
    }
    sqlite3_finalize(query);
    return rc;
}

int store_lock_import(struct store *store, struct err *err)
{
    if (store->locked)
        return err_set(err, ERR_BUSY, "an import is under way");
    if (store_begin(store, err) < 0)
        return -1;
    if (check_holder(store, err) < 0 || write_row(store, err) < 0) {
        store_rollback(store);
        return -1;
    }
    if (store_commit(store, err) < 0)
        return -1;
    store->locked = true;
    store->lock_left = false;
    return 0;
}

int store_refresh_lock(struct store *store, struct err *err)
{
    return write_row(store, err);
}

void store_unlock_import(struct store *store)
{
    if (!store->locked && !store->lock_left)
        return;
    store->locked = false;
    store->lock_left =
        store_exec(store, "DELETE FROM setting WHERE key='import'", NULL) < 0;
}
