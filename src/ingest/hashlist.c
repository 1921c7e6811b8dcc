#include "src/ingest/hashlist.h"

#include <string.h>

#include "parsers/csv_row.h"
#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/json.h"

struct reader {
    hashlist_visit *visit;
    void *context;
    struct err *err;
    int64_t count;
    bool stopped;
};

static void tell(struct reader *reader, const struct hashlist_entry *entry)
{
    if (reader->stopped)
        return;
    reader->count++;
    if (reader->visit(reader->context, entry, reader->err) < 0)
        reader->stopped = true;
}

/* --- names ---------------------------------------------------------------- */

static bool contains_nocase(struct str text, const char *word)
{
    struct str needle = str_from(word);
    for (size_t i = 0; i + needle.len <= text.len; i++)
        if (str_eq_nocase(str_sub(text, i, needle.len), needle))
            return true;
    return false;
}

static bool ends_nocase(struct str text, const char *ending)
{
    struct str end = str_from(ending);
    return text.len >= end.len &&
           str_eq_nocase(str_from_index(text, text.len - end.len), end);
}

bool hashlist_is_name(struct str path)
{
    static const char *const endings[] = {".md5", ".sha1", ".sha256", ".sha",
        ".md5sum", ".sha1sum", ".sha256sum", ".hash", ".hashes", ".hashdeep",
        NULL};
    static const char *const texts[] = {
        ".txt", ".csv", ".json", ".jsonl", ".log", NULL};
    static const char *const words[] = {"md5sum", "sha1sum", "sha256sum",
        "hash", "checksum", "copylog", "uploads", "manifest", NULL};
    struct str name = path_last(path);
    if (str_find(path, STR("lib/dpkg/info/")) >= 0)
        return false; /* what packages brought, not what was collected */
    for (size_t i = 0; endings[i] != NULL; i++)
        if (ends_nocase(name, endings[i]))
            return true;
    if (contains_nocase(name, "md5sums") || contains_nocase(name, "sha1sums") ||
        contains_nocase(name, "sha256sums"))
        return true;
    if (str_starts_with(name, STR("uac-")) && ends_nocase(name, ".log"))
        return true;
    bool is_text = false;
    for (size_t i = 0; texts[i] != NULL; i++)
        is_text = is_text || ends_nocase(name, texts[i]);
    for (size_t i = 0; is_text && words[i] != NULL; i++)
        if (contains_nocase(name, words[i]))
            return true;
    return false;
}

/* --- lines ---------------------------------------------------------------- */

/* "HEX  name", "HEX *name", "\HEX  name\nwith escapes". */
static bool read_sum(struct str line, struct hashlist_entry *out)
{
    if (line.len > 0 && line.ptr[0] == '\\')
        line = str_from_index(line, 1);
    struct str hex = str_cut(&line, ' ');
    if (!digest_parse(hex, &out->digest))
        return false;
    if (line.len > 0 && (line.ptr[0] == '*' || line.ptr[0] == ' '))
        line = str_from_index(line, 1);
    out->name = str_trim(line);
    return true;
}

/* "SHA256 (name) = HEX", "MD5(name)= HEX" (BSD, OpenSSL). */
static bool read_tagged(struct str line, struct hashlist_entry *out)
{
    ptrdiff_t open = str_find_char(line, '(');
    ptrdiff_t close = str_find_last_char(line, ')');
    if (open <= 0 || open > 8 || close <= open)
        return false;
    struct str rest = str_trim(str_from_index(line, (size_t)close + 1));
    if (rest.len == 0 || rest.ptr[0] != '=' ||
        !digest_parse(str_trim(str_from_index(rest, 1)), &out->digest))
        return false;
    out->name = str_sub(line, (size_t)open + 1, (size_t)(close - open) - 1);
    return true;
}

/* "MD5 checksum: HEX" of a log that names no file. */
static bool read_bare(struct str line, struct hashlist_entry *out)
{
    ptrdiff_t colon = str_find_char(line, ':');
    if (colon > 0 && colon < 24)
        line = str_trim(str_from_index(line, (size_t)colon + 1));
    out->name = (struct str){0};
    return digest_parse(line, &out->digest);
}

static void read_line(struct reader *reader, struct str line)
{
    struct hashlist_entry entry = {0};
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == '%')
        return;
    if (read_sum(line, &entry) || read_tagged(line, &entry) ||
        read_bare(line, &entry))
        tell(reader, &entry);
}

/* --- tables ----------------------------------------------------------------
 */

/* What a column or member says: a name's rank among those that may be it (the
 * place in the collection before the place on the machine), or 0. */
static int name_rank(struct str column)
{
    static const char *const names[] = {"DestinationFile", "vfs_path",
        "StoredName", "Path", "FullPath", "Full Path", "SourceFile", "OSPath",
        "filename", "file", "File Name", "FileName", "Name", "FullName"};
    const int count = (int)(sizeof(names) / sizeof(names[0]));
    for (int i = 0; i < count; i++)
        if (str_eq_nocase(column, str_from(names[i])))
            return count - i;
    return 0;
}

