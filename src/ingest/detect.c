#include <stdio.h>

#include "src/base/escape.h"
#include "src/ingest/run.h"

static void choose_encoding(const struct ingest_options *options,
    struct str bytes, struct detected *out)
{
    if (options != NULL && options->encoding_forced) {
        out->encoding = options->encoding;
        out->encoding_why = "--encoding";
        return;
    }
    struct encoding_guess guess = encoding_detect(bytes);
    out->encoding = guess.encoding;
    out->encoding_why = guess.reason;
}

void detect(const struct formats *formats, const struct ingest_options *options,
    const struct sample *sample, struct detected *out)
{
    *out = (struct detected){0};
    struct verdict verdict = {0};
    bool told = options != NULL && options->format.len > 0;
    if (!told && formats_probe(formats, sample, &verdict)) {
        out->parser = verdict.parser;
        out->format = verdict.format;
        out->encoding = ENCODING_UTF8;
        out->encoding_why = "";
        snprintf(out->why, sizeof(out->why), "%s", verdict.reason);
        return;
    }
    choose_encoding(options, sample->bytes, out);
    if (told &&
        formats_choose(formats, options->format, &out->parser, &out->format)) {
        snprintf(out->why, sizeof(out->why), "--format");
    } else {
        struct sample known = *sample;
        known.encoding = out->encoding;
        formats_judge(formats, &known, &verdict, 1);
        out->parser = verdict.parser;
        out->format = verdict.format;
        snprintf(out->why, sizeof(out->why), "%s", verdict.reason);
    }
    if (out->parser != NULL && !out->parser->is_text) {
        out->encoding = ENCODING_UTF8;
        out->encoding_why = "";
    }
    bool forced = options != NULL && options->encoding_forced;
    if (!forced && out->format != NULL && format_is_utf8(out->format) &&
        out->encoding != ENCODING_UTF8) {
        out->encoding = ENCODING_UTF8;
        out->encoding_why = "the format's own";
    }
}

bool detect_named(
    const struct formats *formats, const char *name, struct detected *out)
{
    *out = (struct detected){.encoding_why = ""};
    return *name == '\0' ||
           formats_choose(formats, str_from(name), &out->parser, &out->format);
}
