/* Users that logs know by number, and the passwd files that name them. */
#include "tests/ingest_kit.h"

#include "src/query/search.h"

static const char AUDIT[] =
    "type=SYSCALL msg=audit(1772590269.120:1): arch=c000003e syscall=59 "
    "success=yes exit=0 ppid=1 pid=2 auid=1000 uid=0 euid=0 exe=\"/bin/id\"\n"
    "type=SYSCALL msg=audit(1772590270.120:2): arch=c000003e syscall=59 "
    "success=yes exit=0 ppid=1 pid=3 auid=1001 uid=1001 euid=1001 "
    "exe=\"/bin/id\"\n";
static const char PASSWD[] = "root:x:0:0:root:/root:/bin/bash\n"
                             "alice:x:1000:1000:Alice:/home/alice:/bin/sh\n"
                             "also:x:1000:1000::/home/also:/bin/sh\n";

static void make_host(struct kit *kit, const char *host)
{
    static const char *const folders[] = {
        "%s", "%s/etc", "%s/var", "%s/var/log", "%s/var/log/audit"};
    char name[64];
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(name, sizeof(name), "%s", host);
        strncat(name, folders[i] + 2, sizeof(name) - strlen(name) - 1);
        kit_folder(kit, name);
    }
}

static void write_file(
    struct kit *kit, const char *host, const char *place, const char *text)
{
    char name[96];
    snprintf(name, sizeof(name), "%s/%s", host, place);
    kit_text(kit, name, text);
}

static const char LOG[] = "var/log/audit/audit.log";

static bool count_row(void *context, const struct row *row)
{
    (void)row;
    ++*(int64_t *)context;
    return true;
}

/* How many events of logs (not of passwd files) a query finds. */
static int64_t found(struct kit *kit, const char *text)
{
    char whole[128];
    struct err err = {0};
    struct query_basis basis = {
        .zone = zone_utc(), .newest = STAMP_NONE, .day = STAMP_NONE};
    snprintf(whole, sizeof(whole), "%s format:auditd", text);
    struct query *query = query_parse(str_from(whole), &basis, NULL, &err);
    assert_non_null(query);
    struct store *store = kit_open(kit->path, STORE_READ);
    struct search *search = search_open(store, kit_formats(), query, &err);
    assert_non_null(search);
    int64_t count = 0;
    assert_done(search_each(search, count_row, &count, NULL, &err), err);
    search_close(search);
    store_close(store);
    query_free(query);
    return count;
}

static void a_number_is_found_by_its_name(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    assert_int_equal(found(kit, "user:alice"), 1);
    assert_int_equal(found(kit, "user:al*"), 1);
    assert_int_equal(found(kit, "user:1000"), 1);
    assert_int_equal(found(kit, "user:1001"), 1);
    assert_int_equal(found(kit, "user:also"), 0);
    assert_int_equal(found(kit, "target_user:root"), 1);
}

static void it_does_not_matter_which_came_first(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    kit_add(kit, "web01");
    assert_int_equal(found(kit, "user:alice"), 0);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    assert_int_equal(found(kit, "user:alice"), 1);
}

static void a_name_is_of_its_host_alone(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    make_host(kit, "db01");
    write_file(kit, "web01", "etc/passwd", PASSWD);
    write_file(kit, "db01", LOG, AUDIT);
    kit_add(kit, "web01 db01");
    assert_int_equal(found(kit, "user:alice"), 0);
    assert_int_equal(found(kit, "user:1000"), 1);
}

static void a_host_is_the_same_with_its_domain(void **state)
{
    struct kit *kit = *state;
    char text[1024];
    make_host(kit, "web01");
    snprintf(text, sizeof(text), "node=WEB01.example.com %s", AUDIT);
    write_file(kit, "web01", LOG, text);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    assert_int_equal(found(kit, "user:alice"), 1);
}

static void a_removed_file_takes_its_names_along(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    int64_t source =
        kit_ask(kit, "SELECT id FROM source WHERE format = 'passwd'");
    struct store *store = kit_open(kit->path, STORE_WRITE);
    assert_done(source_remove(store, source, STR("wrong host"), &err), err);
    store_close(store);
    assert_int_equal(found(kit, "user:alice"), 0);
    assert_int_equal(found(kit, "user:1000"), 1);
}

static void where_a_name_is_from_can_be_seen(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM account a JOIN source s ON s.id ="
                     " a.source WHERE a.host = 'web01' AND a.number = '1000'"
                     " AND a.name = 'alice' AND s.format = 'passwd'"),
        1);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM account"
                                  " WHERE number = '1001' AND name IS NULL"),
        1);
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM events"
                                  " WHERE user = 'alice' AND pid = 2"),
        1);
}

struct origin {
    struct search *search;
    struct buf text;
};

static bool note_origin(void *context, const struct row *row)
{
    struct origin *origin = context;
    return !search_name_origin(origin->search, row, FIELD_USER, &origin->text);
}

static void an_event_says_who_named_its_user(void **state)
{
    struct kit *kit = *state;
    struct err err = {0};
    struct query_basis basis = {
        .zone = zone_utc(), .newest = STAMP_NONE, .day = STAMP_NONE};
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    struct query *query = query_parse(STR("user:alice"), &basis, NULL, &err);
    struct store *store = kit_open(kit->path, STORE_READ);
    struct origin origin = {
        .search = search_open(store, kit_formats(), query, &err)};
    assert_non_null(origin.search);
    assert_done(
        search_each(origin.search, note_origin, &origin, NULL, &err), err);
    assert_true(str_starts_with(
        buf_str(&origin.text), STR("uid 1000, named by source ")));
    assert_true(str_find(buf_str(&origin.text), STR("web01/etc/passwd")) > 0);
    buf_done(&origin.text);
    search_close(origin.search);
    store_close(store);
    query_free(query);
}

static void users_that_chose_a_number_are_no_accounts(void **state)
{
    struct kit *kit = *state;
    make_host(kit, "web01");
    write_file(kit, "web01", "etc/passwd", PASSWD);
    write_file(kit, "web01", "var/log/auth.log",
        "Mar  4 02:11:09 web01 sshd[1]: Failed password for 1000 from "
        "192.0.2.7 port 5 ssh2\n");
    kit_add(kit, "web01");
    assert_int_equal(kit_ask(kit, "SELECT count(*) FROM account"), 0);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM events WHERE user = '1000'"), 1);
}

static void an_older_case_is_brought_up(void **state)
{
    struct kit *kit = *state;
    kit_old_case(kit->path);
    make_host(kit, "web01");
    write_file(kit, "web01", LOG, AUDIT);
    write_file(kit, "web01", "etc/passwd", PASSWD);
    kit_add(kit, "web01");
    assert_int_equal(found(kit, "user:alice"), 1);
    assert_int_equal(
        kit_ask(kit, "SELECT count(*) FROM custody WHERE action = 'migrated'"),
        STORE_VERSION - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_TEST(a_number_is_found_by_its_name),
        KIT_TEST(it_does_not_matter_which_came_first),
        KIT_TEST(a_name_is_of_its_host_alone),
        KIT_TEST(a_host_is_the_same_with_its_domain),
        KIT_TEST(a_removed_file_takes_its_names_along),
        KIT_TEST(where_a_name_is_from_can_be_seen),
        KIT_TEST(an_event_says_who_named_its_user),
        KIT_TEST(users_that_chose_a_number_are_no_accounts),
        KIT_TEST(an_older_case_is_brought_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
