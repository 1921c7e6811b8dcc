#include "tests/ingest_kit.h"

#define MEMBER(path, text)           \
    {                                \
        path, text, sizeof(text) - 1 \
    }

static const char LINE[] =
    "Mar  4 02:11:09 web01 sshd[1]: Failed password for bob from 192.0.2.7 "
    "port 50022 ssh2\n";

static void every_compression_is_read(void **state)
{
    struct kit *kit = *state;
    static const struct {
        const char *name;
        enum kit_packing packing;
    } rows[] = {{"gz.log.gz", KIT_GZ}, {"xz.log.xz", KIT_XZ},
        {"zst.log.zst", KIT_ZST}, {"bz2.log.bz2", KIT_BZ2}};
    for (int i = 0; i < 4; i++) {
        struct buf text = {0};
        kit_lines(&text, i * 1000, 1000);
        const struct kit_member member = {rows[i].name, text.ptr, text.len};
        kit_pack(kit, rows[i].name, rows[i].packing, &member, 1);
        struct ingest_summary summary = kit_add(kit, rows[i].name);
        if (summary.events != 1000)
            fail_msg("%s: %d events", rows[i].name, (int)summary.events);
        struct digest digest = hash_of(HASH_SHA256, buf_str(&text));
        struct source source = kit_stored(kit, 2 * i + 2);
        assert_int_equal(source.kind, SOURCE_MEMBER);
        assert_int_equal(source.parent, 2 * i + 1);
        assert_true(digest_eq(&digest, &source.sha256));
        assert_null(strstr(path_last(str_from(source.path)).ptr, ".log."));
        source_done(&source);
        buf_done(&text);
    }
    kit_assert_events(kit, 4000);
}

static void the_containers_own_bytes_are_kept(void **state)
{
    struct kit *kit = *state;
    const struct kit_member member = MEMBER("a.log", LINE);
    kit_pack(kit, "a.log.gz", KIT_GZ, &member, 1);
    kit_add(kit, "a.log.gz");
    struct buf stored = {0};
    struct buf file = {0};
    kit_content(kit, 1, &stored);
    assert_int_equal(
        file_read(kit_at(kit, "a.log.gz"), 1 << 20, &file, NULL), 0);
    assert_int_equal(stored.len, file.len);
    assert_memory_equal(stored.ptr, file.ptr, file.len);
    buf_done(&stored);
    buf_done(&file);
}

static void a_dropped_container_keeps_only_its_hash(void **state)
{
    struct kit *kit = *state;
    const struct kit_member member = MEMBER("a.log", LINE);
    kit_pack(kit, "a.log.gz", KIT_GZ, &member, 1);
    struct kit_import import = {.options.drop_containers = true};
    kit_add_with(kit, &import, "a.log.gz");
    assert_int_equal(import.rc, 0);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.stored, 0);
    assert_int_equal(source.sha256.len, 32);
    source_done(&source);
    kit_assert_events(kit, 1);
    kit_add(kit, "a.log.gz");
    kit_assert_events(kit, 1);
}

static void members_of_archives_are_sources(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 500);
    const struct kit_member members[] = {
        {"./var/log/auth.log", text.ptr, text.len},
        {"var/log/empty.log", "", 0}, MEMBER("../../etc/evil.log", LINE)};
    static const struct {
        const char *name;
        enum kit_packing packing;
    } rows[] = {{"web01.tar", KIT_TAR}, {"web02.tar.gz", KIT_TAR_GZ},
        {"web03.zip", KIT_ZIP}};
    for (int i = 0; i < 3; i++) {
        kit_pack(kit, rows[i].name, rows[i].packing, members, 3);
        struct ingest_summary summary = kit_add(kit, rows[i].name);
        if (i == 0)
            assert_int_equal(summary.events, 501);
        struct source source = kit_stored(kit, 4 * i + 2);
        assert_string_equal(source.path, "./var/log/auth.log");
        char host[] = "web01";
        host[4] = (char)('1' + i);
        assert_string_equal(source.collected_host, host);
        source_done(&source);
    }
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 12);
    assert_int_equal(access("/etc/evil.log", F_OK), -1);
    buf_done(&text);
}

static void archives_in_archives_are_opened(void **state)
{
    struct kit *kit = *state;
    struct buf inner = {0};
    const struct kit_member member = MEMBER("auth.log", LINE);
    kit_pack(kit, "auth.log.gz", KIT_GZ, &member, 1);
    assert_int_equal(
        file_read(kit_at(kit, "auth.log.gz"), 1 << 20, &inner, NULL), 0);
    const struct kit_member outer = {"logs/auth.log.gz", inner.ptr, inner.len};
    kit_pack(kit, "all.tar", KIT_TAR, &outer, 1);
    kit_add(kit, "all.tar");
    kit_assert_events(kit, 1);
    struct source source = kit_stored(kit, 3);
    assert_int_equal(source.parent, 2);
    assert_string_equal(source.path, "logs/auth.log");
    source_done(&source);
    buf_done(&inner);
}

static void the_same_log_rotated_and_packed_counts_once(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 500);
    kit_write(kit, "auth.log.1", text.ptr, text.len);
    const struct kit_member member = {"auth.log", text.ptr, text.len};
    kit_pack(kit, "auth.log.2.gz", KIT_GZ, &member, 1);
    kit_add(kit, "auth.log.1");
    struct ingest_summary summary = kit_add(kit, "auth.log.2.gz");
    assert_int_equal(summary.duplicates, 1);
    kit_assert_events(kit, 500);
    struct source source = kit_stored(kit, 3);
    assert_int_equal(source.state, SOURCE_DUPLICATE);
    assert_int_equal(source.same_as, 1);
    source_done(&source);
    summary = kit_add(kit, "auth.log.2.gz");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 3);
    buf_done(&text);
}

