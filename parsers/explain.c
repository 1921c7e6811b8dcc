/* Where did a line stop matching? For `spoor formats explain`.
 *
 * Every pattern is cut down at the places where it may be cut (outside of
 * groups and classes) until what is left matches: the end of that match is how
 * far the line was understood. */
#include <string.h>

#include "parsers/condition.h"
#include "parsers/matcher.h"
#include "src/base/escape.h"

enum { CUTS_MAX = 128 };

/* The offsets in `pattern` behind which it may end, in order. */
static size_t find_cuts(struct str pattern, size_t cuts[CUTS_MAX])
{
    size_t count = 0;
    int depth = 0;
    bool in_class = false;
    for (size_t i = 0; i < pattern.len && count < CUTS_MAX; i++) {
        char c = pattern.ptr[i];
        if (c == '\\')
            i++;
        else if (in_class)
            in_class = c != ']';
        else if (c == '[')
            in_class = true;
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth--;
        char next = i + 1 < pattern.len ? pattern.ptr[i + 1] : '\0';
        bool quantified =
            next == '*' || next == '+' || next == '?' || next == '{';
        if (depth == 0 && !in_class && !quantified && c != '|' && c != '{')
            cuts[count++] = i + 1;
    }
    return count;
}

/* How far into the text the longest matching beginning of a pattern gets, and
 * how much of the pattern that is. */
static size_t reach_of(struct regex_room *room, struct str pattern,
    struct str text, size_t *pattern_used)
{
    size_t cuts[CUTS_MAX];
    size_t count = find_cuts(pattern, cuts);
    for (size_t i = count; i > 0; i--) {
        struct regex part;
        struct str matched;
        if (regex_compile(&part, str_sub(pattern, 0, cuts[i - 1]), NULL) < 0)
            continue;
        bool found = regex_match(&part, room, text) &&
                     regex_group(room, text, 0, &matched);
        regex_done(&part);
        if (found) {
            *pattern_used = cuts[i - 1];
            return (size_t)(matched.ptr - text.ptr) + matched.len;
        }
    }
    *pattern_used = 0;
    return 0;
}

static void explain_pattern(struct regex_room *room,
    const struct pattern *pattern, struct str text, struct buf *out)
{
    size_t used = 0;
    buf_printf(out, "  %s: ", escape_text(pattern->name));
    if (regex_match(&pattern->regex, room, text)) {
        buf_add_cstr(out, "matches\n");
        return;
    }
    size_t reach = reach_of(room, pattern->text, text, &used);
    if (reach == 0) {
        buf_add_cstr(out, "does not begin to match\n");
        return;
    }
    buf_printf(out, "stops after %zu bytes, before \"", reach);
    escape_add(out, str_sub(text, reach, 40));
    buf_add_cstr(out, "\" at ");
    escape_add(out, str_sub(pattern->text, used, 40));
    buf_add_char(out, '\n');
}

static void explain_format(struct regex_room *room, const struct format *format,
    struct str text, struct buf *out)
{
    buf_printf(out, "%s (%s):\n", escape_text(format->name),
        escape_text(format->summary));
    for (size_t i = 0; i < format->pattern_count; i++)
        explain_pattern(room, &format->patterns[i], text, out);
}

static void explain_inside(struct matcher *matcher, const struct format *format,
    const struct record *record, struct buf *out)
{
    struct known known = {.record = record};
    struct str message = record_get(record, FIELD_MESSAGE);
    for (size_t i = 0; i < format->inner_count && message.len > 0; i++) {
        const struct format *inner = format->inner[i];
        if (conditions_hold(&inner->key_when, &known, &matcher->room) &&
            conditions_hold(&inner->when, &known, &matcher->room))
            explain_format(&matcher->room, inner, message, out);
    }
}

void format_explain_line(const struct formats *formats,
    const struct format *format, struct str line, struct buf *out)
{
    struct reading reading = {.format = format,
        .parser = format_parser(format),
        .zone = zone_utc(),
        .default_year = CIVIL_NO_YEAR};
    struct matcher matcher;
    struct record record;
    (void)formats;
    if (format->pattern_count == 0) {
        buf_printf(out, "%s (%s): reads names, not patterns\n",
            escape_text(format->name), escape_text(format->summary));
        return;
    }
    matcher_init(&matcher, &reading);
    record_init(&record);
    explain_format(&matcher.room, format, line, out);

    /* the outer pattern alone, so that the message is what it handed over */
    matcher_begin(&matcher, 0, &record);
    for (size_t i = 0; i < format->pattern_count; i++) {
        const struct pattern *pattern = &format->patterns[i];
        if (!regex_match(&pattern->regex, &matcher.room, line))
            continue;
        matcher_apply(&matcher, pattern, line, &record);
        explain_inside(&matcher, format, &record, out);
        break;
    }
    record_done(&record);
    matcher_done(&matcher);
}
