/* spoor verify: is the case what it says it is. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/base/mem.h"
#include "src/cli/meter.h"
#include "src/ingest/compare.h"
#include "src/ingest/hashlist.h"
#include "src/store/content.h"
#include "src/store/custody.h"
#include "src/store/source.h"
#include "src/store/verify.h"

struct verifying {
    struct store *store;
    int sound; /* as store_verify says */
    uint64_t bad;
};

static void print_line(void *context, const struct verify_line *line)
{
    struct verifying *verifying = context;
    meter_erase();
    verifying->bad += line->bad;
    printf("%s  ", line->bad ? "BAD " : "ok  ");
    if (line->source != 0)
        printf("source %" PRId64 ": ", line->source);
    printf("%s\n", line->text);
}

static int run_verify(void *context, struct progress *progress, struct err *err)
{
    struct verifying *verifying = context;
    verifying->sound =
        store_verify(verifying->store, print_line, verifying, progress, err);
    return verifying->sound < 0 ? -1 : 0;
}

static int record_result(struct store *store, bool sound, struct err *err)
{
    return custody_add(store, "verified", 0,
        sound ? STR("{\"result\":\"sound\"}")
              : STR("{\"result\":\"not sound\"}"),
        err);
}

/* The digests of a list, whatever wrote it. */
struct listed {
    struct digest *items;
    size_t count, capacity;
    bool has[HASH_MD5 + 1]; /* kinds of digest */
};

static enum hash_kind kind_of(const struct digest *digest)
{
    return digest->len == 32   ? HASH_SHA256
           : digest->len == 20 ? HASH_SHA1
                               : HASH_MD5;
}

static int add_listed(
    void *context, const struct hashlist_entry *entry, struct err *err)
{
    struct listed *listed = context;
    (void)err;
    if (entry->digest.len == 0)
        return 0;
    listed->items = mem_grow(listed->items, &listed->capacity,
        listed->count + 1, sizeof(*listed->items));
    listed->items[listed->count++] = entry->digest;
    listed->has[kind_of(&entry->digest)] = true;
    return 0;
}

static int by_digest(const void *a, const void *b)
{
    const struct digest *one = a, *two = b;
    if (one->len != two->len)
        return one->len < two->len ? -1 : 1;
    return memcmp(one->at, two->at, one->len);
}

/* 1 the list has one of the source's digests, 0 not, -1 error. */
static int is_listed(struct content *content, const struct source *source,
    const struct listed *listed, struct err *err)
{
    for (int kind = 0; kind <= HASH_MD5; kind++) {
        struct digest digest;
        if (!listed->has[kind])
            continue;
        if (compare_digest(
                content, source, (enum hash_kind)kind, &digest, err) < 0)
            return -1;
        if (digest.len > 0 && bsearch(&digest, listed->items, listed->count,
                                  sizeof(digest), by_digest) != NULL)
            return 1;
    }
    return 0;
}

static int compare_sources(
    struct store *store, const struct listed *listed, struct err *err)
{
    struct content *content = content_new(store);
    struct source *sources = NULL;
    size_t count = 0;
    int rc = source_list(store, &sources, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        const struct source *source = &sources[i];
        if (source->state != SOURCE_COMPLETE &&
            source->state != SOURCE_RECORDED)
            continue;
        int found = is_listed(content, source, listed, err);
        rc = found < 0 ? -1 : 0;
        if (rc == 0)
            printf("%s  source %" PRId64 ": %s the list\n",
                found ? "ok  " : "--  ", source->id,
                found ? "is in" : "is not in");
    }
    source_list_free(sources, count);
    content_free(content);
    return rc;
}

/* Report which sources a collector's hash list names; absence is no fault of
 * the case, since lists seldom name everything. */
static int compare_list(struct store *store, const char *path, struct err *err)
{
    struct buf list = {0};
    struct listed listed = {0};
    int rc = file_read(path, LIMIT_HASH_LIST, &list, err);
    if (rc == 0 && hashlist_read(buf_str(&list), add_listed, &listed, err) < 0)
        rc = -1;
    if (rc == 0 && listed.count == 0)
        rc = err_set(err, ERR_INPUT,
            "%s holds no digest of sha256sum, sha1sum, md5sum, hashdeep or a "
            "table of them",
            escape_cstr(path));
    if (listed.count > 0)
        qsort(listed.items, listed.count, sizeof(*listed.items), by_digest);
    if (rc == 0)
        rc = compare_sources(store, &listed, err);
    free(listed.items);
    buf_done(&list);
    return rc;
}

static int verify_run(struct cli *cli)
{
    struct verifying verifying = {0};
    struct err err = {0};
    int status = EXIT_DONE;
    bool record = cli_has(cli, "record");
    const char *list = cli_option(cli, "against");

    verifying.store =
        cli_open_case(cli, record ? STORE_WRITE : STORE_READ, &status);
    if (verifying.store == NULL)
        return status;
    int rc = meter_run(run_verify, &verifying, "verifying", METER_BYTES, &err);
    if (rc == 0 && list != NULL)
        rc = compare_list(verifying.store, list, &err);
    if (rc == 0 && record)
        rc = record_result(verifying.store, verifying.sound == 1, &err);
    if (rc < 0) {
        status = cli_fail(cli, &err);
    } else if (verifying.sound != 1) {
        printf("NOT SOUND: %" PRIu64 " findings\n", verifying.bad);
        status = EXIT_FAILED;
    } else {
        printf("sound\n");
    }
    store_close(verifying.store);
    return status;
}

static const struct option verify_options[] = {
    {"record", NULL, "write the result into the custody log"},
    {"against", "HASHLIST",
        "compare with a list of digests: of sha256sum and kin, hashdeep, CSV"},
    {0},
};

const struct command command_verify = {
    .name = "verify",
    .usage = "CASE [options]",
    .summary = "check hashes, structure and custody",
    .help = "Hashes every stored byte again and compares with what was "
            "recorded on arrival,\nchecks that every event lies inside its "
            "source, walks the custody chain and runs\nSQLite's own check. "
            "Exit 1 when the case is not sound. Writes nothing unless\n"
            "--record is given.",
    .options = verify_options,
    .least = 1,
    .most = 1,
    .run = verify_run,
};
