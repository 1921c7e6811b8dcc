#include "tests/ingest_kit.h"

static void a_log_becomes_events_that_point_at_its_bytes(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 1000);
    struct ingest_summary summary = kit_add(kit, "auth.log");
    assert_int_equal(summary.added, 1);
    assert_int_equal(summary.events, 1000);
    assert_int_equal(summary.parsed, 1000);

    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.events, 1000);
    assert_int_equal(source.default_year, 2026);
    assert_string_equal(source.host_from, "record");
    struct buf expected = {0};
    struct buf stored = {0};
    kit_lines(&expected, 0, 1000);
    kit_content(kit, 1, &stored);
    assert_int_equal(stored.len, expected.len);
    assert_memory_equal(stored.ptr, expected.ptr, stored.len);
    struct digest digest = hash_of(HASH_SHA256, buf_str(&expected));
    assert_true(digest_eq(&digest, &source.sha256));
    buf_done(&expected);
    buf_done(&stored);
    source_done(&source);
}

static void the_number_of_workers_changes_nothing(void **state)
{
    struct kit *kit = *state;
    char *dumps[2];
    kit_log(kit, "auth.log", 0, 40000);
    for (int i = 0; i < 2; i++) {
        struct kit_import import = {.options.workers = i == 0 ? 1 : 7};
        kit_add_with(kit, &import, "auth.log");
        assert_int_equal(import.rc, 0);
        dumps[i] = kit_dump(kit);
        unlink(kit->path);
    }
    assert_string_equal(dumps[0], dumps[1]);
    free(dumps[0]);
    free(dumps[1]);
}

static void adding_the_same_again_adds_nothing(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 100);
    kit_add(kit, "auth.log");
    struct ingest_summary summary = kit_add(kit, "auth.log");
    assert_int_equal(summary.duplicates, 1);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 1);
    kit_assert_events(kit, 100);
}

static void an_empty_file_is_a_source_without_events(void **state)
{
    struct kit *kit = *state;
    kit_text(kit, "empty.log", "");
    struct ingest_summary summary = kit_add(kit, "empty.log");
    assert_int_equal(summary.added, 1);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.size, 0);
    assert_int_equal(source.sha256.len, 32);
    source_done(&source);
    kit_assert_events(kit, 0);
}

static void make_binary(struct kit *kit, const char *name)
{
    char bytes[5000];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    kit_write(kit, name, bytes, sizeof(bytes));
}

static void a_binary_nobody_knows_is_recorded_by_its_hash(void **state)
{
    struct kit *kit = *state;
    make_binary(kit, "memory.raw");
    struct ingest_summary summary = kit_add(kit, "memory.raw");
    assert_int_equal(summary.recorded, 1);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_RECORDED);
    assert_int_equal(source.sha256.len, 32);
    assert_int_equal(source.sha1.len, 20);
    assert_int_equal(source.md5.len, 16);
    assert_int_equal(source.stored, 0);
    source_done(&source);
    kit_add(kit, "memory.raw");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 1);
}

static void a_binary_nobody_knows_is_kept_when_asked(void **state)
{
    struct kit *kit = *state;
    make_binary(kit, "memory.raw");
    struct kit_import import = {.options.keep_unknown = true};
    kit_add_with(kit, &import, "memory.raw");
    assert_int_equal(import.rc, 0);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    assert_int_equal(source.stored, 5000);
    source_done(&source);
    kit_assert_events(kit, 0);
}

static void a_line_of_200_megabytes_is_kept_and_cut(void **state)
{
    struct kit *kit = *state;
    FILE *file = fopen(kit_at(kit, "long.log"), "wb");
    char *block = xmalloc(1 << 20);
    memset(block, 'x', 1 << 20);
    fputs("Mar  4 02:11:09 web01 app[1]: ", file);
    for (int i = 0; i < 200; i++)
        fwrite(block, 1, 1 << 20, file);
    fputs("\nMar  4 02:11:10 web01 app[1]: after\n", file);
    fclose(file);
    free(block);
    kit_touch(kit_at(kit, "long.log"), KIT_MTIME);
    struct ingest_summary summary = kit_add(kit, "long.log");
    assert_int_equal(summary.added, 1);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.stored, source.size);
    source_done(&source);
    assert_int_equal(
        kit_ask(kit, "SELECT max(length) FROM event"), (int64_t)LIMIT_RECORD);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM event WHERE length < 100"), 1);
}

