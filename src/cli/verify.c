/* spoor verify: is the case what it says it is. */
#include "src/cli/commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "src/base/escape.h"
#include "src/base/file.h"
#include "src/base/limit.h"
#include "src/cli/meter.h"
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

/* A hash list as sha256sum, sha1sum and md5sum write it: HEX, blanks, name. */
static bool list_has(struct str list, const struct digest *wanted)
{
    while (list.len > 0) {
        struct str line = str_trim(str_cut(&list, '\n'));
        struct digest digest;
        if (digest_parse(str_cut(&line, ' '), &digest) &&
            digest_eq(&digest, wanted))
            return true;
    }
    return false;
}

/* Which digest the list is made of: that of its first entry. */
static bool list_kind(struct str list, enum hash_kind *kind)
{
    while (list.len > 0) {
        struct str line = str_trim(str_cut(&list, '\n'));
        struct digest digest;
        if (!digest_parse(str_cut(&line, ' '), &digest))
            continue;
        *kind = digest.len == 32   ? HASH_SHA256
                : digest.len == 20 ? HASH_SHA1
                                   : HASH_MD5;
        return true;
    }
    return false;
}

/* The digest of a source's content: as recorded, or from the stored bytes. */
static int source_digest(struct content *content, const struct source *source,
    enum hash_kind kind, struct digest *out, struct err *err)
{
    const struct digest *recorded = kind == HASH_SHA256 ? &source->sha256
                                    : kind == HASH_SHA1 ? &source->sha1
                                                        : &source->md5;
    if (recorded->len > 0) {
        *out = *recorded;
        return 0;
    }
    struct hash *hash = hash_new(kind);
    struct buf window = {0};
    int rc = 0;
    for (uint64_t at = 0; rc == 0 && at < source->size; at += window.len) {
        uint64_t left = source->size - at;
        buf_clear(&window);
        rc = content_read(content, source->id, at,
            left < LIMIT_CHUNK ? (size_t)left : LIMIT_CHUNK, &window, err);
        hash_add(hash, buf_str(&window));
    }
    *out = hash_digest(hash);
    hash_free(hash);
    buf_done(&window);
    return rc;
}

static int compare_sources(
    struct store *store, struct str list, enum hash_kind kind, struct err *err)
{
    struct content *content = content_new(store);
    struct source *sources = NULL;
    size_t count = 0;
    int rc = source_list(store, &sources, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        const struct source *source = &sources[i];
        struct digest digest;
        if (source->state != SOURCE_COMPLETE &&
            source->state != SOURCE_RECORDED)
            continue;
        rc = source_digest(content, source, kind, &digest, err);
        if (rc < 0)
            break;
        bool listed = list_has(list, &digest);
        printf("%s  source %" PRId64 ": %s the list\n",
            listed ? "ok  " : "--  ", source->id,
            listed ? "is in" : "is not in");
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
    enum hash_kind kind = HASH_SHA256;
    int rc = file_read(path, LIMIT_RECORD, &list, err);
    if (rc == 0 && !list_kind(buf_str(&list), &kind))
        rc = err_set(err, ERR_INPUT,
            "%s holds no line of sha256sum, sha1sum or md5sum",
            escape_cstr(path));
    if (rc == 0)
        rc = compare_sources(store, buf_str(&list), kind, err);
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
    {"against", "HASHLIST", "compare with sha256sum, sha1sum or md5sum output"},
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
