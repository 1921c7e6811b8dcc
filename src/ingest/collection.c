#include "src/ingest/collection.h"

#include "src/base/file.h"
#include "src/base/json.h"

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "%3A" as the byte it is; NUL stays as it is written. */
static void add_unescaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_value(text.ptr[i + 2]) : -1;
        int byte = high * 16 + low;
        if (text.ptr[i] != '%' || high < 0 || low < 0 || byte == 0) {
            buf_add_char(out, text.ptr[i]);
            continue;
        }
        buf_add_char(out, (char)byte);
        i += 2;
    }
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool collection_is_drive(struct str name)
{
    static const char *const prefixes[] = {"%5C%5C.%5C", "\\\\.\\"};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (str_starts_with(name, str_from(prefixes[i])))
            name = str_from_index(name, str_from(prefixes[i]).len);
    if (name.len == 0 || !is_letter(name.ptr[0]))
        return false;
    struct str rest = str_from_index(name, 1);
    return rest.len == 0 || str_eq(rest, STR(":")) ||
           str_eq_nocase(rest, STR("%3A"));
}

void collection_plain_path(struct str path, struct buf *out)
{
    size_t start = out->len;
    for (size_t i = 0; i < path.len; i++)
        buf_add_char(out, path.ptr[i] == '\\' ? '/' : path.ptr[i]);
    struct str plain = str_from_index(buf_str(out), start);
    size_t skip = 0;
    if (str_starts_with(plain, STR("//./")))
        skip = 4;
    while (skip < plain.len) {
        struct str rest = str_from_index(plain, skip);
        if (rest.ptr[0] == '/')
            skip++;
        else if (str_starts_with(rest, STR("./")))
            skip += 2;
        else
            break;
    }
    for (size_t i = skip; i < plain.len; i++)
        out->ptr[start + i - skip] = out->ptr[start + i];
    out->len -= skip;
}

/* Ways in which Velociraptor reads files, where its tree lies deeper. */
static bool is_accessor(struct str name)
{
    static const char *const names[] = {"auto", "file", "ntfs", "lazy_ntfs",
        "ntfs_vss", "raw_ntfs", "mft", "ext4", "registry", "raw_reg", "fs",
        "sparse", NULL};
    for (size_t i = 0; names[i] != NULL; i++)
        if (str_eq(name, str_from(names[i])))
            return true;
    return false;
}

/* What stands behind "uploads/ACCESSOR/", or nothing. */
static struct str behind_accessor(struct str path)
{
    struct str rest = path, mark = STR("uploads/");
    if (str_starts_with(rest, mark)) {
        rest = str_from_index(rest, mark.len);
        return str_cut(&rest, '/').len > 0 ? rest : (struct str){0};
    }
    ptrdiff_t at;
    while ((at = str_find(rest, STR("/uploads/"))) >= 0) {
        rest = str_from_index(rest, (size_t)at + 1 + mark.len);
        struct str inside = rest;
        if (is_accessor(str_cut(&inside, '/')))
            return inside;
    }
    return (struct str){0};
}

/* "uploads/auto/C%3A/Windows/a.log": behind the accessor each part of the path
 * is escaped. */
static bool add_velociraptor(struct str path, struct buf *original)
{
    struct str rest = behind_accessor(path);
    if (rest.len == 0)
        return false;
    struct buf plain = {0};
    bool absolute = true;
    while (rest.len > 0) {
        struct str part = str_cut(&rest, '/');
        absolute = absolute && !collection_is_drive(part);
        buf_add_char(&plain, '/');
        add_unescaped(&plain, part);
    }
    if (absolute)
        buf_add_char(original, '/');
    collection_plain_path(buf_str(&plain), original);
    buf_done(&plain);
    return true;
}

const char *collection_original(struct str path, struct buf *original)
{
    while (str_starts_with(path, STR("./")))
        path = str_from_index(path, 2);
    if (add_velociraptor(path, original))
        return "Velociraptor";
    ptrdiff_t root = str_find(path, STR("[root]/"));
    if (root == 0 || (root > 0 && path.ptr[root - 1] == '/')) {
        buf_add_str(original, str_from_index(path, (size_t)root + 6));
        return "UAC";
    }
    struct str rest = path;
    struct str drive = str_cut(&rest, '/');
    if (drive.len == 1 && collection_is_drive(drive) && rest.len > 0) {
        buf_printf(original, "%c:/%.*s", drive.ptr[0], STR_ARG(rest));
        return "KAPE or CyLR";
    }
    return NULL;
}

const char *collection_of_archive(struct str path)
{
    struct str name = path_last(path);
    if (str_starts_with(name, STR("uac-")))
        return "UAC";
    return str_starts_with(name, STR("Collection-")) ? "Velociraptor" : NULL;
}

void collection_read_host(struct str text, struct buf *out)
{
    struct json json = {0};
    size_t start = out->len;
    json_start(&json, text);
    enum json_token token;
    while ((token = json_next(&json)) != JSON_END && token != JSON_ERROR) {
        if (token != JSON_STRING || !json.has_key || json.value.len == 0)
            continue;
        bool is_name = str_eq_nocase(json.key, STR("hostname"));
        /* a name is preferred to one with its domain */
        if (is_name ||
            (str_eq_nocase(json.key, STR("fqdn")) && out->len == start)) {
            out->len = start;
            buf_add_str(out, json.value);
        }
        if (is_name)
            break;
    }
    json_done(&json);
}