static void what_is_no_file_is_recorded_and_the_rest_imported(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "d");
    kit_log(kit, "d/auth.log", 0, 10);
    assert_int_equal(mkfifo(kit_at(kit, "d/pipe"), 0600), 0);
    struct ingest_summary summary = kit_add(kit, "d");
    assert_int_equal(summary.added, 1);
    assert_int_equal(summary.skipped, 1);
    kit_add(kit, "d");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM source"), 2);
}

static void an_unreadable_file_is_recorded(void **state)
{
    struct kit *kit = *state;
    if (geteuid() == 0) {
        printf("skip an_unreadable_file_is_recorded: root reads everything\n");
        return;
    }
    kit_log(kit, "auth.log", 0, 10);
    chmod(kit_at(kit, "auth.log"), 0);
    struct ingest_summary summary = kit_add(kit, "auth.log");
    assert_int_equal(summary.skipped, 1);
    struct source source = kit_stored(kit, 1);
    assert_non_null(strstr(source.note, "Permission denied"));
    source_done(&source);
}

static void a_path_that_is_not_there_fails_after_the_others(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 10);
    struct kit_import import = {0};
    kit_add_with(kit, &import, "none.log auth.log");
    assert_int_equal(import.rc, -1);
    assert_int_equal(import.err.code, ERR_NOT_FOUND);
    assert_int_equal(import.summary.added, 1);
}

static void nul_bytes_and_bad_text_stay_as_they_are(void **state)
{
    struct kit *kit = *state;
    static const char bytes[] =
        "Mar  4 02:11:09 web01 sshd[1]: a\0b\n"
        "Mar  4 02:11:10 web01 sshd[1]: \xff\xfe\x80 bad\n"
        "Mar  4 02:11:11 web01 sshd[1]: \x1b[2J\x1b]0;t\x07 \xe2\x80\xae rtl\n";
    kit_write(kit, "auth.log", bytes, sizeof(bytes) - 1);
    struct ingest_summary summary = kit_add(kit, "auth.log");
    assert_int_equal(summary.events, 3);
    struct buf stored = {0};
    kit_content(kit, 1, &stored);
    assert_int_equal(stored.len, sizeof(bytes) - 1);
    assert_memory_equal(stored.ptr, bytes, stored.len);
    buf_done(&stored);
}

static void notices_are_harmless_to_look_at(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "a\033[2J.log", 0, 3);
    struct kit_import import = {0};
    kit_add_with(kit, &import, "a\033[2J.log");
    assert_int_equal(import.rc, 0);
    assert_null(strchr(import.notices, '\033'));
}

static void a_sparse_file_is_read_by_its_data(void **state)
{
    struct kit *kit = *state;
    int fd = open(kit_at(kit, "sparse"), O_CREAT | O_RDWR, 0600);
    assert_int_equal(ftruncate(fd, 300 << 20), 0);
    assert_int_equal(pwrite(fd, "end", 3, (300 << 20) - 3), 3);
    close(fd);
    struct kit_import import = {.options.keep_unknown = true};
    kit_add_with(kit, &import, "sparse");
    assert_int_equal(import.rc, 0);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.size, 300 << 20);
    source_done(&source);
    struct stat status;
    assert_int_equal(stat(kit->path, &status), 0);
    assert_true(status.st_size < 4 << 20);
}

static void the_host_comes_from_the_path_when_it_says_so(void **state)
{
    struct kit *kit = *state;
    kit_folder(kit, "web07");
    kit_folder(kit, "web07/var");
    kit_folder(kit, "web07/var/log");
    kit_text(kit, "web07/var/log/access.log",
        "192.0.2.7 - - [04/Mar/2026:02:11:09 +0000] \"GET / HTTP/1.1\" 200 5 "
        "\"-\" \"curl\"\n");
    kit_add(kit, "web07");
    struct source source = kit_stored(kit, 1);
    assert_string_equal(source.host, "web07");
    assert_string_equal(source.host_from, "path");
    assert_string_equal(source.collected_host, "web07");
    source_done(&source);
}

static void a_forced_format_is_used_and_an_unknown_one_refused(void **state)
{
    struct kit *kit = *state;
    kit_log(kit, "auth.log", 0, 10);
    struct kit_import import = {.options.format = STR("nonesuch")};
    kit_add_with(kit, &import, "auth.log");
    assert_int_equal(import.err.code, ERR_USAGE);
    import = (struct kit_import){.options.format = STR("plain")};
    kit_add_with(kit, &import, "auth.log");
    assert_int_equal(import.rc, 0);
    struct source source = kit_stored(kit, 1);
    assert_string_equal(source.format_why, "--format");
    source_done(&source);
}

