/* Body files separate their columns by bars. A bar in a name is escaped by some
 * writers and not by others, so the columns behind the name are counted from
 * the end of the line. */
#include "parsers/body_row.h"

#include "src/base/buf.h"

enum {
    BEHIND_NAME = 9, /* columns of Sleuth Kit 3 behind the name */
    COLUMNS_OF_2 = 16,
};

/* --- names --------------------------------------------------------------- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "\x0d": a control character; others may be a path of Windows. */
static bool read_control(struct str text, char *out)
{
    if (text.len < 4 || text.ptr[1] != 'x')
        return false;
    int high = hex_value(text.ptr[2]), low = hex_value(text.ptr[3]);
    if (high < 0 || high > 1 || low < 0)
        return false;
    *out = (char)(high * 16 + low);
    return true;
}

static struct str unescape(struct pairs *pairs, struct str text)
{
    if (str_find_char(text, '\\') < 0)
        return text;
    char *out = arena_alloc(&pairs->arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        struct str rest = str_from_index(text, i);
        char control;
        if (rest.len > 1 && rest.ptr[0] == '\\' &&
            (rest.ptr[1] == '|' || rest.ptr[1] == '\\')) {
            out[len++] = rest.ptr[1];
            i++;
        } else if (rest.ptr[0] == '\\' && read_control(rest, &control)) {
            out[len++] = control;
            i += 3;
        } else {
            out[len++] = rest.ptr[0];
        }
    }
    return str_make(out, len);
}

/* Cut " (WORD)" off the end. */
static bool cut_remark(struct str *name, struct str word)
{
    size_t len = word.len + 3;
    if (name->len <= len || !str_ends_with(*name, STR(")")))
        return false;
    struct str end = str_from_index(*name, name->len - len);
    if (!str_starts_with(end, STR(" (")) ||
        !str_eq(str_sub(end, 2, word.len), word))
        return false;
    *name = str_sub(*name, 0, name->len - len);
    return true;
}

void body_name_add(struct pairs *pairs, struct str name, struct str mode)
{
    pairs_add(pairs, STR("name"), name);
    if (cut_remark(&name, STR("deleted")))
        pairs_add(pairs, STR("deleted"), STR("deleted"));
    else if (cut_remark(&name, STR("deleted-realloc")))
        pairs_add(pairs, STR("deleted"), STR("reallocated"));
    if (cut_remark(&name, STR("$FILE_NAME")))
        pairs_add(pairs, STR("attribute"), STR("$FILE_NAME"));
    ptrdiff_t arrow = str_find(name, STR(" -> "));
    if (arrow > 0 && mode.len > 0 && mode.ptr[0] == 'l') {
        pairs_add(
            pairs, STR("link_target"), str_from_index(name, (size_t)arrow + 4));
        name = str_sub(name, 0, (size_t)arrow);
    }
    pairs_add(pairs, STR("file"), name);
}

/* --- columns ------------------------------------------------------------- */

static bool is_number(struct str text, bool fraction)
{
    size_t i = text.len > 0 && text.ptr[0] == '-';
    if (i == text.len)
        return false;
    for (; i < text.len; i++) {
        char c = text.ptr[i];
        if (fraction && c == '.' && i + 1 < text.len)
            fraction = false;
        else if (c < '0' || c > '9')
            return false;
    }
    return true;
}

static bool is_time(struct str text)
{
    return text.len == 0 || is_number(text, true);
}

/* What a body file writes where it has no digest. */
static bool is_digest(struct str text)
{
    if (text.len <= 1)
        return text.len == 0 || text.ptr[0] == '0' || text.ptr[0] == '-';
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.ptr[i]) < 0)
            return false;
    return text.len == 32 || text.len == 40 || text.len == 64;
}

static struct str digest_of(struct str text)
{
    return text.len > 1 ? text : (struct str){0};
}

/* The columns behind the name, from the end of the line. False when there are
 * too few bars. */
static bool split_end(
    struct str line, struct str *before, struct str columns[BEHIND_NAME])
{
    for (int i = BEHIND_NAME - 1; i >= 0; i--) {
        ptrdiff_t bar = str_find_last_char(line, '|');
        if (bar < 0)
            return false;
        columns[i] = str_trim(str_from_index(line, (size_t)bar + 1));
        line = str_sub(line, 0, (size_t)bar);
    }
    *before = line;
    return true;
}

static bool read_version_3(struct pairs *pairs, struct str line)
{
    static const char *const names[BEHIND_NAME] = {"inode", "mode", "uid",
        "gid", "size", "atime", "mtime", "ctime", "crtime"};
    enum { MODE = 1, UID = 2, SIZE = 4, ATIME = 5 };
    struct str columns[BEHIND_NAME], name;
    if (!split_end(line, &name, columns))
        return false;
    struct str digest = str_trim(str_cut(&name, '|'));
    if (!is_digest(digest) || name.len == 0 ||
        (columns[SIZE].len > 0 && !is_number(columns[SIZE], false)))
        return false;
    size_t times = 0;
    for (size_t i = ATIME; i < BEHIND_NAME; i++) {
        times += columns[i].len > 0;
        if (!is_time(columns[i]))
            return false;
    }
    if (times == 0)
        return false;
    pairs_clear(pairs);
    pairs_add(pairs, STR("md5"), digest_of(digest));
    body_name_add(pairs, unescape(pairs, name), columns[MODE]);
    for (size_t i = 0; i < BEHIND_NAME; i++)
        pairs_add(pairs, str_from(names[i]), columns[i]);
    return true;
}

/* md5|file|st_dev|st_ino|st_mode|st_ls|st_nlink|st_uid|st_gid|st_rdev|st_size|
 * st_atime|st_mtime|st_ctime|st_blksize|st_blocks */
static bool read_version_2(struct pairs *pairs, struct str line)
{
    static const struct {
        size_t column;
        const char *name;
    } wanted[] = {{3, "inode"}, {5, "mode"}, {7, "uid"}, {8, "gid"},
        {10, "size"}, {11, "atime"}, {12, "mtime"}, {13, "ctime"}};
    enum { NAME = 1, MODE = 4, LS = 5, ATIME = 11 };
    struct str columns[COLUMNS_OF_2];
    struct str rest = line;
    for (size_t i = 0; i < COLUMNS_OF_2; i++) {
        if (rest.ptr == NULL || (i > 0 && rest.len == 0))
            return false;
        columns[i] = str_trim(str_cut(&rest, '|'));
    }
    if (rest.len > 0 || !is_digest(columns[0]) || columns[NAME].len == 0 ||
        !is_number(columns[MODE], false) || is_number(columns[LS], false))
        return false;
    for (size_t i = ATIME; i < COLUMNS_OF_2; i++)
        if (!is_number(columns[i], true))
            return false;
    pairs_clear(pairs);
    pairs_add(pairs, STR("md5"), digest_of(columns[0]));
    body_name_add(pairs, unescape(pairs, columns[NAME]), columns[LS]);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        pairs_add(pairs, str_from(wanted[i].name), columns[wanted[i].column]);
    return true;
}

bool body_row_read(struct pairs *pairs, struct str line)
{
    return read_version_2(pairs, line) || read_version_3(pairs, line);
}

bool body_row_is_remark(struct str line)
{
    return str_starts_with(line, STR("#")) ||
           str_starts_with(line, STR("md5|file|")) ||
           str_starts_with(line, STR("MD5|name|")) ||
           str_starts_with(line, STR("class|host|")) ||
           str_starts_with(line, STR("body|"));
}
