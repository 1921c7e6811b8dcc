#include "src/event/account.h"

/* How audit records, the journal and lastlog name what is a uid. */
static const struct str number_names[] = {
    STR_INIT("auid"),
    STR_INIT("uid"),
    STR_INIT("euid"),
    STR_INIT("id"),
    STR_INIT("_UID"),
    STR_INIT("_AUDIT_LOGINUID"),
};

static bool is_number(struct str text)
{
    enum { DIGITS_MAX = 10 };
    if (text.len == 0 || text.len > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

static bool states_number(struct str name)
{
    for (size_t i = 0; i < sizeof(number_names) / sizeof(number_names[0]); i++)
        if (str_eq(number_names[i], name))
            return true;
    return false;
}

bool account_is_number(const struct record *record, struct str user)
{
    if (!is_number(user))
        return false;
    for (size_t i = 0; i < record->extra_count; i++)
        if (str_eq(record->extras[i].value, user) &&
            states_number(record->extras[i].name))
            return true;
    return false;
}

/* Most services run as root, which says nothing of who used them; and -1, an id
 * that was never set. */
static bool says_who(struct str number)
{
    return is_number(number) && !str_eq(number, STR("0")) &&
           !str_eq(number, STR("4294967295"));
}

struct str account_number(const struct record *record)
{
    struct str number;
    bool by_index = str_starts_with(record->format, STR("lastlog"));
    if (record->extra_count == 0)
        return (struct str){0};
    if (by_index && record_find_extra(record, STR("uid"), &number) &&
        is_number(number))
        return number;
    if (record_find_extra(record, STR("_AUDIT_LOGINUID"), &number) &&
        says_who(number))
        return number;
    if (record_find_extra(record, STR("_UID"), &number) && says_who(number))
        return number;
    return (struct str){0};
}