static void text_in_utf16_is_read_and_kept(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    struct buf wide = {0};
    kit_lines(&text, 0, 2000);
    buf_add(&wide, "\xff\xfe", 2);
    for (size_t i = 0; i < text.len; i++) {
        buf_add_char(&wide, text.ptr[i]);
        buf_add_char(&wide, '\0');
    }
    kit_write(kit, "wide.log", wide.ptr, wide.len);
    struct ingest_summary summary = kit_add(kit, "wide.log");
    assert_int_equal(summary.events, 2000);
    assert_int_equal(summary.parsed, 2000);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.encoding, ENCODING_UTF16LE);
    source_done(&source);
    buf_done(&text);
    buf_done(&wide);
}

static int fill_pipe(const char *bytes, size_t len)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        while (len > 0) {
            ssize_t n = write(ends[1], bytes, len);
            if (n <= 0)
                _exit(1);
            bytes += n;
            len -= (size_t)n;
        }
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

static struct kit_import add_stream(
    struct kit *kit, const char *bytes, size_t len)
{
    int saved = dup(STDIN_FILENO);
    int fd = fill_pipe(bytes, len);
    dup2(fd, STDIN_FILENO);
    close(fd);
    struct kit_import import = {0};
    kit_add_with(kit, &import, "-");
    dup2(saved, STDIN_FILENO);
    close(saved);
    return import;
}

static void a_stream_is_a_source_and_twice_the_same_counts_once(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    kit_lines(&text, 0, 30000);
    struct kit_import import = add_stream(kit, text.ptr, text.len);
    assert_int_equal(import.rc, 0);
    assert_int_equal(import.summary.events, 30000);
    struct source source = kit_stored(kit, 1);
    assert_int_equal(source.kind, SOURCE_STREAM);
    assert_int_equal(source.state, SOURCE_COMPLETE);
    source_done(&source);
    kit_assert_events(kit, 30000);

    import = add_stream(kit, text.ptr, text.len);
    assert_int_equal(import.summary.duplicates, 1);
    assert_int_equal(import.summary.events, 0);
    kit_assert_events(kit, 30000);
    buf_done(&text);
}

static void a_stream_over_new_year_gets_the_years_of_a_file(void **state)
{
    struct kit *kit = *state;
    struct buf text = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(
            &text, "Nov %2d 10:00:00 web01 sshd[1]: x %d\n", 1 + i / 1000, i);
    for (int i = 0; i < 20000; i++)
        buf_printf(
            &text, "Feb %2d 10:00:00 web01 sshd[1]: x %d\n", 1 + i / 1000, i);
    struct kit_import import = add_stream(kit, text.ptr, text.len);
    assert_int_equal(import.rc, 0);
    kit_assert_events(kit, 40000);
    int64_t span = kit_ask(kit, "SELECT (max(last_time) - min(first_time)) / "
                                "86400000000000 FROM batch");
    assert_true(span > 80 && span < 130);
    buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_log_becomes_events_that_point_at_its_bytes),
        KIT_TEST(the_number_of_workers_changes_nothing),
        KIT_TEST(adding_the_same_again_adds_nothing),
        KIT_TEST(an_empty_file_is_a_source_without_events),
        KIT_TEST(a_binary_nobody_knows_is_recorded_by_its_hash),
        KIT_TEST(a_binary_nobody_knows_is_kept_when_asked),
        KIT_TEST(a_line_of_200_megabytes_is_kept_and_cut),
        KIT_TEST(what_is_no_file_is_recorded_and_the_rest_imported),
        KIT_TEST(an_unreadable_file_is_recorded),
        KIT_TEST(a_path_that_is_not_there_fails_after_the_others),
        KIT_TEST(nul_bytes_and_bad_text_stay_as_they_are),
        KIT_TEST(notices_are_harmless_to_look_at),
        KIT_TEST(a_sparse_file_is_read_by_its_data),
        KIT_TEST(the_host_comes_from_the_path_when_it_says_so),
        KIT_TEST(a_forced_format_is_used_and_an_unknown_one_refused),
        KIT_TEST(text_in_utf16_is_read_and_kept),
        KIT_TEST(a_stream_is_a_source_and_twice_the_same_counts_once),
        KIT_TEST(a_stream_over_new_year_gets_the_years_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
