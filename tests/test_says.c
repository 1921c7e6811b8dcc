#include "tests/query_kit.h"

/* What the only event of a text says. */
static void says(const char *format, const char *text, const char *expected)
{
    struct kit *kit = kit_new();
    struct err err = {0};
    struct page page = {0};
    struct buf out = {0};
    kit_add(kit, &(struct kit_source){.path = "web01/a.log",
                     .host = "web01",
                     .format = format,
                     .content = str_from(text),
                     .chunk = 1 << 16});
    kit_ready(kit);
    struct query *query = kit_query("");
    struct search *search = kit_search(kit, query);
    assert_int_equal(search_row(search, 1, &page, &err), 1);
    assert_true(search_says(search, &page.rows[0], &out));
    assert_string_equal(buf_cstr(&out), expected);
    buf_done(&out);
    page_done(&page);
    search_close(search);
    query_free(query);
    kit_free(kit);
}

static void a_message_is_said_as_it_is(void **state)
{
    (void)state;
    says("syslog", "Mar  4 02:11:09 web01 app[1]: it is done\n", "it is done");
    says("jsonl", "{\"time\":\"2026-03-04T02:11:09Z\",\"message\":\"done\"}\n",
        "done");
}

static void a_request_is_its_answer_its_method_and_its_address(void **state)
{
    (void)state;
    says("access",
        "192.0.2.7 - - [04/Mar/2026:02:11:09 +0000] \"GET /a HTTP/1.1\" 404 "
        "1\n",
        "404 GET /a");
    says("access",
        "www.example.com:443 192.0.2.7 - - [04/Mar/2026:02:11:09 +0000] "
        "\"GET /a HTTP/1.1\" 200 1\n",
        "200 GET www.example.com/a");
}

static void a_connection_is_where_it_went(void **state)
{
    (void)state;
    says("jsonl",
        "{\"src_ip\":\"192.0.2.7\",\"dst_ip\":\"2001:db8::7\",\"dst_port\":443,"
        "\"proto\":\"tcp\",\"bytes_in\":12,\"bytes_out\":345}\n",
        "to [2001:db8::7]:443 tcp, 12 in, 345 out");
    says("jsonl", "{\"src_ip\":\"192.0.2.7\",\"dst_host\":\"db01\"}\n",
        "to db01");
}

static void a_record_of_columns_says_what_was_acted_on(void **state)
{
    (void)state;
    says("csv", "time,user,command\n2026-03-04T02:11:09Z,alice,id -u\n",
        "id -u");
    says("csv",
        "time,mail_from,mail_to,subject\n"
        "2026-03-04T02:11:09Z,a@example.com,b@example.com,Hello\n",
        "a@example.com to b@example.com Hello");
}

static void what_has_no_known_field_says_all_of_itself(void **state)
{
    (void)state;
    says("jsonl", "{\"a\":1,\"b\":2}\n", "{\"a\":1,\"b\":2}");
    says("text", "no time, no field\n", "no time, no field");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_said_as_it_is),
        cmocka_unit_test(a_request_is_its_answer_its_method_and_its_address),
        cmocka_unit_test(a_connection_is_where_it_went),
        cmocka_unit_test(a_record_of_columns_says_what_was_acted_on),
        cmocka_unit_test(what_has_no_known_field_says_all_of_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