static void cut_file(const struct kit *kit, const char *name, double share)
{
    struct stat status;
    assert_int_equal(stat(kit_at(kit, name), &status), 0);
    assert_int_equal(
        truncate(kit_at(kit, name), (off_t)((double)status.st_size * share)),
        0);
}

static void what_a_truncated_file_holds_is_kept_and_the_rest_said(void **state)
{
    struct kit *kit = *state;
    static const enum kit_packing packings[] = {KIT_GZ, KIT_XZ, KIT_TAR_GZ};
    for (int i = 0; i < 3; i++) {
        char name[16];
        struct buf text = {0};
        kit_lines(&text, i * 30000, 30000);
        snprintf(name, sizeof(name), "%d.packed", i);
        const struct kit_member member = {"auth.log", text.ptr, text.len};
        kit_pack(kit, name, packings[i], &member, 1);
        cut_file(kit, name, 0.6);
        struct kit_import import = {0};
        kit_add_with(kit, &import, name);
        assert_int_equal(import.rc, 0);
        assert_int_equal(import.summary.partial, 1);
        assert_true(import.summary.events > 1000);
        assert_non_null(strstr(import.notices, "damaged"));
        struct source source = kit_stored(kit, 2 * i + 2);
        assert_int_equal(source.state, SOURCE_PARTIAL);
        source_done(&source);
        buf_done(&text);
    }
}

static void a_broken_archive_keeps_its_bytes(void **state)
{
    struct kit *kit = *state;
    kit_write(kit, "x.gz", "\x1f\x8b\x08garbage that is no deflate stream", 37);
    struct kit_import import = {0};
    kit_add_with(kit, &import, "x.gz");
    assert_int_equal(import.rc, 0);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.kind, SOURCE_CONTAINER);
    assert_int_equal(source.stored, 37);
    source_done(&source);
    kit_assert_events(kit, 0);
}

static void a_bomb_is_stopped(void **state)
{
    struct kit *kit = *state;
    struct archive *archive = archive_write_new();
    archive_write_add_filter_zstd(archive);
    archive_write_set_format_raw(archive);
    assert_int_equal(
        archive_write_open_filename(archive, kit_at(kit, "bomb.zst")),
        ARCHIVE_OK);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_filetype(entry, AE_IFREG);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    char *block = xcalloc(1, 1 << 20);
    for (int i = 0; i < 1024; i++)
        archive_write_data(archive, block, 1 << 20);
    archive_entry_free(entry);
    archive_write_close(archive);
    archive_write_free(archive);
    free(block);
    struct kit_import import = {0};
    kit_add_with(kit, &import, "bomb.zst");
    assert_int_equal(import.rc, 0);
    if (strstr(import.notices, "expands") == NULL)
        fail_msg("%s", import.notices);
}

static void an_empty_compressed_file_is_an_empty_source(void **state)
{
    struct kit *kit = *state;
    const struct kit_member member = {"a.log", "", 0};
    kit_pack(kit, "a.log.gz", KIT_GZ, &member, 1);
    struct ingest_summary summary = kit_add(kit, "a.log.gz");
    assert_int_equal(summary.added, 2);
    struct source source = kit_stored(kit, 2);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.size, 0);
    source_done(&source);
}

static void an_encrypted_member_is_recorded(void **state)
{
    struct kit *kit = *state;
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    if (archive_write_set_options(archive, "zip:encryption=traditional") !=
            ARCHIVE_OK ||
        archive_write_set_passphrase(archive, "secret") != ARCHIVE_OK) {
        archive_write_free(archive);
        printf("skip an_encrypted_member_is_recorded: no encryption here\n");
        return;
    }
    archive_write_open_filename(archive, kit_at(kit, "e.zip"));
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "auth.log");
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, sizeof(LINE) - 1);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    archive_write_data(archive, LINE, sizeof(LINE) - 1);
    archive_entry_free(entry);
    archive_write_close(archive);
    archive_write_free(archive);
    struct ingest_summary summary = kit_add(kit, "e.zip");
    assert_int_equal(summary.skipped, 1);
    struct source source = kit_stored(kit, 2);
    assert_non_null(strstr(source.note, "encrypted"));
    source_done(&source);
}

static void a_big_member_does_not_live_in_memory(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 300000);
    assert_true(text.len > (16 << 20));
    const struct kit_member member = {"auth.log", text.ptr, text.len};
    kit_pack(kit, "auth.log.zst", KIT_ZST, &member, 1);
    struct ingest_summary summary = kit_add(kit, "auth.log.zst");
    assert_int_equal(summary.events, 300000);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(every_compression_is_read),
        KIT_TEST(the_containers_own_bytes_are_kept),
        KIT_TEST(a_dropped_container_keeps_only_its_hash),
        KIT_TEST(members_of_archives_are_sources),
        KIT_TEST(archives_in_archives_are_opened),
        KIT_TEST(the_same_log_rotated_and_packed_counts_once),
        KIT_TEST(what_a_truncated_file_holds_is_kept_and_the_rest_said),
        KIT_TEST(a_broken_archive_keeps_its_bytes),
        KIT_TEST(a_bomb_is_stopped),
        KIT_TEST(an_empty_compressed_file_is_an_empty_source),
        KIT_TEST(an_encrypted_member_is_recorded),
        KIT_TEST(a_big_member_does_not_live_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
