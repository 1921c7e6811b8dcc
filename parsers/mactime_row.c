#include "parsers/mactime_row.h"

#include "parsers/body_row.h"

enum { BLANK_DATE = 20 }; /* columns of the shorter form of a date */

/* The next word; moves `rest` behind it and one blank. */
static struct str next_word(struct str *rest)
{
    while (rest->len > 0 && rest->ptr[0] == ' ')
        *rest = str_from_index(*rest, 1);
    return str_cut(rest, ' ');
}

static bool is_digits(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

/* "02:11:09" */
static bool is_clock(struct str text)
{
    return text.len == 8 && text.ptr[2] == ':' && text.ptr[5] == ':';
}

static bool is_iso(struct str text)
{
    return text.len == BLANK_DATE && text.ptr[4] == '-' &&
           text.ptr[10] == 'T' && text.ptr[19] == 'Z';
}

static bool is_weekday(struct str text)
{
    static const struct str names = STR_INIT("Mon Tue Wed Thu Fri Sat Sun Xxx");
    return text.len == 3 && str_find(names, text) >= 0;
}

bool mactime_date(struct str line, struct str *date, struct str *rest)
{
    enum { WORDS_BEHIND_WEEKDAY = 4 };
    *rest = line;
    *date = (struct str){0};
    if (str_starts_with(line, STR("                    "))) {
        *rest = str_from_index(line, BLANK_DATE);
        return true;
    }
    struct str word = str_sub(line, 0, BLANK_DATE);
    if (is_iso(word)) {
        *date = word;
        *rest = str_from_index(line, BLANK_DATE);
        return true;
    }
    if (!is_weekday(next_word(rest)))
        return false;
    for (int i = 1; i < WORDS_BEHIND_WEEKDAY; i++)
        next_word(rest);
    if (rest->len < 9 || !is_clock(str_sub(*rest, 0, 8)))
        return false;
    *rest = str_from_index(*rest, 8);
    *date = str_sub(line, 0, (size_t)(rest->ptr - line.ptr));
    return true;
}

/* "m.cb"; old versions knew no times of birth. */
static bool is_macb(struct str text)
{
    static const char all[] = "macb";
    if (text.len < 3 || text.len > 4)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '.' && text.ptr[i] != all[i])
            return false;
    return true;
}

struct row {
    struct str time, size, macb, mode, uid, gid, inode, name;
};

static void add_row(struct pairs *pairs, const struct row *row)
{
    pairs_add(pairs, STR("time"), row->time);
    pairs_add(pairs, STR("macb"), row->macb);
    body_name_add(pairs, row->name, row->mode);
    pairs_add(pairs, STR("size"), row->size);
    pairs_add(pairs, STR("mode"), row->mode);
    pairs_add(pairs, STR("uid"), row->uid);
    pairs_add(pairs, STR("gid"), row->gid);
    pairs_add(pairs, STR("inode"), row->inode);
}

/* The columns behind the date, parted by commas, or padded with blanks. */
static struct str next_column(struct str *rest, bool commas)
{
    return commas ? str_trim(str_cut(rest, ',')) : next_word(rest);
}

/* A name in quotes, doubled ones undone. */
static struct str unquote(struct pairs *pairs, struct str text)
{
    if (text.len < 2 || text.ptr[0] != '"' || !str_ends_with(text, STR("\"")))
        return text;
    text = str_sub(text, 1, text.len - 2);
    char *out = arena_alloc(&pairs->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        out[len++] = text.ptr[i];
        if (text.ptr[i] == '"')
            i++;
    }
    return str_make(out, len);
}

bool mactime_row_read(struct pairs *pairs, struct str line, struct str before)
{
    struct row row;
    struct str rest;
    if (!mactime_date(line, &row.time, &rest))
        return false;
    bool commas = rest.len > 0 && rest.ptr[0] == ',';
    if (commas)
        rest = str_from_index(rest, 1);
    if (row.time.len == 0)
        row.time = before;
    row.size = next_column(&rest, commas);
    row.macb = next_column(&rest, commas);
    row.mode = next_column(&rest, commas);
    row.uid = next_column(&rest, commas);
    row.gid = next_column(&rest, commas);
    row.inode = next_column(&rest, commas);
    while (!commas && rest.len > 0 && rest.ptr[0] == ' ')
        rest = str_from_index(rest, 1);
    row.name = rest;
    if (!is_digits(row.size) || !is_macb(row.macb) || row.name.len == 0)
        return false;
    pairs_clear(pairs);
    if (commas)
        row.name = unquote(pairs, row.name);
    add_row(pairs, &row);
    return true;
}

bool mactime_is_header(struct str line)
{
    static const char *const starts[] = {"The Sleuth Kit mactime Timeline",
        "Input Source: ", "Time: ", "Timezone: ", "passwd File: ",
        "group File: ", "Date,Size,Type,Mode,UID,GID,Meta,File Name"};
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (str_starts_with(line, str_from(starts[i])))
            return true;
    return false;
}
