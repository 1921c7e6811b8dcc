#include "src/ingest/collection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "src/ingest/hashlist.h"
#include "src/ingest/host.h"

static void paths_of_collections_lead_back_to_the_machine(void **state)
{
    (void)state;
    static const struct {
        const char *path, *collector, *original;
    } rows[] = {
        {"uploads/auto/C%3A/Windows/a.log", "Velociraptor", "C:/Windows/a.log"},
        {"./uploads/ntfs/%5C%5C.%5CC%3A/$MFT", "Velociraptor", "C:/$MFT"},
        {"uploads/auto/etc/passwd", "Velociraptor", "/etc/passwd"},
        {"uploads/file/var/log/a%2Fb%zz%00.log", "Velociraptor",
            "/var/log/a/b%zz%00.log"},
        {"uploads/auto", NULL, ""},
        {"uploads/", NULL, ""},
        {"ws07-C.1-F.2/uploads/ntfs/C%3A/a", "Velociraptor", "C:/a"},
        {"srv/uploads/2026/a.jpg", NULL, ""},
        {"[root]/var/log/auth.log", "UAC", "/var/log/auth.log"},
        {"uac-web01/[root]/var/log/a", "UAC", "/var/log/a"},
        {"x[root]/var", NULL, ""},
        {"C/Windows/System32/a.evtx", "KAPE or CyLR",
            "C:/Windows/System32/a.evtx"},
        {"var/log/auth.log", NULL, ""},
        {"", NULL, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf original = {0};
        const char *collector =
            collection_original(str_from(rows[i].path), &original);
        if (!str_eq(str_from(collector), str_from(rows[i].collector)) ||
            !str_eq(buf_str(&original), str_from(rows[i].original)))
            fail_msg("%s: %s by %s", rows[i].path, buf_cstr(&original),
                collector == NULL ? "nobody" : collector);
        buf_done(&original);
    }
}

static void a_drive_is_no_host(void **state)
{
    (void)state;
    static const struct {
        const char *path, *host;
    } rows[] = {
        {"Collection-ws07-2026-03-04T02_15_00Z.zip/uploads/auto/C%3A/Windows/"
         "System32/a",
            "ws07"},
        {"x/uploads/auto/C%3A/Windows/System32/a", ""},
        {"ws07.zip/C/Windows/System32/a", "ws07"},
        {"C:/Windows/System32/a", ""},
        {"uac-web01-linux-20260304021500.tar.gz/[root]/var/log/a", "web01"},
        {"web01/var/log/a", "web01"},
        {"e/web01/home/alice/.bash_history", "web01"},
        {"e/web01/root/.bash_history", "web01"},
        {"ws01.zip/C/Users/alice/AppData/Local/a", "ws01"},
        {"mac01/Users/alice/Library/Logs/a", "mac01"},
        {"disk1/Users/alice/cases/auth.log", ""},
        {"/home/alice/.bash_history", ""},
        {"/mnt/root/.bash_history", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct str host = host_from_path(str_from(rows[i].path));
        if (!str_eq(host, str_from(rows[i].host)))
            fail_msg("%s: %.*s", rows[i].path, STR_ARG(host));
    }
}

static void a_collection_says_which_machine_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *json, *host;
    } rows[] = {
        {"{\"Hostname\":\"ws07\",\"Fqdn\":\"ws07.example.com\"}", "ws07"},
        {"{\"os_info\":{\"fqdn\":\"ws07.example.com\",\"hostname\":\"ws07\"}}",
            "ws07"},
        {"[{\"Fqdn\":\"ws07.example.com\"}]", "ws07.example.com"},
        {"{\"Hostname\":7}", ""},
        {"{\"Hostname\":\"ws07", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf host = {0};
        collection_read_host(str_from(rows[i].json), &host);
        assert_string_equal(buf_cstr(&host), rows[i].host);
        buf_done(&host);
    }
}

static int add_entry(
    void *context, const struct hashlist_entry *entry, struct err *err)
{
    struct buf *out = context;
    char hex[HASH_HEX_MAX] = "";
    (void)err;
    if (entry->digest.len > 0)
        digest_hex(&entry->digest, hex);
    hex[4] = '\0';
    buf_printf(out, "[%.*s %s", STR_ARG(entry->name), hex);
    if (entry->has_size)
        buf_printf(out, " %llu", (unsigned long long)entry->size);
    buf_add_cstr(out, "]");
    return 0;
}

#define MD5 "d41d8cd98f00b204e9800998ecf8427e"
#define SHA1 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define SHA256 \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void lists_of_all_kinds_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *list, *wanted;
    } rows[] = {
        {MD5 "  /bin/a b\n" SHA1 " *c\n\\" SHA256 "  d\\ne\n",
            "[/bin/a b d41d][c da39][d\\ne e3b0]"},
        {"MD5 (a (1).log) = " MD5 "\nSHA256(b)= " SHA256 "\r\n",
            "[a (1).log d41d][b e3b0]"},
        {"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked\n"
         "5," MD5 "," SHA256 ",/a,b\n",
            "[/a d41d][/a e3b0]"},
        {"\xEF\xBB\xBF\"SourceFile\",\"SourceFileSha1\"\n\"C:\\a.txt\","
         "\"" SHA1 "\"\n",
            "[C:\\a.txt da39]"},
        {"{\"vfs_path\":\"C:\\\\a\",\"uploaded_size\":5,\"file_size\":9}\n"
         "{\"Upload\":{\"Path\":\"/b\",\"sha256\":\"" SHA256 "\",\"md5\":\"" MD5
         "\"}}\n{\"x\":1}\n",
            "[C:\\a  5][/b e3b0][/b d41d]"},
        {"Created by UAC\n\n[Output File MD5 Computed Hash]\n" MD5
         "\nMD5 checksum: " MD5 "\n",
            "[ d41d][ d41d]"},
        {"nothing here\n12345  a\n" MD5 "0  b\n", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf got = {0};
        struct err err = {0};
        assert_true(
            hashlist_read(str_from(rows[i].list), add_entry, &got, &err) >= 0);
        if (!str_eq(buf_str(&got), str_from(rows[i].wanted)))
            fail_msg("row %zu: %s", i, buf_cstr(&got));
        buf_done(&got);
    }
}

static void lists_are_known_by_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_list;
    } rows[] = {
        {"a/hash_executables.md5", true},
        {"hash_executables.SHA1", true},
        {"SHA256SUMS", true},
        {"md5sums.txt", true},
        {"hashdeep.txt", true},
        {"uploads.json", true},
        {"2026-03-04T02_CopyLog.csv", true},
        {"uac-web01-linux-20260304.log", true},
        {"20260304_Amcache_UnassociatedFileEntries.csv", false},
        {"[root]/var/lib/dpkg/info/bash.md5sums", false},
        {"auth.log", false},
        {"hash", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (hashlist_is_name(str_from(rows[i].name)) != rows[i].is_list)
            fail_msg("%s", rows[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_of_collections_lead_back_to_the_machine),
        cmocka_unit_test(a_drive_is_no_host),
        cmocka_unit_test(a_collection_says_which_machine_it_is),
        cmocka_unit_test(lists_of_all_kinds_are_read),
        cmocka_unit_test(lists_are_known_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
