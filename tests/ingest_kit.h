/* What the tests of imports share: evidence made in the test's own folder, one
 * call that imports it, and what the case then says. */
#ifndef SPOOR_TESTS_INGEST_KIT_H
#define SPOOR_TESTS_INGEST_KIT_H

#include "tests/store_kit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/ingest/ingest.h"

static inline const struct formats *kit_formats(void)
{
    static struct formats *formats;
    if (formats == NULL)
        formats = formats_load(NULL);
    return formats;
}

/* A path below the test's folder; valid until the fourth call after. */
static inline char *kit_at(const struct kit *kit, const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", kit->folder, name);
    return path;
}

static inline void kit_folder(const struct kit *kit, const char *name)
{
    assert_int_equal(mkdir(kit_at(kit, name), 0700), 0);
}

/* 2026-03-05 00:00:00 UTC, when the files of tests were last written. */
#define KIT_MTIME 1772668800

static inline void kit_touch(const char *path, time_t mtime)
{
    struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static inline void kit_write(
    const struct kit *kit, const char *name, const char *bytes, size_t len)
{
    char *path = kit_at(kit, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    kit_touch(path, KIT_MTIME);
}

static inline void kit_text(
    const struct kit *kit, const char *name, const char *text)
{
    kit_write(kit, name, text, strlen(text));
}

/* `count` sshd lines from number `first` on, a minute apart from March 1st. */
static inline void kit_lines(struct buf *out, int first, int count)
{
    for (int i = first; i < first + count; i++)
        buf_printf(out,
            "Mar %2d %02d:%02d:%02d web01 sshd[%d]: Failed password for user%d "
            "from 192.0.2.%d port %d ssh2\n",
            1 + i / 86400 % 4, i / 3600 % 24, i / 60 % 60, i % 60,
            100 + i % 999, i % 50, i % 250, 1024 + i % 60000);
}

static inline void kit_log(
    const struct kit *kit, const char *name, int first, int count)
{
    struct buf text = {0};
    kit_lines(&text, first, count);
    kit_write(kit, name, text.ptr, text.len);
    buf_done(&text);
}

struct kit_import {
    struct ingest_options options;
    struct ingest_summary summary;
    struct progress progress;
    struct err err;
    int rc;
    char notices[4096];
};

static inline void kit_notice(void *context, bool is_warning, const char *text)
{
    struct kit_import *import = context;
    size_t len = strlen(import->notices);
    snprintf(import->notices + len, sizeof(import->notices) - len, "%s%s\n",
        is_warning ? "! " : "", text);
}

/* Names below the test's folder, blank separated; "-" and absolute paths stay
 * as they are. Ends with the case closed. */
static inline void kit_add_with(
    struct kit *kit, struct kit_import *import, const char *names)
{
    char *list = xstrdup(names);
    char *paths[16];
    size_t count = 0;
    for (char *name = strtok(list, " "); name != NULL; name = strtok(NULL, " "))
        paths[count++] = *name == '-' || *name == '/'
                             ? xstrdup(name)
                             : xasprintf("%s/%s", kit->folder, name);
    struct store *store = kit_open(kit->path, STORE_CREATE);
    if (import->options.year == 0)
        import->options.year = CIVIL_NO_YEAR;
    import->options.notice = kit_notice;
    import->options.context = import;
    import->notices[0] = '\0';
    import->rc = ingest_paths(store, kit_formats(), &import->options, paths,
        count, &import->summary, &import->progress, &import->err);
    store_close(store);
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(list);
}

static inline struct ingest_summary kit_add(struct kit *kit, const char *names)
{
    static struct kit_import import;
    import = (struct kit_import){0};
    kit_add_with(kit, &import, names);
    if (import.rc < 0)
        fail_msg("adding %s: %s", names, import.err.text);
    return import.summary;
}

static inline struct source kit_stored(struct kit *kit, int64_t id)
{
    struct err err = {0};
    struct source source = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    assert_done(source_get(store, id, &source, &err), err);
    store_close(store);
    return source;
}

static inline int64_t kit_ask(struct kit *kit, const char *sql)
{
    struct store *store = kit_open(kit->path, STORE_READ);
    int64_t number = kit_number(store, sql);
    store_close(store);
    return number;
}

static inline void kit_assert_events(struct kit *kit, int64_t expected)
{
    assert_int_equal(
        kit_ask(kit, "SELECT coalesce(sum(events), 0) FROM batch"), expected);
}

/* Everything a query could tell of the events, as one text. Yours to free. */
static inline char *kit_dump(struct kit *kit)
{
    static const char sql[] =
        "SELECT group_concat(id || '|' || coalesce(time, '') || '|' ||"
        " coalesce(user, '') || '|' || coalesce(src_ip, '') || '|' ||"
        " coalesce(host, '') || '|' || offset || '|' || length || '|' ||"
        " coalesce(object, ''), char(10)) FROM (SELECT * FROM event ORDER BY"
        " id)";
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    sqlite3_stmt *query = store_prepare(store, sql, &err);
    assert_non_null(query);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(query, 0);
    char *copy = xstrdup(text == NULL ? "" : text);
    sqlite3_finalize(query);
    store_close(store);
    return copy;
}

/* The stored bytes of a source. */
static inline void kit_content(struct kit *kit, int64_t id, struct buf *out)
{
    struct err err = {0};
    struct store *store = kit_open(kit->path, STORE_READ);
    struct content *content = content_new(store);
    uint64_t size = content_size(content, id);
    assert_done(content_read(content, id, 0, (size_t)size, out, &err), err);
    content_free(content);
    store_close(store);
}

/* --- archives ------------------------------------------------------------- */

struct kit_member {
    const char *path;
    const char *bytes;
    size_t len;
};

enum kit_packing {
    KIT_TAR,
    KIT_TAR_GZ,
    KIT_ZIP,
    KIT_GZ,
    KIT_XZ,
    KIT_ZST,
    KIT_BZ2
};

static inline void kit_pack_to(const char *path, enum kit_packing packing,
    const struct kit_member *members, size_t count)
{
    struct archive *archive = archive_write_new();
    bool raw = packing >= KIT_GZ;
    if (packing == KIT_TAR_GZ || packing == KIT_GZ)
        archive_write_add_filter_gzip(archive);
    else if (packing == KIT_XZ)
        archive_write_add_filter_xz(archive);
    else if (packing == KIT_ZST)
        archive_write_add_filter_zstd(archive);
    else if (packing == KIT_BZ2)
        archive_write_add_filter_bzip2(archive);
    if (raw)
        archive_write_set_format_raw(archive);
    else if (packing == KIT_ZIP)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_pax_restricted(archive);
    assert_int_equal(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, members[i].path);
        archive_entry_set_size(entry, (la_int64_t)members[i].len);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0600);
        archive_entry_set_mtime(entry, KIT_MTIME, 0);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        assert_int_equal(
            archive_write_data(archive, members[i].bytes, members[i].len),
            members[i].len);
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    kit_touch(path, KIT_MTIME);
}

static inline void kit_pack(const struct kit *kit, const char *name,
    enum kit_packing packing, const struct kit_member *members, size_t count)
{
    kit_pack_to(kit_at(kit, name), packing, members, count);
}

#define KIT_TEST(name) \
    cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

#endif