static bool is_digest_column(struct str column)
{
    return contains_nocase(column, "sha256") ||
           contains_nocase(column, "sha1") || contains_nocase(column, "md5") ||
           contains_nocase(column, "sha-1") ||
           contains_nocase(column, "sha-256") ||
           str_eq_nocase(column, STR("hash"));
}

static bool is_size_column(struct str column)
{
    return str_eq_nocase(column, STR("uploaded_size")) ||
           str_eq_nocase(column, STR("StoredSize"));
}

/* One row of a table or one JSON object. */
struct statement {
    struct str name;
    int rank;
    struct digest digests[4];
    size_t digest_count;
    uint64_t size;
    bool has_size;
};

static void add_value(
    struct statement *statement, struct str column, struct str value)
{
    struct digest digest;
    int rank = name_rank(column);
    if (value.len == 0)
        return;
    if (rank > statement->rank) {
        statement->name = value;
        statement->rank = rank;
    } else if (is_size_column(column) && str_to_u64(value, &statement->size)) {
        statement->has_size = true;
    } else if (statement->digest_count < 4 && is_digest_column(column) &&
               digest_parse(value, &digest)) {
        statement->digests[statement->digest_count++] = digest;
    }
}

static void tell_statement(
    struct reader *reader, const struct statement *statement)
{
    struct hashlist_entry entry = {.name = statement->name,
        .size = statement->size,
        .has_size = statement->has_size};
    if (statement->name.len == 0)
        return;
    if (statement->digest_count == 0 && statement->has_size)
        tell(reader, &entry);
    for (size_t i = 0; i < statement->digest_count; i++) {
        entry.digest = statement->digests[i];
        entry.has_size = entry.has_size && i == 0;
        tell(reader, &entry);
    }
}

static bool is_header(const struct csv_row *columns)
{
    bool name = false, value = false;
    for (size_t i = 0; i < columns->count; i++) {
        struct str column = str_trim(columns->items[i]);
        name = name || name_rank(column) > 0;
        value = value || is_digest_column(column);
    }
    return name && value;
}

/* The rest of the content below this header; false when it is none. */
static bool read_table(
    struct reader *reader, struct str header, struct str content)
{
    struct csv_row columns = {0}, row = {0};
    char delimiter = csv_find_delimiter(header);
    csv_read_row(&columns, header, delimiter);
    bool found = is_header(&columns);
    size_t at = 0;
    struct raw_line line;
    while (found && !reader->stopped &&
           csv_row_at(ENCODING_UTF8, content, at, &line)) {
        at = line.next;
        struct str text = str_sub(content, line.start, line.end - line.start);
        if (text.len == 0 || text.ptr[0] == '#')
            continue;
        struct statement statement = {0};
        csv_read_row(&row, text, delimiter);
        for (size_t i = 0; i < row.count && i < columns.count; i++)
            add_value(
                &statement, str_trim(columns.items[i]), str_trim(row.items[i]));
        tell_statement(reader, &statement);
    }
    csv_row_done(&columns);
    csv_row_done(&row);
    return found;
}

/* hashdeep's header: "%%%% size,md5,sha256,filename". */
static struct str hashdeep_header(struct str line)
{
    struct str mark = STR("%%%% ");
    return str_starts_with(line, mark) && str_find_char(line, ',') > 0
               ? str_from_index(line, mark.len)
               : (struct str){0};
}

/* --- JSON lines ------------------------------------------------------------
 */

/* Names that stand below an object ("Upload": {"Path": ...}) count as well. */
static void read_object(struct reader *reader, struct str line)
{
    struct json json = {0};
    struct statement statement = {0};
    struct arena arena = {0};
    enum json_token token;
    json_start(&json, line);
    while ((token = json_next(&json)) != JSON_END && token != JSON_ERROR)
        if ((token == JSON_STRING || token == JSON_NUMBER) && json.has_key)
            add_value(&statement, arena_copy(&arena, json.key),
                arena_copy(&arena, json.value));
    tell_statement(reader, &statement);
    json_done(&json);
    arena_done(&arena);
}

int64_t hashlist_read(
    struct str content, hashlist_visit *visit, void *context, struct err *err)
{
    struct reader reader = {.visit = visit, .context = context, .err = err};
    content = csv_skip_bom(content);
    bool is_first = true;
    while (content.len > 0 && !reader.stopped) {
        struct str line = str_trim(str_cut(&content, '\n'));
        if (line.len == 0)
            continue;
        struct str header = is_first ? line : hashdeep_header(line);
        if (line.ptr[0] == '{')
            read_object(&reader, line);
        else if (header.len > 0 && read_table(&reader, header, content))
            break;
        else
            read_line(&reader, line);
        is_first = false;
    }
    return reader.stopped ? -1 : reader.count;
}
