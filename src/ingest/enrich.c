#include "src/ingest/enrich.h"

#include <string.h>

#include "src/base/limit.h"
#include "src/store/content.h"
#include "src/store/identity.h"

/* passwd(5): name:password:uid:gid:comment:home:shell; master.passwd of BSD has
 * three more before the comment. */
static bool read_line(struct str line, struct str *name, struct str *number)
{
    uint64_t uid;
    *name = str_cut(&line, ':');
    str_cut(&line, ':');
    *number = str_cut(&line, ':');
    return name->len > 0 && name->len <= LIMIT_NAME &&
           str_to_u64(*number, &uid) && uid < UINT32_MAX &&
           (str_count_char(line, ':') == 3 || str_count_char(line, ':') == 6);
}

static int learn_names(struct store *store, const struct source *source,
    struct str text, struct err *err)
{
    int count = 0;
    while (text.len > 0 && count < LIMIT_IDENTITIES) {
        struct str name, number;
        if (!read_line(str_trim_end(str_cut(&text, '\n')), &name, &number))
            continue;
        if (identity_add(store, source->id, str_from(source->host), number,
                name, err) < 0)
            return -1;
        count++;
    }
    return 0;
}

static int learn_passwd(
    struct store *store, const struct source *source, struct err *err)
{
    struct buf text = {0};
    struct content *content = content_new(store);
    uint64_t size =
        source->stored < LIMIT_PASSWD ? source->stored : LIMIT_PASSWD;
    int rc = identity_forget(store, source->id, err);
    if (rc == 0)
        rc = content_read(content, source->id, 0, (size_t)size, &text, err);
    if (rc == 0)
        rc = learn_names(store, source, buf_str(&text), err);
    content_free(content);
    buf_done(&text);
    return rc;
}

int enrich_from(
    struct store *store, const struct source *source, struct err *err)
{
    return strcmp(source->format, "passwd") == 0
               ? learn_passwd(store, source, err)
               : 0;
}
