#include <stdio.h>
#include <string.h>

#include "src/ingest/container.h"
#include "src/ingest/host.h"
#include "src/ingest/ingest.h"
#include "src/ingest/run.h"
#include "src/ingest/years.h"

/* The beginning of the first member that has content. */
static int first_member(const struct input *input, const char *path,
    struct buf *sample, struct err *err)
{
    struct container *container = NULL;
    struct member member;
    if (container_open(&container, input, path, err) < 0)
        return -1;
    int rc = 0;
    while ((rc = container_next(container, &member, err)) > 0)
        if (member.skip == NULL)
            break;
    if (rc > 0)
        container_peek(container, SAMPLE_MAX, sample);
    container_close(container);
    return rc < 0 ? -1 : 0;
}

static int read_sample(const struct input *input, const char *path,
    struct ingest_preview *out, bool *whole, struct err *err)
{
    size_t got = 0;
    buf_reserve(&out->sample, SAMPLE_MAX);
    if (input_read(input, 0, out->sample.ptr, SAMPLE_MAX, &got, err) < 0)
        return -1;
    out->sample.len = got;
    *whole = got == input->size;
    const char *kind = container_kind(buf_str(&out->sample));
    if (kind == NULL)
        return 0;
    snprintf(out->container, sizeof(out->container), "%s", kind);
    buf_clear(&out->sample);
    if (first_member(input, path, &out->sample, err) < 0)
        return -1;
    *whole = out->sample.len < SAMPLE_MAX;
    return 0;
}

static void find_host(const char *path, struct ingest_preview *out)
{
    struct str host = host_from_path(str_from(path));
    if (host.len == 0)
        return;
    snprintf(out->host, sizeof(out->host), "%.*s", STR_ARG(host));
    snprintf(out->host_from, sizeof(out->host_from), "path");
}

static void find_year(const struct input *input, struct ingest_preview *out)
{
    const struct verdict *best = &out->verdicts[0];
    out->default_year = CIVIL_NO_YEAR;
    if (out->verdict_count == 0 || best->parser == NULL ||
        best->parser->yearless == NULL || input->mtime == STAMP_NONE)
        return;
    struct reading reading = {.parser = best->parser,
        .format = best->format,
        .encoding = out->encoding,
        .zone = zone_utc(),
        .default_year = CIVIL_NO_YEAR};
    struct buf rows = {0};
    struct years *years = years_new(&reading);
    years_add(years, 0, buf_str(&out->sample));
    if (years_found(years))
        out->default_year =
            years_solve(years, input->mtime, CIVIL_NO_YEAR, &rows);
    years_free(years);
    buf_done(&rows);
}

int ingest_preview(const struct formats *formats, const char *path,
    struct ingest_preview *out, struct err *err)
{
    *out = (struct ingest_preview){.default_year = CIVIL_NO_YEAR};
    struct input input;
    bool whole = false;
    if (input_open(&input, path, err) < 0)
        return -1;
    int rc = read_sample(&input, path, out, &whole, err);
    if (rc == 0) {
        struct encoding_guess guess = encoding_detect(buf_str(&out->sample));
        out->encoding = guess.encoding;
        out->encoding_why = guess.reason;
        struct sample sample = {.bytes = buf_str(&out->sample),
            .whole = whole,
            .path = str_from(path),
            .encoding = guess.encoding};
        out->verdict_count = formats_judge(formats, &sample, out->verdicts,
            sizeof(out->verdicts) / sizeof(out->verdicts[0]));
        find_host(path, out);
        find_year(&input, out);
    }
    input_close(&input);
    return rc;
}

void ingest_preview_done(struct ingest_preview *preview)
{
    buf_done(&preview->sample);
}
